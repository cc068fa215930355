package io.sluice.queuegroups.shard;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.queuegroups.api.Origin;
import io.sluice.queuegroups.shard.GatewayWatch.Lost;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class GatewayWatchTest {
    private final GatewayWatch watch = new GatewayWatch(10_000, 5_000);
    private long nowMs = 77;

    @BeforeEach
    void lead() {
        watch.reset(nowMs);
    }

    /** Looks twice a second, as the leader does. */
    private List<Lost> pass(long ms) {
        List<Lost> lost = new ArrayList<>();
        for (long end = nowMs + ms; nowMs < end; ) {
            nowMs += 500;
            lost.addAll(watch.look(nowMs));
        }
        return lost;
    }

    @Test
    void givesAGatewayUpOnceAfterItsSilence() {
        watch.heard(new Origin(2, 5, 0), nowMs);
        assertThat(pass(9_500)).isEmpty();
        assertThat(pass(30_000)).containsExactly(new Lost(2, 5, 0));
    }

    @Test
    void aKeepAliveOfAnyLoopStartsTheSilenceAnew() {
        watch.heard(new Origin(2, 5, 0), nowMs);
        for (int i = 0; i < 10; i++) {
            assertThat(pass(9_000)).isEmpty();
            assertThat(watch.heard(new Origin(2, 5, 1), nowMs)).isNull();
        }
        assertThat(pass(10_000)).hasSize(1);
    }

    @Test
    void aNewLeaderCountsTheSilenceOfEveryGatewayInItsState() {
        watch.expect(new Origin(2, 5, 0), nowMs);
        watch.expect(new Origin(3, 1, 0), nowMs);
        assertThat(pass(9_000)).isEmpty();
        watch.heard(new Origin(3, 1, 0), nowMs);
        assertThat(pass(5_000)).containsExactly(new Lost(2, 5, 0));
    }

    @Test
    void anOlderBootIsGivenUpAtOnceWhenANewerOneIsHeardAndNotBelievedAfterwards() {
        watch.expect(new Origin(2, 5, 0), nowMs);
        assertThat(watch.heard(new Origin(2, 6, 0), nowMs)).isEqualTo(new Lost(2, 5, 5_000));
        assertThat(watch.isOutdated(new Origin(2, 5, 0))).isTrue();
        assertThat(watch.heard(new Origin(2, 5, 0), nowMs)).isNull();
        assertThat(watch.isOutdated(new Origin(2, 6, 1))).isFalse();
        assertThat(pass(10_000)).containsExactly(new Lost(2, 6, 0));
    }

    @Test
    void aLeaderThatStoodStillTakesNobodyForLost() {
        watch.heard(new Origin(2, 5, 0), nowMs);
        nowMs += 60_000;
        assertThat(watch.look(nowMs)).isEmpty();
        assertThat(pass(9_000)).isEmpty();
        assertThat(pass(1_000)).containsExactly(new Lost(2, 5, 0));
    }

    @Test
    void oneThatWasGivenUpAndLivesIsGivenUpAgainOnlyAfterAnotherSilence() {
        watch.heard(new Origin(2, 5, 0), nowMs);
        assertThat(pass(10_000)).hasSize(1);
        assertThat(watch.heard(new Origin(2, 5, 0), nowMs)).isNull();
        assertThat(pass(9_500)).isEmpty();
        assertThat(pass(500)).hasSize(1);
    }

    @Test
    void aLossThatCouldNotBeLoggedIsNamedAgain() {
        watch.heard(new Origin(2, 5, 0), nowMs);
        watch.notLogged(pass(10_000).get(0));
        assertThat(pass(500)).containsExactly(new Lost(2, 5, 0));
    }

    @Test
    void clientsOfAnOlderBootHaveWhatIsLeftOfTheirGraceSinceItWasHeard() {
        assertThat(watch.heard(new Origin(2, 5, 0), nowMs)).isEqualTo(new Lost(2, 4, 5_000));
        nowMs += 3_000;
        assertThat(watch.heard(new Origin(2, 6, 0), nowMs)).isEqualTo(new Lost(2, 5, 2_000));
        nowMs += 9_000;
        assertThat(watch.heard(new Origin(2, 7, 0), nowMs)).isEqualTo(new Lost(2, 6, 0));
    }
}
