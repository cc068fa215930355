package io.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class IsolationTest {
    private final Vertx vertx = Vertx.vertx();
    private final List<Boolean> told = new ArrayList<>();
    private boolean leaderKnown = true;
    private final Isolation isolation = new Isolation(vertx, () -> leaderKnown, told::add);
    private long nowNs = System.nanoTime();

    IsolationTest() {
        // The test looks at times of its own.
        isolation.close();
    }

    @AfterEach
    void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    private void check(long afterMs) {
        nowNs += afterMs * 1_000_000;
        isolation.check(nowNs);
    }

    @Test
    void isToldOnceWhenNoLeaderWasKnownForAWhileAndOnceWhenOneIs() {
        check(100);
        leaderKnown = false;
        check(900);
        assertThat(told).isEmpty();
        check(1_000);
        check(5_000);
        assertThat(told).containsExactly(true);
        leaderKnown = true;
        check(250);
        check(250);
        assertThat(told).containsExactly(true, false);
    }

    @Test
    void anElectionIsNoIsolation() {
        for (int i = 0; i < 10; i++) {
            leaderKnown = false;
            check(900);
            leaderKnown = true;
            check(50);
        }
        assertThat(told).isEmpty();
    }

    @Test
    void aNodeThatStoodStillIsNotIsolatedWhenItKnowsALeader() {
        check(100);
        check(60_000);
        assertThat(told).isEmpty();
    }
}
