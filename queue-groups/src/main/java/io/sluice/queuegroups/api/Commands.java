package io.sluice.queuegroups.api;

import io.sluice.protocol.ErrorCode;
import io.sluice.protocol.GroupForm;
import io.sluice.protocol.QueueOptions;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Makes commands in their log form; {@code CommandReader} in the machine reads them. Payloads are big-endian; strings are u16 length and UTF-8.
 *
 * <p>Definition commands carry the control shard's log index: a machine ignores one that is older than what it holds.
 */
public final class Commands {
    /** Flag of PUBLISH: all messages or none. Without it the messages that fit are taken and the rest is rejected. */
    public static final int ATOMIC = 1;
    /** Flags of STATE_HASH: which bytes of the state are hashed, and how. Another number whenever that changes, so that releases side by side do not differ by it. */
    public static final int HASH_FORM = 1;

    private static final ByteBuffer EMPTY = ByteBuffer.allocate(0).asReadOnlyBuffer();

    private Commands() {}

    /** Payload: u64 controlIndex, u8 form, string tenant name, string group name (names are for messages to people only). */
    public static ShardCommand defineGroup(
            long tenantId, long groupId, long controlIndex, GroupForm form, String tenant, String group) {
        byte[] tenantBytes = tenant.getBytes(StandardCharsets.UTF_8);
        byte[] groupBytes = group.getBytes(StandardCharsets.UTF_8);
        ByteBuffer head = ByteBuffer.allocate(8 + 1 + 2 + tenantBytes.length + 2 + groupBytes.length);
        head.putLong(controlIndex).put((byte) form.wire());
        putString(putString(head, tenantBytes), groupBytes);
        return internal(CommandType.DEFINE_GROUP, tenantId, groupId, 0, head);
    }

    /**
     * Payload: u64 controlIndex, u64 queueId, u64 deadLetterQueueId (0 for none), u64 maxMessages, u64 maxBytes, u8 overflow ordinal, u32 maxDeliveries,
     * u64 defaultTtlMs, u8 orderByKey, u64 redeliveryDelayMs, u64 maxRedeliveryDelayMs, string queue name.
     */
    public static ShardCommand defineQueue(
            long tenantId,
            long groupId,
            long controlIndex,
            long queueId,
            String name,
            QueueOptions options,
            long deadLetterQueueId) {
        byte[] nameBytes = name.getBytes(StandardCharsets.UTF_8);
        ByteBuffer head = ByteBuffer.allocate(70 + 2 + nameBytes.length);
        head.putLong(controlIndex).putLong(queueId).putLong(deadLetterQueueId);
        head.putLong(options.maxMessages()).putLong(options.maxBytes());
        head.put((byte) options.overflow().ordinal()).putInt(options.maxDeliveries());
        head.putLong(options.defaultTtlMs()).put((byte) (options.orderByKey() ? 1 : 0));
        head.putLong(options.redeliveryDelayMs()).putLong(options.maxRedeliveryDelayMs());
        putString(head, nameBytes);
        return internal(CommandType.DEFINE_QUEUE, tenantId, groupId, 0, head);
    }

    /** Payload: u64 controlIndex, u64 queueId. Its messages are released in bounded steps; its consumers are closed. */
    public static ShardCommand deleteQueue(long tenantId, long groupId, long controlIndex, long queueId) {
        return internal(
                CommandType.DELETE_QUEUE,
                tenantId,
                groupId,
                0,
                ByteBuffer.allocate(16).putLong(controlIndex).putLong(queueId));
    }

    /** Payload: u64 controlIndex. The id is never taken again. */
    public static ShardCommand deleteGroup(long tenantId, long groupId, long controlIndex) {
        return internal(
                CommandType.DELETE_GROUP,
                tenantId,
                groupId,
                0,
                ByteBuffer.allocate(8).putLong(controlIndex));
    }

