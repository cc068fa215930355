package io.sluice.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.protocol.frame.Ack;
import io.sluice.protocol.frame.Nack;
import io.sluice.protocol.frame.Ranges;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SettlementsTest {
    private final Settlements settlements = new Settlements();

    @Test
    void gathersAcksOfATurnIntoOneFrame() {
        assertThat(settlements.ack(0, 1, 1)).isTrue();
        assertThat(settlements.ack(0, 2, 2)).isFalse();
        settlements.ack(0, 4, 5);
        settlements.ack(0, 3, 3);
        assertThat(settlements.drain(9)).containsExactly(new Ack(9, Ranges.of(1, 5)));
        assertThat(settlements.ack(0, 6, 6)).isTrue();
    }

    @Test
    void keepsDifferentWaysOfGivingBackApart() {
        settlements.nack(0, 1, false, -1);
        settlements.nack(0, 2, false, -1);
        settlements.nack(0, 3, true, 0);
        assertThat(settlements.drain(1))
                .containsExactly(new Nack(1, false, -1, Ranges.of(1, 2)), new Nack(1, true, 0, Ranges.of(3, 3)));
    }

    @Test
    void sendsAgainOnlyWhatWasNotReportedApplied() {
        for (int tag = 1; tag <= 3; tag++) {
            settlements.ack(0, tag, tag);
            settlements.drain(1);
        }
        settlements.settled(2);
        assertThat(settlements.resumed(5)).containsExactly(new Ack(5, Ranges.of(3, 3)));
        settlements.ack(0, 4, 4);
        settlements.drain(5);
        // Under the new handle the resent frame is number 1.
        settlements.settled(1);
        assertThat(settlements.resumed(6)).containsExactly(new Ack(6, Ranges.of(4, 4)));
    }

    @Test
    void forgetsDecisionsOfAnOlderSubscription() {
        settlements.ack(0, 1, 1);
        assertThat(settlements.restarted()).isEqualTo(1);
        assertThat(settlements.ack(0, 2, 2)).isFalse();
        assertThat(settlements.nack(0, 2, false, 0)).isFalse();
        assertThat(settlements.drain(1)).isEmpty();
    }

    @Test
    void staysBoundedWhenTheServerReportsNothing() {
        for (int tag = 1; tag <= Settlements.MAX_KEPT + 100; tag++) {
            settlements.ack(0, tag, tag);
            settlements.drain(1);
        }
        assertThat(settlements.resumed(2)).hasSize(Settlements.MAX_KEPT);
    }

    @Test
    void mergesTagsInAnyOrderWithoutLosingOne() {
        for (long seed = 0; seed < 50; seed++) {
            Random random = new Random(seed);
            List<Integer> tags = new ArrayList<>();
            BitSet wanted = new BitSet();
            for (int i = 0; i < 12_000; i++) {
                int tag = random.nextInt(30_000);
                if (!wanted.get(tag)) {
                    wanted.set(tag);
                    tags.add(tag);
                }
            }
            Collections.shuffle(tags, random);
            TagRanges ranges = new TagRanges();
            tags.forEach(tag -> ranges.add(tag, tag));
            BitSet got = new BitSet();
            for (Ranges portion : ranges.drain()) {
                assertThat(portion.count()).isLessThanOrEqualTo(Ranges.MAX_COUNT);
                for (int i = 0; i < portion.count(); i++) {
                    got.set((int) portion.first(i), (int) portion.last(i) + 1);
                }
            }
            assertThat(got).isEqualTo(wanted);
        }
    }
}
