package io.sluice.queuegroups.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Whatever stands in the log, the machine neither throws nor stops nor breaks its own rules. */
class MachineFuzzTest {
    @Test
    void survivesEntriesOfRandomBytes() {
        Random random = new Random(1);
        ShardMachine machine = new ShardMachine(MachineLimits.DEFAULT);
        for (int index = 1; index <= 20_000; index++) {
            byte[] bytes = new byte[random.nextInt(200)];
            random.nextBytes(bytes);
            if (bytes.length > ShardEntry.HEADER_BYTES && random.nextInt(4) > 0) {
                // A header that is understood, and often a command length that fits.
                ByteBuffer header =
                        ByteBuffer.wrap(bytes).put((byte) 1).put((byte) 1).putLong(index);
                header.putInt(random.nextInt(5));
                if (header.remaining() >= 6) {
                    header.putInt(36 + random.nextInt(100))
                            .put((byte) random.nextInt(36))
                            .put((byte) 1);
                }
            }
            machine.apply(index, ByteBuffer.wrap(bytes), Effects.DROP);
            EntryMessages.of(ByteBuffer.wrap(bytes));
        }
        machine.verify();
        assertThat(machine.malformedCount()).isPositive();
    }

    @Test
    void survivesValidEntriesWithFlippedBitsWithoutAQuarantine() {
        long first = Long.getLong("sluice.simulation.first", 1);
        for (long seed = first; seed < first + Long.getLong("sluice.fuzz.seeds", 12); seed++) {
            Random random = new Random(seed);
            List<ByteBuffer> log = MachineSimulationTest.randomLog(seed, 150);
            for (int round = 0; round < 4; round++) {
                replayFlipped(log, random, "seed " + seed + " round " + round);
            }
        }
    }

    private static void replayFlipped(List<ByteBuffer> log, Random random, String name) {
        ShardMachine machine = new ShardMachine(MachineLimits.DEFAULT);
        for (int i = 0; i < log.size(); i++) {
            byte[] bytes = new byte[log.get(i).remaining()];
            log.get(i).duplicate().get(bytes);
            for (int flips = random.nextInt(3); flips > 0 && i > 3; flips--) {
                int at = random.nextInt(bytes.length);
                bytes[at] =
                        random.nextBoolean() ? (byte) (bytes[at] ^ 1 << random.nextInt(8)) : (byte) random.nextInt();
            }
            machine.apply(i + 1, ByteBuffer.wrap(bytes), Effects.DROP);
            assertThat(machine.quarantineCause(Simulation.GROUP))
                    .as("%s at index %s", name, i + 1)
                    .isNull();
            try {
                machine.verify();
            } catch (IllegalStateException e) {
                throw new AssertionError(name + " at index " + (i + 1), e);
            }
        }
        ShardMachine restored = ShardMachine.restore(Harness.join(machine.capture()), MachineLimits.DEFAULT);
        assertThat(restored.stateHash()).as(name).isEqualTo(machine.stateHash());
    }
}
