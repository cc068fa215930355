package io.sluice.benchmark.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.benchmark.chaos.Journal.Event;
import io.sluice.benchmark.chaos.Journal.Place;
import io.sluice.benchmark.chaos.Violation.Kind;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Histories with and without something wrong. */
final class JudgeTest {
    private static final int BODY_BYTES = 40;

    @TempDir
    Path folder;

    private final AtomicLong clockUs = new AtomicLong();
    private Journal journal;
    private Judge judge;
    private Lane plain;
    private Lane keyed;
    private Judge.Seat plainSeat;
    private Judge.Seat keyedSeat;
    private Judge.Seat otherKeyedSeat;

    @BeforeEach
    void begin() throws Exception {
        journal = new Journal(folder.resolve("journal"));
        judge = new Judge(journal, clockUs::incrementAndGet);
        plain = judge.lane("red", "plain/q", false);
        keyed = judge.lane("red", "keyed/q", true);
        plainSeat = judge.seat("one", "red", "plain/q");
        keyedSeat = judge.seat("two", "red", "keyed/q");
        otherKeyedSeat = judge.seat("three", "red", "keyed/q");
    }

    @AfterEach
    void end() throws Exception {
        journal.close();
    }

    private void publish(Lane lane, int count) {
        for (int i = 0; i < count; i++) {
            judge.confirmed(lane, judge.published(lane));
        }
    }

    private void deliver(Judge.Seat seat, Lane lane, int number, int count) {
        judge.delivered(seat, body(lane, number), Body.key(number), count);
    }

    private static ByteBuffer body(Lane lane, int number) {
        return ByteBuffer.wrap(Body.message(lane.id(), number, BODY_BYTES).body());
    }

    private void hasOnly(Kind kind, long count) {
        judge.judgeEnd();
        for (Kind each : Kind.values()) {
            assertThat(judge.count(each))
                    .as("%s in %s", each, judge.violations())
                    .isEqualTo(each == kind ? count : 0);
        }
    }

    @Test
    void findsNothingInAnHonestHistory() {
        publish(plain, 40);
        publish(keyed, 40);
        for (int i = 0; i < 40; i++) {
            deliver(plainSeat, plain, i, 1);
            deliver(i % Lane.KEYS < 8 ? keyedSeat : otherKeyedSeat, keyed, i, 1);
        }
        deliver(plainSeat, plain, 3, 2);
        deliver(otherKeyedSeat, keyed, 3, 2);
        judge.judgeEnd();
        assertThat(judge.isClean()).as("%s", judge.violations()).isTrue();
        assertThat(judge.confirmedUnseen()).isZero();
        assertThat(judge.figures()).isEqualTo(new Judge.Figures(80, 80, 82, 2, 0, 0));
    }

    @Test
    void findsWhatWasConfirmedAndNeverCame() {
        publish(plain, 3);
        deliver(plainSeat, plain, 0, 1);
        deliver(plainSeat, plain, 2, 1);
        assertThat(judge.confirmedUnseen()).isEqualTo(1);
        hasOnly(Kind.LOST, 1);
    }

    @Test
    void doesNotCallLostWhatMayNotHaveBeenStored() {
        judge.unknown(plain, judge.published(plain));
        judge.unknown(plain, judge.published(plain));
        deliver(plainSeat, plain, 0, 1);
        judge.judgeEnd();
        assertThat(judge.isClean()).isTrue();
    }

    @Test
    void findsASecondDeliveryUnderTheSameCountToWhomeverItGoes() {
        publish(keyed, 1);
        deliver(keyedSeat, keyed, 0, 2);
        deliver(otherKeyedSeat, keyed, 0, 1);
        deliver(otherKeyedSeat, keyed, 0, 3);
        deliver(keyedSeat, keyed, 0, 2);
        hasOnly(Kind.DOUBLED, 1);
    }

    @Test
    void findsAKeyOutOfOrderOverTwoConsumers() {
        publish(keyed, 2 * Lane.KEYS);
        deliver(keyedSeat, keyed, Lane.KEYS, 1);
        deliver(otherKeyedSeat, keyed, 0, 1);
        assertThat(judge.count(Kind.REORDERED)).isEqualTo(1);
    }

    @Test
    void findsAProducerOutOfOrderWithinAConsumerButNotOverTwo() {
        publish(plain, 10);
        Judge.Seat another = judge.seat("four", "red", "plain/q");
        deliver(plainSeat, plain, 5, 1);
        deliver(another, plain, 4, 1);
        deliver(plainSeat, plain, 2, 2);
        assertThat(judge.isClean()).isTrue();
        deliver(plainSeat, plain, 3, 1);
        assertThat(judge.count(Kind.REORDERED)).isEqualTo(1);
    }

    @Test
    void findsWhatCameToAWrongTenant() {
        publish(plain, 1);
        deliver(judge.seat("spy", "blue", "plain/q"), plain, 0, 1);
        hasOnly(Kind.WRONG_TENANT, 1);
    }

    @Test
    void findsBodiesThatNobodyPublishedSo() {
        publish(plain, 2);
        deliver(plainSeat, plain, 2, 1);
        ByteBuffer changed = body(plain, 0);
        changed.put(BODY_BYTES - 1, (byte) (changed.get(BODY_BYTES - 1) ^ 1));
        judge.delivered(plainSeat, changed, Body.key(0), 1);
        judge.delivered(plainSeat, body(plain, 1), "another key", 1);
        judge.delivered(plainSeat, ByteBuffer.allocate(3), "", 1);
        hasOnly(Kind.INVENTED, 4);
    }

    @Test
    void findsDeliveriesOfWhatWasRefusedInEitherOrder() {
        judge.published(plain);
        judge.published(plain);
        judge.refused(plain, 0, 7);
        deliver(plainSeat, plain, 0, 1);
        deliver(plainSeat, plain, 1, 1);
        judge.refused(plain, 1, 7);
        hasOnly(Kind.INVENTED, 2);
    }

    @Test
    void findsAConfirmOfWhatWasPublishedWithoutAMajority() {
        int before = judge.published(plain);
        judge.majorityIsGone();
        judge.confirmed(plain, before);
        assertThat(judge.isClean()).isTrue();
        int without = judge.published(plain);
        int afterwards = judge.published(plain);
        Lane opened = judge.lane("blue", "plain/q", false);
        int first = judge.published(opened);
        judge.confirmed(plain, without);
        judge.confirmed(opened, first);
        judge.majorityIsBack();
        judge.confirmed(plain, afterwards);
        assertThat(judge.count(Kind.CONFIRMED_WITHOUT_MAJORITY)).isEqualTo(2);
    }

    @Test
    void findsSecondOutcomesAndMissingOnes() {
        publish(plain, 1);
        deliver(plainSeat, plain, 0, 1);
        judge.confirmed(plain, 0);
        assertThat(judge.count(Kind.SECOND_OUTCOME)).isEqualTo(1);
        judge.published(plain);
        judge.judgeEnd();
        assertThat(judge.count(Kind.STUCK)).isEqualTo(1);
    }

    @Test
    void tellsTheStoryOfAMessage() {
        publish(plain, 2);
        deliver(plainSeat, plain, 1, 1);
        judge.settled(plainSeat, body(plain, 1), Event.ACKED);
        Place place = new Place(plain.id(), 1);
        assertThat(journal.stories(Set.of(place)).get(place))
                .extracting(line -> line.replaceFirst(".* s ", ""))
                .containsExactly(
                        "PUBLISHED by its producer",
                        "CONFIRMED by its producer",
                        "DELIVERED by one, delivery count 1",
                        "ACKED by one");
    }
}
