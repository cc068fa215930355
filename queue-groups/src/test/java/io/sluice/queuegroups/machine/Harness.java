package io.sluice.queuegroups.machine;

import io.sluice.protocol.GroupForm;
import io.sluice.protocol.OverflowPolicy;
import io.sluice.protocol.QueueOptions;
import io.sluice.queuegroups.api.Commands;
import io.sluice.queuegroups.api.Commands.Outcome;
import io.sluice.queuegroups.api.Commands.Section;
import io.sluice.queuegroups.api.Commands.Settlement;
import io.sluice.queuegroups.api.Origin;
import io.sluice.queuegroups.api.QueueStats;
import io.sluice.queuegroups.api.ShardCommand;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.LongStream;

/** One machine with a log of its own, a group of id 1 of tenant 7, and a clock. Verifies the machine after every entry. */
final class Harness {
    static final long TENANT = 7;
    static final long GROUP = 1;
    static final long ORIGIN = new Origin(1, 1, 0).pack();

    record Sent(long origin, Effect effect) {}

    final TreeMap<Long, ByteBuffer> log = new TreeMap<>();
    final MachineLimits limits;
    ShardMachine machine;
    long index;
    long nowMs = 1_000_000;
    private long controlIndex = 1;
    private final ByteBuffer scratch = ByteBuffer.allocate(1 << 20);

    Harness() {
        this(MachineLimits.DEFAULT);
    }

    /** Without the group. */
    static Harness empty() {
        return new Harness(MachineLimits.DEFAULT, false);
    }

    Harness(MachineLimits limits) {
        this(limits, true);
    }

    private Harness(MachineLimits limits, boolean withGroup) {
        this.limits = limits;
        this.machine = new ShardMachine(limits);
        if (withGroup) {
            defineGroup();
        }
    }

    private void defineGroup() {
        apply(Commands.defineGroup(TENANT, GROUP, controlIndex++, GroupForm.WORK, "acme", "orders"));
    }

    /** Applies the commands as one entry and returns what came of them. */
    List<Sent> apply(ShardCommand... commands) {
        ShardEntryWriter writer = new ShardEntryWriter(scratch.clear());
        for (ShardCommand command : commands) {
            if (!writer.tryAdd(command)) {
                throw new IllegalStateException("entry too large");
            }
        }
        ByteBuffer entry = writer.finish(nowMs);
        return applyEntry(ByteBuffer.allocate(entry.remaining()).put(entry).flip());
    }

    List<Sent> applyEntry(ByteBuffer entry) {
        List<Sent> effects = new ArrayList<>();
        log.put(++index, entry);
        machine.apply(index, entry, (group, origin, effect) -> effects.add(new Sent(origin, effect)));
        machine.verify();
        return effects;
    }

    /** Only the effects, of the type. */
    static <T extends Effect> List<T> only(List<Sent> sent, Class<T> type) {
        return sent.stream()
                .map(Sent::effect)
                .filter(type::isInstance)
                .map(type::cast)
                .toList();
    }

    /** The numbers in the delivered messages, in order. */
    List<Long> ids(List<Sent> sent) {
        List<Long> ids = new ArrayList<>();
        for (Effect.Deliver deliver : only(sent, Effect.Deliver.class)) {
            ids.addAll(ids(deliver));
        }
        return ids;
    }

    List<Long> ids(Effect.Deliver deliver) {
        List<Long> ids = new ArrayList<>();
        EntryMessages messages = EntryMessages.of(log.get(deliver.index()));
        ByteBuffer slice = messages.slice(deliver.firstOrdinal(), deliver.count());
        for (int at = 0; at < slice.limit(); at += 4 + slice.getInt(at)) {
            ids.add(Messages.id(slice, at));
        }
        return ids;
    }

    List<Sent> queue(long queueId, QueueOptions options) {
        return queue(queueId, options, 0);
    }

    List<Sent> queue(long queueId, QueueOptions options, long deadLetterQueueId) {
        return apply(Commands.defineQueue(
                TENANT, GROUP, controlIndex++, queueId, "q" + queueId, options, deadLetterQueueId));
    }

    long nextControlIndex() {
        return controlIndex++;
    }

    int openProducer(long sender) {
        List<Sent> sent = apply(Commands.openProducer(TENANT, GROUP, ORIGIN, sender, "p" + sender));
        return only(sent, Effect.ProducerOpened.class).get(0).epoch();
    }

    static ShardCommand publish(
            long sender, int epoch, long firstSequence, boolean atomic, long queueId, List<Messages.Spec> messages) {
        int flags = messages.stream().mapToInt(Messages.Spec::flags).reduce(0, (a, b) -> a | b);
        ByteBuffer bytes = Messages.encode(messages);
        Section section = new Section(queueId, messages.size(), bytes.remaining(), flags);
        return Commands.publish(TENANT, GROUP, ORIGIN, sender, epoch, firstSequence, atomic, List.of(section), bytes);
    }

    static List<Messages.Spec> plain(long firstId, int count) {
        return LongStream.range(firstId, firstId + count)
                .mapToObj(Messages.Spec::new)
                .toList();
    }

    ShardCommand subscribe(long sender, long queueId, int prefetchCount) {
        return Commands.subscribe(TENANT, GROUP, ORIGIN, sender, queueId, prefetchCount, 1 << 20);
    }

    ShardCommand settle(long sender, int epoch, long sequence, Settlement... settlements) {
        return Commands.settle(TENANT, GROUP, ORIGIN, sender, epoch, sequence, List.of(settlements));
    }

    static Settlement ack(long firstTag, long lastTag) {
        return new Settlement(Outcome.ACK, 0, firstTag, lastTag);
    }

    static Settlement requeue(long firstTag, long lastTag, long delayMs) {
        return new Settlement(Outcome.REQUEUE, delayMs, firstTag, lastTag);
    }

    static Settlement discard(long firstTag, long lastTag) {
        return new Settlement(Outcome.DISCARD, 0, firstTag, lastTag);
    }

    List<Sent> tick(long advanceMs) {
        nowMs += advanceMs;
        return apply(Commands.tick());
    }

    QueueStats stats(long queueId) {
        return machine.stats(GROUP, queueId);
    }

    /** Replaces the machine by one restored from its snapshot. */
    void restart() {
        machine = ShardMachine.restore(join(machine.capture()), limits);
        machine.verify();
    }

    static ByteBuffer join(Snapshot snapshot) {
        ByteBuffer all = ByteBuffer.allocate((int) snapshot.sizeBytes());
        snapshot.parts().forEach(all::put);
        return all.flip();
    }

    static QueueOptions options(long maxMessages, OverflowPolicy overflow, int maxDeliveries) {
        return new QueueOptions(maxMessages, 0, overflow, maxDeliveries, "", 0, false, 0, 60_000);
    }
}
