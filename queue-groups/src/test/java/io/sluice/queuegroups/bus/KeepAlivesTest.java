package io.sluice.queuegroups.bus;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.queuegroups.bus.KeepAlives.News;
import org.junit.jupiter.api.Test;

class KeepAlivesTest {
    private long nowMs = 5;
    private final KeepAlives keepAlives = new KeepAlives(2, 1_000, () -> nowMs);

    private void pass(int pauses) {
        for (int i = 0; i < pauses; i++) {
            nowMs += 1_000;
            keepAlives.tick();
        }
    }

    @Test
    void whatAnOlderLeaderSaysAfterANewerOneWasHeardIsNotBelieved() {
        assertThat(keepAlives.heard(0, 3)).isEqualTo(News.LEADER_CHANGED);
        assertThat(keepAlives.heard(0, 5)).isEqualTo(News.LEADER_CHANGED);
        assertThat(keepAlives.heard(0, 3)).isEqualTo(News.OUTDATED);
        assertThat(keepAlives.heard(0, 5)).isEqualTo(News.NOTHING);
    }

    @Test
    void theFirstLeaderEverHeardMayHaveMissedWhatWasSentBefore() {
        assertThat(keepAlives.heard(1, 0)).isEqualTo(News.NOTHING);
        assertThat(keepAlives.heard(1, 3)).isEqualTo(News.LEADER_CHANGED);
        assertThat(keepAlives.heard(1, 3)).isEqualTo(News.NOTHING);
    }

    @Test
    void aReplicaThatDoesNotLeadMayRefuseButIsNoContact() {
        keepAlives.heard(0, 3);
        pass(5);
        assertThat(keepAlives.heard(0, 0)).isEqualTo(News.NOTHING);
        assertThat(keepAlives.heard(0, 3)).isEqualTo(News.CONTACT_REGAINED);
    }

    @Test
    void contactIsRegainedAfterUnansweredKeepAlives() {
        keepAlives.heard(0, 3);
        pass(4);
        assertThat(keepAlives.heard(0, 3)).isEqualTo(News.NOTHING);
        pass(5);
        assertThat(keepAlives.heard(0, 3)).isEqualTo(News.CONTACT_REGAINED);
        assertThat(keepAlives.heard(0, 3)).isEqualTo(News.NOTHING);
    }

    @Test
    void aProcessThatStoodStillDoubtsEveryShardItKnew() {
        keepAlives.heard(0, 3);
        nowMs += 60_000;
        assertThat(keepAlives.heard(0, 3)).isEqualTo(News.NOTHING);
        keepAlives.tick();
        assertThat(keepAlives.heard(0, 3)).isEqualTo(News.CONTACT_REGAINED);
        assertThat(keepAlives.heard(1, 3)).isEqualTo(News.LEADER_CHANGED);
    }
}