    /** Payload: u64 controlIndex, u64 queueId. Releases every ready and delayed message; checked-out ones stay. */
    public static ShardCommand purgeQueue(long tenantId, long groupId, long controlIndex, long queueId) {
        return internal(
                CommandType.PURGE_QUEUE,
                tenantId,
                groupId,
                0,
                ByteBuffer.allocate(16).putLong(controlIndex).putLong(queueId));
    }

    /** Payload: string producer name, unique in the group. Takes a new epoch; an older connection of the name is fenced. */
    public static ShardCommand openProducer(long tenantId, long groupId, long origin, long sender, String name) {
        return client(CommandType.OPEN_PRODUCER, 0, tenantId, groupId, origin, sender, string(name), EMPTY);
    }

    /** No payload; {@code sender} is the producer. {@code flags} 1: forget it at once (it had no name of its own). */
    public static ShardCommand closeProducer(long tenantId, long groupId, long origin, long sender, boolean forget) {
        return client(CommandType.CLOSE_PRODUCER, forget ? 1 : 0, tenantId, groupId, origin, sender, EMPTY, EMPTY);
    }

    /**
     * Payload: u32 epoch, u64 firstSequence, u32 message count, u16 section count, then per section u64 queueId, u32 count, u32 bytes, u8 union of the
     * messages' flags, and after all sections' heads the messages of all sections, in order.
     *
     * @param messages the messages of all sections in wire form, each validated
     */
    public static ShardCommand publish(
            long tenantId,
            long groupId,
            long origin,
            long sender,
            int epoch,
            long firstSequence,
            boolean atomic,
            List<Section> sections,
            ByteBuffer messages) {
        ByteBuffer head = ByteBuffer.allocate(18 + 17 * sections.size());
        int count = 0;
        for (Section section : sections) {
            count += section.count();
        }
        head.putInt(epoch).putLong(firstSequence).putInt(count).putShort((short) sections.size());
        for (Section section : sections) {
            head.putLong(section.queueId())
                    .putInt(section.count())
                    .putInt(section.bytes())
                    .put((byte) section.flags());
        }
        return client(
                CommandType.PUBLISH, atomic ? ATOMIC : 0, tenantId, groupId, origin, sender, head.flip(), messages);
    }

    /**
     * Payload: u32 epoch, u64 firstSequence, u64 lastSequence, u8 wire number of the error code, string message. The gateway refused what the producer sent
     * under these sequences (permission, quota, rate): the numbers are used up without a message, so that one numbering holds from the client to the log.
     * Subject to the same rule as PUBLISH: only last + 1 is taken, a gap is {@code OUT_OF_SEQUENCE}, a duplicate gets its recorded outcome. Answered by
     * {@code Rejected} with this code and message.
     */
    public static ShardCommand skipSequences(
            long tenantId,
            long groupId,
            long origin,
            long sender,
            int epoch,
            long firstSequence,
            long lastSequence,
            ErrorCode code,
            String message) {
        byte[] text = message.getBytes(StandardCharsets.UTF_8);
        ByteBuffer head = ByteBuffer.allocate(21 + 2 + text.length);
        head.putInt(epoch).putLong(firstSequence).putLong(lastSequence).put((byte) code.wire());
        putString(head, text);
        return client(CommandType.SKIP_SEQUENCES, 0, tenantId, groupId, origin, sender, head.flip(), EMPTY);
    }

    /** Messages of one PUBLISH for one queue: their number, their bytes, the union of their flags. */
    public record Section(long queueId, int count, int bytes, int flags) {}

    /** Payload: u64 queueId, u32 prefetchCount, u64 prefetchBytes. {@code sender} is the consumer's number. */
    public static ShardCommand subscribe(
            long tenantId,
            long groupId,
            long origin,
            long sender,
            long queueId,
            int prefetchCount,
            long prefetchBytes) {
        ByteBuffer head =
                ByteBuffer.allocate(20).putLong(queueId).putInt(prefetchCount).putLong(prefetchBytes);
        return client(CommandType.SUBSCRIBE, 0, tenantId, groupId, origin, sender, head.flip(), EMPTY);
    }

