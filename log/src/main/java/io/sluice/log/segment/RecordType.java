package io.sluice.log.segment;

import org.jspecify.annotations.Nullable;

/** What a record in a segment is; the codes are on disk and never change. */
public enum RecordType {
    /** An entry of the shard's machine. */
    DATA(1),
    /** An entry of consensus itself, without a body. */
    NO_OP(2),
    /** An entry that changes the group's members. */
    CONFIGURATION(3),
    /** Not an entry: entries above {@code index} are no longer part of the log. */
    TRUNCATE(4),
    /** Not an entry: the log goes on at {@code index}; what it held above {@code term} is no longer part of it. */
    RESET(5),
    /** Not an entry: the last record of a segment, its body is the segment's footer. */
    SEAL(6);

    private static final RecordType[] VALUES = values();
    private final byte code;

    RecordType(int code) {
        this.code = (byte) code;
    }

    public byte code() {
        return code;
    }

    boolean isEntry() {
        return this == DATA || this == NO_OP || this == CONFIGURATION;
    }

    public static @Nullable RecordType of(byte code) {
        return code >= 1 && code <= VALUES.length ? VALUES[code - 1] : null;
    }
}
