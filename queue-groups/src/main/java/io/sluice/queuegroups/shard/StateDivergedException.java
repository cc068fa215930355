package io.sluice.queuegroups.shard;

/** This replica's state differs from the leader's at the same log index; which of the two is wrong cannot be known here. */
final class StateDivergedException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    /** @param index of the STATE_HASH entry at which it was seen */
    StateDivergedException(long index) {
        super("entry " + index
                + ": the state of this replica differs from the leader's by its hash. Which of the two is wrong cannot be known from here,"
                + " so this one stops; see 'A replica that differs' in docs/OPERATIONS.md");
    }
}