    /** No payload. What the consumer has checked out returns to its queue at once, delivery count kept. */
    public static ShardCommand unsubscribe(long tenantId, long groupId, long origin, long sender) {
        return client(CommandType.UNSUBSCRIBE, 0, tenantId, groupId, origin, sender, EMPTY, EMPTY);
    }

    /**
     * Payload: u32 epoch, u64 settleSequence (1, 2, 3 … per consumer epoch; one already applied is ignored), u32 count, then per settlement
     * u8 outcome (0 ack, 1 requeue, 2 discard to dead letter), u64 delayMs, u64 firstTag, u64 lastTag.
     */
    public static ShardCommand settle(
            long tenantId,
            long groupId,
            long origin,
            long sender,
            int epoch,
            long settleSequence,
            List<Settlement> settlements) {
        ByteBuffer head = ByteBuffer.allocate(16 + 25 * settlements.size());
        head.putInt(epoch).putLong(settleSequence).putInt(settlements.size());
        for (Settlement s : settlements) {
            head.put((byte) s.outcome().ordinal())
                    .putLong(s.delayMs())
                    .putLong(s.firstTag())
                    .putLong(s.lastTag());
        }
        return client(CommandType.SETTLE, 0, tenantId, groupId, origin, sender, head.flip(), EMPTY);
    }

    /** What a consumer decided about a range of tags. {@code delayMs} only with {@code REQUEUE}; -1: the queue's back-off. */
    public record Settlement(Outcome outcome, long delayMs, long firstTag, long lastTag) {}

    /** Order matters: ordinals are in the log. */
    public enum Outcome {
        ACK,
        REQUEUE,
        DISCARD
    }

    /** Payload: u32 prefetchCount, u64 prefetchBytes. */
    public static ShardCommand setPrefetch(
            long tenantId, long groupId, long origin, long sender, int prefetchCount, long prefetchBytes) {
        ByteBuffer head = ByteBuffer.allocate(12).putInt(prefetchCount).putLong(prefetchBytes);
        return client(CommandType.SET_PREFETCH, 0, tenantId, groupId, origin, sender, head.flip(), EMPTY);
    }

    /** Payload: u64 graceMs. The connection is gone; after the grace what is checked out returns (redelivery delay applies). 0: at once. */
    public static ShardCommand detachConsumer(long tenantId, long groupId, long origin, long sender, long graceMs) {
        return client(
                CommandType.DETACH_CONSUMER,
                0,
                tenantId,
                groupId,
                origin,
                sender,
                ByteBuffer.allocate(8).putLong(graceMs).flip(),
                EMPTY);
    }

    /**
     * Payload: u64 old origin, u64 old sender, u64 lastTag received. A reconnected client takes its consumer over: a new epoch; checked-out messages stay, those
     * above {@code lastTag} are sent again under their tags. Answered by {@code Subscribed}, or {@code Failed NOT_FOUND} after the grace.
     */
    public static ShardCommand attachConsumer(
            long tenantId, long groupId, long origin, long sender, long oldOrigin, long oldSender, long lastTag) {
        ByteBuffer head =
                ByteBuffer.allocate(24).putLong(oldOrigin).putLong(oldSender).putLong(lastTag);
        return client(CommandType.ATTACH_CONSUMER, 0, tenantId, groupId, origin, sender, head.flip(), EMPTY);
    }

    /** Payload: u16 node, u32 boot. Every origin of that node with this boot or an older one is gone. Whole shard. */
    public static ShardCommand gatewayLost(int node, int boot) {
        return internal(
                CommandType.GATEWAY_LOST,
                0,
                0,
                0,
                ByteBuffer.allocate(6).putShort((short) node).putInt(boot));
    }

    /** The same with u64 graceMs, above 0, behind it: the consumers of these origins are detached for that time instead of gone. From machine version 3 on. */
    public static ShardCommand gatewayLost(int node, int boot, long graceMs) {
        return internal(
                CommandType.GATEWAY_LOST,
                0,
                0,
                0,
                ByteBuffer.allocate(14).putShort((short) node).putInt(boot).putLong(graceMs));
    }

