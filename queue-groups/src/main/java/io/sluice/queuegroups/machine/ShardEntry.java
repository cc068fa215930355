package io.sluice.queuegroups.machine;

/**
 * The form of a shard's log entry, big-endian: {@code u8 version, u8 kind, i64 leader's time in ms, u32 command count}, then the commands in their log form
 * (see {@link io.sluice.queuegroups.api.ShardCommand}).
 */
public final class ShardEntry {
    public static final int VERSION = 1;
    /** The only kind so far: a list of commands. */
    public static final int KIND_COMMANDS = 1;

    public static final int HEADER_BYTES = 14;

    private ShardEntry() {}
}
