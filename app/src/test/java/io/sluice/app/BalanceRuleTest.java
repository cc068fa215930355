package io.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.app.BalanceRule.Shard;
import java.util.List;
import org.junit.jupiter.api.Test;

final class BalanceRuleTest {
    private static final long CALM = BalanceRule.CALM_NS;

    private final BalanceRule n1 = new BalanceRule("n1");

    private static Shard shard(int number, String leader, String preferred) {
        return new Shard("shard-" + number, leader, preferred, true, 0);
    }

    @Test
    void handsOneShardOverOnceAllLeadersHaveBeenThereForAWhile() {
        List<Shard> shards = List.of(shard(0, "n1", "n1"), shard(1, "n1", "n2"), shard(2, "n1", "n3"));
        assertThat(n1.next(shards, 0)).isNull();
        assertThat(n1.next(shards, CALM - 1)).isNull();
        assertThat(n1.next(shards, CALM)).isEqualTo(shards.get(1));
        n1.tried(shards.get(1), CALM);
        assertThat(n1.next(shards, CALM + 1)).isNull();
        List<Shard> after = List.of(shard(0, "n1", "n1"), shard(1, "n2", "n2"), shard(2, "n1", "n3"));
        assertThat(n1.next(after, CALM + 2)).isNull();
        assertThat(n1.next(after, 2 * CALM + 2)).isEqualTo(after.get(2));
    }

    @Test
    void leavesToAnotherNodeWhatItLeads() {
        List<Shard> shards = List.of(shard(0, "n2", "n3"), shard(1, "n1", "n2"));
        n1.next(shards, 0);
        assertThat(n1.next(shards, CALM)).isNull();
    }

    @Test
    void waitsWhileAShardHasNoLeaderOrThePreferredNodeIsNotReady() {
        List<Shard> leaderless = List.of(shard(0, "", "n1"), shard(1, "n1", "n2"));
        n1.next(leaderless, 0);
        assertThat(n1.next(leaderless, CALM)).isNull();
        List<Shard> notReady = List.of(
                shard(0, "n1", "n1"),
                new Shard("shard-1", "n1", "n2", false, 0),
                new Shard("shard-2", "n1", "n2", true, 1_000_000));
        n1.next(notReady, 2 * CALM);
        assertThat(n1.next(notReady, 4 * CALM)).isNull();
    }
}