    /** No payload. Lets what is due happen: expiry, delays, redelivery, work in steps. Whole shard. */
    public static ShardCommand tick() {
        return internal(CommandType.TICK, 0, 0, 0, ByteBuffer.allocate(0));
    }

    /** Payload: u32 version. From here on the machine behaves as that version; a lower one is ignored. Whole shard. */
    public static ShardCommand raiseVersion(int version) {
        return internal(
                CommandType.RAISE_VERSION, 0, 0, 0, ByteBuffer.allocate(4).putInt(version));
    }

    /**
     * Payload: u32 producers per group, u64 ms until an idle producer is forgotten, u32 consumers per queue, u32 loose runs per queue, u32 rejected ranges per
     * producer, u32 units of work per tick; each at least 1. The bounds of the whole shard from here on.
     */
    public static ShardCommand setLimits(
            int producersPerGroup,
            long producerExpiryMs,
            int consumersPerQueue,
            int looseRunsPerQueue,
            int rejectedRangesPerProducer,
            int tickWorkCount) {
        ByteBuffer head = ByteBuffer.allocate(28).putInt(producersPerGroup).putLong(producerExpiryMs);
        head.putInt(consumersPerQueue).putInt(looseRunsPerQueue);
        head.putInt(rejectedRangesPerProducer).putInt(tickWorkCount);
        return internal(CommandType.SET_LIMITS, 0, 0, 0, head);
    }

    /**
     * Payload: u64 index, u64 hash: the leader's state hash as its previous STATE_HASH, at {@code index}, left it (0, 0 for the first). Every replica compares
     * it with its own, then takes the hash of its state now for the next time. {@code flags}: {@link #HASH_FORM}; a replica of another form does not compare.
     * Whole shard.
     */
    public static ShardCommand stateHash(long index, long hash) {
        ByteBuffer head = ByteBuffer.allocate(16).putLong(index).putLong(hash);
        return client(CommandType.STATE_HASH, HASH_FORM, 0, 0, Origin.INTERNAL.pack(), 0, head.flip(), EMPTY);
    }

    /**
     * Payload: u64 queueId, u32 count of moves, then per move u64 log index, u32 first ordinal, u32 count, and after all moves the messages, in the same
     * order. What is still alive of them is referred to in this entry from now on.
     *
     * @param moves messages of one queue, sorted by index and ordinal, none twice
     * @param messages those messages in wire form
     */
    public static ShardCommand relocate(
            long tenantId, long groupId, long queueId, List<Move> moves, ByteBuffer messages) {
        ByteBuffer head = ByteBuffer.allocate(12 + 16 * moves.size());
        head.putLong(queueId).putInt(moves.size());
        for (Move move : moves) {
            head.putLong(move.index()).putInt(move.firstOrdinal()).putInt(move.count());
        }
        return new ShardCommand(
                CommandType.RELOCATE, 0, tenantId, groupId, Origin.INTERNAL.pack(), 0, head.flip(), messages);
    }

    /** Messages next to each other in the log entry {@code index}. */
    public record Move(long index, int firstOrdinal, int count) {}

    static ShardCommand internal(CommandType type, long tenantId, long groupId, int flags, ByteBuffer filled) {
        return new ShardCommand(type, flags, tenantId, groupId, Origin.INTERNAL.pack(), 0, filled.flip(), EMPTY);
    }

    private static ShardCommand client(
            CommandType type,
            int flags,
            long tenantId,
            long groupId,
            long origin,
            long sender,
            ByteBuffer head,
            ByteBuffer tail) {
        return new ShardCommand(type, flags, tenantId, groupId, origin, sender, head, tail);
    }

    private static ByteBuffer string(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return putString(ByteBuffer.allocate(2 + bytes.length), bytes).flip();
    }

    private static ByteBuffer putString(ByteBuffer target, byte[] bytes) {
        return target.putShort((short) bytes.length).put(bytes);
    }
}
