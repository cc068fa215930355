package io.sluice.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.systemtests.History.Faults;
import org.junit.jupiter.api.Test;

final class HistoryTest {
    private final History history = new History();

    /** Ten messages under two keys, confirmed; those from {@code firstDelivered} on are delivered and acked. */
    private void tenMessages(int firstDelivered) {
        for (int i = 0; i < 10; i++) {
            history.confirmed(history.publish());
        }
        for (int i = firstDelivered; i < 10; i++) {
            history.delivered(i, key(i), 1);
            history.acked(i);
        }
    }

    private static String key(int number) {
        return "k" + number % 2;
    }

    @Test
    void findsNothingInAnHonestHistory() {
        tenMessages(0);
        assertThat(history.faults()).isEqualTo(Faults.NONE);
        assertThat(history.isSettled()).isTrue();
    }

    @Test
    void allowsRedeliveryUnderAHigherCountAndUnknownOutcomes() {
        tenMessages(0);
        history.delivered(3, key(3), 2);
        history.delivered(9, key(9), 2);
        int unknown = history.publish();
        history.delivered(unknown, key(unknown), 1);
        history.publish();
        assertThat(history.faults()).isEqualTo(Faults.NONE);
    }

    @Test
    void allowsOneKeyToOvertakeAnother() {
        history.publish();
        history.publish();
        history.delivered(1, key(1), 1);
        history.delivered(0, key(0), 1);
        assertThat(history.faults()).isEqualTo(Faults.NONE);
    }

    @Test
    void findsALostMessage() {
        tenMessages(1);
        assertThat(history.faults()).isEqualTo(new Faults(1, 0, 0, 0, 0));
        assertThat(history.isSettled()).isFalse();
    }

    @Test
    void findsAMessageDeliveredTwiceUnderOneCount() {
        tenMessages(0);
        history.delivered(4, key(4), 2);
        history.delivered(4, key(4), 2);
        history.delivered(5, key(5), 1);
        assertThat(history.faults()).isEqualTo(new Faults(0, 2, 0, 0, 0));
    }

    @Test
    void findsAnEarlierMessageOfAKeyBehindALaterOneEvenUnderAHigherCount() {
        tenMessages(1);
        history.delivered(0, key(0), 2);
        assertThat(history.faults()).isEqualTo(new Faults(0, 0, 1, 0, 0));
    }

    @Test
    void findsDeliveriesOfWhatWasRejectedOrNeverPublished() {
        tenMessages(0);
        int refused = history.publish();
        history.rejected(refused);
        history.delivered(refused, key(refused), 1);
        history.delivered(11, key(11), 1);
        assertThat(history.faults()).isEqualTo(new Faults(0, 0, 0, 2, 0));
    }

    @Test
    void findsASecondOutcome() {
        tenMessages(0);
        history.confirmed(2);
        history.rejected(3);
        assertThat(history.faults().outcomesTwice()).isEqualTo(2);
    }
}
