package io.sluice.queuegroups.machine;

import io.sluice.protocol.GroupForm;
import io.sluice.protocol.QueueOptions;
import io.sluice.queuegroups.api.Commands;
import io.sluice.queuegroups.api.Commands.Outcome;
import io.sluice.queuegroups.api.Commands.Section;
import io.sluice.queuegroups.api.Commands.Settlement;
import io.sluice.queuegroups.api.ShardCommand;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Cost of apply per message and heap per waiting message; its main is run by hand. */
final class MachineBenchmark {
    private static final int BATCH = 1_000;
    private final ShardMachine machine = new ShardMachine(MachineLimits.DEFAULT);
    private final ByteBuffer buffer = ByteBuffer.allocate(1 << 20);
    private final ByteBuffer thousand = bodies(BATCH);
    private final ByteBuffer one = bodies(1);
    private long index;
    private long sequence = 1;

    private MachineBenchmark() {
        apply(Commands.defineGroup(1, 1, 1, GroupForm.WORK, "t", "g"));
        apply(Commands.defineQueue(1, 1, 2, 10, "q", QueueOptions.DEFAULT, 0));
        apply(Commands.openProducer(1, 1, 65_536, 1, "p"));
    }

    private static ByteBuffer bodies(int count) {
        Messages.Spec[] specs = new Messages.Spec[count];
        Arrays.fill(specs, new Messages.Spec(1, "", 0, 0, 256));
        return Messages.encode(List.of(specs));
    }

    private void apply(ShardCommand... commands) {
        ShardEntryWriter writer = new ShardEntryWriter(buffer.clear());
        for (ShardCommand command : commands) {
            writer.tryAdd(command);
        }
        machine.apply(++index, writer.finish(1_700_000_000_000L + index), Effects.DROP);
    }

    private ByteBuffer entry(ShardCommand... commands) {
        ShardEntryWriter writer = new ShardEntryWriter(ByteBuffer.allocate(1 << 19));
        for (ShardCommand command : commands) {
            writer.tryAdd(command);
        }
        return writer.finish(1_700_000_000_000L + index);
    }

    private ShardCommand publish(int count, ByteBuffer messages) {
        Section section = new Section(10, count, messages.remaining(), 0);
        ShardCommand command = Commands.publish(1, 1, 65_536, 1, 1, sequence, false, List.of(section), messages);
        sequence += count;
        return command;
    }

    /** Every entry publishes a thousand messages and acks the thousand before. */
    private double nanosPerMessage(int entries) {
        long tag = 1;
        long settle = 1;
        apply(Commands.subscribe(1, 1, 65_536, 2, 10, 10 * BATCH, 1L << 30));
        long nanos = 0;
        for (int round = 0; round < entries / 50; round++) {
            List<ByteBuffer> batch = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                Settlement ack = new Settlement(Outcome.ACK, 0, tag, tag + BATCH - 1);
                tag += BATCH;
                ShardCommand publish = publish(BATCH, thousand);
                batch.add(entry(publish, Commands.settle(1, 1, 65_536, 2, 2, settle++, List.of(ack))));
            }
            long start = System.nanoTime();
            for (ByteBuffer entry : batch) {
                machine.apply(++index, entry, Effects.DROP);
            }
            nanos += System.nanoTime() - start;
        }
        apply(Commands.unsubscribe(1, 1, 65_536, 2));
        return (double) nanos / entries / BATCH;
    }

    private static long usedHeap() throws InterruptedException {
        for (int i = 0; i < 3; i++) {
            System.gc();
            Thread.sleep(100);
        }
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    public static void main(String[] args) throws InterruptedException {
        StringBuilder report = new StringBuilder();
        MachineBenchmark warm = new MachineBenchmark();
        warm.nanosPerMessage(2_000);
        MachineBenchmark bench = new MachineBenchmark();
        report.append(String.format(
                "apply, publish and ack of 1000 x 256 B: %.1f ns a message%n", bench.nanosPerMessage(5_000)));
        long before = usedHeap();
        int waiting = Integer.getInteger("waiting", 2_000_000);
        long start = System.nanoTime();
        for (int i = 0; i < waiting; i++) {
            bench.apply(bench.publish(1, bench.one));
        }
        double publishNanos = (double) (System.nanoTime() - start) / waiting;
        report.append(String.format(
                "apply, one message an entry, entry building included: %.0f ns a message%n", publishNanos));
        report.append(String.format(
                "heap per waiting message, runs of one: %.1f B%n", (double) (usedHeap() - before) / waiting));
        start = System.nanoTime();
        Snapshot snapshot = bench.machine.capture();
        report.append(
                String.format("capture of %d waiting messages: %.2f ms%n", waiting, (System.nanoTime() - start) / 1e6));
        start = System.nanoTime();
        bench.machine.stateHash();
        report.append(String.format("state hash: %.2f ms%n", (System.nanoTime() - start) / 1e6));
        report.append(String.format("snapshot: %.1f B a message%n", (double) snapshot.sizeBytes() / waiting));
        start = System.nanoTime();
        ShardMachine restored = ShardMachine.restore(Harness.join(snapshot), MachineLimits.DEFAULT);
        report.append(String.format("restore: %.0f ms%n", (System.nanoTime() - start) / 1e6));
        if (restored.stateHash() != bench.machine.stateHash()) {
            throw new IllegalStateException("restored state differs");
        }
        java.util.logging.Logger.getGlobal().info(report.toString());
    }
}
