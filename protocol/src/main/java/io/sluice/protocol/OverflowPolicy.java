package io.sluice.protocol;

/** What a bounded queue does with a publish that does not fit. */
public enum OverflowPolicy {
    /** The publish is rejected with {@code QUOTA_EXCEEDED}. */
    REJECT,
    /** The oldest ready messages are dropped until it fits. */
    DROP_OLDEST,
    /** The oldest ready messages move to the dead-letter queue until it fits. */
    DEAD_LETTER
}
