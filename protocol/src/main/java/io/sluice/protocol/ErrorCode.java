package io.sluice.protocol;

/**
 * Why something was refused; one list for every protocol, for the REST interface and inside.
 *
 * <p>The wire number is the ordinal fixed by {@link #wire()}; numbers are never reused.
 */
public enum ErrorCode {
    BAD_FRAME(1, false),
    UNAUTHENTICATED(2, false),
    FORBIDDEN(3, false),
    NOT_FOUND(4, false),
    ALREADY_EXISTS(5, false),
    TOO_LARGE(6, false),
    THROTTLED(7, true),
    QUOTA_EXCEEDED(8, false),
    OUT_OF_SEQUENCE(9, false),
    TENANT_SUSPENDED(10, false),
    UNAVAILABLE(11, true),
    INTERNAL(12, false);

    private final int wire;
    private final boolean retryable;

    ErrorCode(int wire, boolean retryable) {
        this.wire = wire;
        this.retryable = retryable;
    }

    /** The number that stands for this code on the wire and in the log, 1–255. */
    public int wire() {
        return wire;
    }

    /** Whether the same request may succeed later without a change by the client. */
    public boolean retryable() {
        return retryable;
    }

    /** The code for a wire number; a number of a newer release reads as {@link #INTERNAL}. */
    public static ErrorCode ofWire(int wire) {
        for (ErrorCode code : values()) {
            if (code.wire == wire) {
                return code;
            }
        }
        return INTERNAL;
    }
}
