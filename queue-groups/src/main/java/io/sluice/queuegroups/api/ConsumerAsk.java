package io.sluice.queuegroups.api;

/**
 * A gateway loop's question about one of its consumers: is it still there, and what does it have beyond a tag? Answered by {@link ShardEvent.Delivered} of what
 * lies above {@code afterTag} and a {@link ShardEvent.ConsumerState}, or by {@link ShardEvent.ConsumerClosed} where there is no such consumer. Immutable.
 *
 * @param afterTag last tag received; {@link #NOTHING_AGAIN} where a consumer that is there needs no answer
 */
public record ConsumerAsk(long groupId, long sender, int epoch, long afterTag) {
    /** Above every tag. */
    public static final long NOTHING_AGAIN = Long.MAX_VALUE;
}
