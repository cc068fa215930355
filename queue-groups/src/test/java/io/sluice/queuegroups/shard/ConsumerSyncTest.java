package io.sluice.queuegroups.shard;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.queuegroups.machine.Effect;
import io.sluice.queuegroups.shard.ConsumerSync.Held;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConsumerSyncTest {
    private final ConsumerSync sync = new ConsumerSync();

    private static Held held(long sender, long lastTag, long settled) {
        return new Held(7, new Effect.ConsumerState(sender, 1, lastTag, settled, 10, 1000, true));
    }

    @Test
    void aConsumerThatMovesIsNotToldOf() {
        for (int i = 1; i <= 10; i++) {
            sync.look(List.of(held(1, i, 0)));
            assertThat(sync.round()).isEmpty();
        }
        for (int i = 1; i <= 10; i++) {
            sync.look(List.of(held(1, 10, i)));
            assertThat(sync.round()).isEmpty();
        }
    }

    @Test
    void aConsumerThatStandsStillIsToldOfEverMoreRarelyAndNeverForgotten() {
        sync.look(List.of(held(1, 4, 0)));
        List<Integer> told = new ArrayList<>();
        for (int round = 0; round <= 48; round++) {
            if (!sync.round().isEmpty()) {
                told.add(round);
            }
        }
        assertThat(told).containsExactly(1, 2, 4, 8, 16, 32, 48);
    }

    @Test
    void oneThatHasNothingCheckedOutAnyMoreIsForgotten() {
        sync.look(List.of(held(1, 4, 0), held(2, 4, 0)));
        sync.round();
        sync.look(List.of(held(2, 4, 0)));
        assertThat(sync.round()).containsExactly(held(2, 4, 0));
    }
}
