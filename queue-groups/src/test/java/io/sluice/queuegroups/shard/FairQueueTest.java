package io.sluice.queuegroups.shard;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.queuegroups.api.CommandType;
import io.sluice.queuegroups.api.ShardCommand;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FairQueueTest {
    private static final int ENTRY_BYTES = 256 * 1024;

    private final Map<Long, Integer> weights = new HashMap<>();
    private final FairQueue queue = new FairQueue(16 * 1024, tenant -> weights.getOrDefault(tenant, 1));

    @Test
    void keepsTheOrderOfOneTenant() {
        for (int sender = 0; sender < 100; sender++) {
            add(7, sender, 1000);
        }

        assertThat(entry()).extracting(ShardCommand::sender).isSorted().hasSize(100);
    }

    @Test
    void takesAVictimsCommandIntoTheNextEntryHoweverMuchAFloodHasWaiting() {
        for (int i = 0; i < 10_000; i++) {
            add(1, i, 1000);
        }
        entry();
        add(2, 42, 300);

        assertThat(entry()).extracting(ShardCommand::tenantId).contains(2L);
    }

    @Test
    void sharesAnEntryByWeight() {
        weights.put(1L, 3);
        for (int i = 0; i < 5_000; i++) {
            add(1, i, 960);
            add(2, i, 960);
        }

        Map<Long, Long> bytes = bytesByTenant(20);

        assertThat(bytes.get(1L) / (double) bytes.get(2L)).isBetween(2.7, 3.3);
    }

    @Test
    void aChangedWeightHoldsForATenantThatAlwaysHasSomethingWaiting() {
        for (int i = 0; i < 10_000; i++) {
            add(1, i, 960);
            add(2, i, 960);
        }
        bytesByTenant(2);
        weights.put(2L, 4);

        Map<Long, Long> bytes = bytesByTenant(20);

        assertThat(bytes.get(2L) / (double) bytes.get(1L)).isBetween(3.5, 4.5);
    }

    @Test
    void sharesBytesNotCommands() {
        for (int i = 0; i < 20_000; i++) {
            add(1, i, 100);
        }
        for (int i = 0; i < 200; i++) {
            add(2, i, 50_000);
        }

        Map<Long, Long> cost = bytesByTenant(8);

        assertThat(cost.get(1L) / (double) cost.get(2L)).isBetween(0.7, 1.4);
    }

    @Test
    void aCommandLargerThanManyGrantsGetsItsTurn() {
        add(1, 1, 4_000_000);
        for (int i = 0; i < 3_000; i++) {
            add(2, i, 1000);
        }

        List<ShardCommand> taken = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            taken.addAll(entry());
        }

        assertThat(taken).extracting(ShardCommand::tenantId).contains(1L);
        assertThat(taken).filteredOn(c -> c.tenantId() == 2).hasSize(3_000);
    }

    @Test
    void leavesWhatDoesNotFitFirstInTurn() {
        add(1, 1, 100);
        add(1, 2, 2000);

        assertThat(take(1000)).extracting(ShardCommand::sender).containsExactly(1L);
        assertThat(take(5000)).extracting(ShardCommand::sender).containsExactly(2L);
    }

    @Test
    void aTenantThatWasIdleBringsNoSavingsAlong() {
        for (int round = 0; round < 50; round++) {
            add(2, round, 100);
            entry();
        }
        for (int i = 0; i < 2_000; i++) {
            add(1, i, 960);
            add(2, i, 960);
        }

        Map<Long, Long> bytes = bytesByTenant(2);

        assertThat(bytes.get(2L) / (double) bytes.get(1L)).isBetween(0.8, 1.25);
    }

    @Test
    void losesAndDoublesNothingUnderRandomLoad() {
        Random random = new Random(4711);
        int added = 0;
        List<ShardCommand> taken = new ArrayList<>();
        for (int step = 0; step < 3_000; step++) {
            if (random.nextInt(3) > 0) {
                add(random.nextInt(5), added++, random.nextInt(60_000));
            } else {
                taken.addAll(entry());
            }
        }
        while (!queue.isEmpty()) {
            taken.addAll(entry());
        }

        assertThat(taken)
                .extracting(ShardCommand::sender)
                .doesNotHaveDuplicates()
                .hasSize(added);
        for (long tenant = 0; tenant < 5; tenant++) {
            long id = tenant;
            assertThat(taken)
                    .filteredOn(c -> c.tenantId() == id)
                    .extracting(ShardCommand::sender)
                    .isSorted();
            assertThat(queue.pendingBytes(tenant)).isZero();
        }
    }

    private void add(long tenant, long sender, int bytes) {
        queue.add(new Pending(command(tenant, sender, bytes), null));
    }

    private Map<Long, Long> bytesByTenant(int entries) {
        Map<Long, Long> bytes = new HashMap<>();
        for (int i = 0; i < entries; i++) {
            entry().forEach(c -> bytes.merge(c.tenantId(), (long) c.costBytes(), Long::sum));
        }
        return bytes;
    }

    private List<ShardCommand> entry() {
        return take(ENTRY_BYTES);
    }

    /** As the proposer does: the first command whatever its size, then what fits. */
    private List<ShardCommand> take(int room) {
        List<ShardCommand> commands = new ArrayList<>();
        for (Pending next = queue.poll(Integer.MAX_VALUE); next != null; next = queue.poll(room)) {
            commands.add(next.command());
            room -= next.command().sizeBytes();
        }
        return commands;
    }

    static ShardCommand command(long tenant, long sender, int bytes) {
        return new ShardCommand(
                CommandType.SETTLE, 0, tenant, 5, 0, sender, ByteBuffer.allocate(bytes), ByteBuffer.allocate(0));
    }
}
