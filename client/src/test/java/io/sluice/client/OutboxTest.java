package io.sluice.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.protocol.ErrorCode;
import io.sluice.protocol.Message;
import io.sluice.protocol.MessageWriter;
import io.sluice.protocol.frame.Publish;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class OutboxTest {
    private static final int MESSAGE_BYTES = MessageWriter.sizeBytes(Message.of("m"));
    private final List<Long> told = new ArrayList<>();
    private Outbox outbox = outbox(PublisherOptions.DEFAULT.withBatch(10, 100_000));

    private static Outbox outbox(PublisherOptions options) {
        Outbox outbox = new Outbox(options);
        outbox.begin(0, Long.MAX_VALUE);
        return outbox;
    }

    private void append(int count) {
        for (int i = 0; i < count; i++) {
            Message message = Message.of("m");
            outbox.append(
                    "q", message, MessageWriter.crc(message.body()), MESSAGE_BYTES, (s, rejection) -> told.add(s));
        }
    }

    private void confirm(long first, long last) {
        Outcomes outcomes = new Outcomes(null);
        outbox.complete(first, last, outcomes);
        outcomes.run();
    }

    private Batch next() {
        Batch batch = outbox.next();
        assertThat(batch).isNotNull();
        return batch;
    }

    private void assertNext(long first, long last) {
        Batch batch = next();
        assertThat(batch.firstSequence()).isEqualTo(first);
        assertThat(batch.lastSequence()).isEqualTo(last);
    }

    @Test
    void sendsAtOnceWhileLittleIsUnderWayAndGathersWhenMuchIs() {
        for (int i = 0; i < Outbox.FRAMES_UNDER_WAY; i++) {
            append(1);
            assertThat(next().count()).isEqualTo(1);
        }
        append(7);
        assertThat(outbox.wantsSending()).isFalse();
        assertThat(outbox.next()).isNull();
        confirm(1, 1);
        assertThat(next().count()).isEqualTo(7);
    }

    @Test
    void fullBatchesGoWhateverIsUnderWay() {
        append(45);
        for (int i = 0; i < 4; i++) {
            assertNext(10 * i + 1, 10 * i + 10);
        }
        assertThat(outbox.next()).isNull();
    }

    @Test
    void confirmsInAnyOrderAndOnce() {
        append(10);
        next();
        confirm(4, 6);
        confirm(1, 10);
        confirm(1, 10);
        assertThat(told).containsExactly(4L, 5L, 6L, 1L, 2L, 3L, 7L, 8L, 9L, 10L);
        assertThat(outbox.pending()).isZero();
    }

    @Test
    void confirmsOfWhatWasNeverSentAreOfNoEffect() {
        append(1);
        confirm(0, Long.MAX_VALUE);
        assertThat(outbox.pending()).isEqualTo(1);
        next();
        confirm(0, Long.MAX_VALUE);
        assertThat(told).containsExactly(1L);
    }

    @Test
    void boundsMessagesAndBytesButAlwaysTakesOne() {
        outbox = outbox(PublisherOptions.DEFAULT.withWindow(3, 2 * MESSAGE_BYTES));
        assertThat(outbox.hasRoom(1 << 20)).isTrue();
        append(2);
        assertThat(outbox.hasRoom(MESSAGE_BYTES)).isFalse();
        next();
        confirm(1, 2);
        assertThat(outbox.hasRoom(MESSAGE_BYTES)).isTrue();
    }

    @Test
    void splitsABatchAtItsCredit() {
        outbox.begin(0, 3L * MESSAGE_BYTES + 1);
        append(5);
        assertNext(1, 3);
        assertThat(outbox.next()).isNull();
        outbox.credit(4L * MESSAGE_BYTES);
        assertNext(4, 4);
        confirm(1, 4);
        assertThat(outbox.next()).isNull();
        // Nothing is under way and some credit is left: one message may go beyond it.
        outbox.credit(4L * MESSAGE_BYTES + 1);
        assertNext(5, 5);
    }

    @Test
    void sendsAgainWithoutAGapFromTheFirstBatchWithAnOpenMessage() {
        append(10);
        next();
        append(3);
        next();
        confirm(1, 2);
        confirm(5, 5);
        outbox.disconnected();
        assertThat(outbox.reopened(10, Long.MAX_VALUE)).isEqualTo(Outbox.Reopened.GOES_ON);
        assertNext(1, 10);
        assertNext(11, 13);
        confirm(3, 13);
        assertThat(told).containsExactly(1L, 2L, 5L, 3L, 4L, 6L, 7L, 8L, 9L, 10L, 11L, 12L, 13L);
        assertThat(outbox.hasRoom(PublisherOptions.DEFAULT.windowBytes())).isTrue();
    }

    @Test
    void tellsAForgottenProducerFromATakenOne() {
        append(5);
        next();
        confirm(1, 3);
        outbox.disconnected();
        assertThat(outbox.reopened(2, 0)).isEqualTo(Outbox.Reopened.FORGOTTEN);
        assertThat(outbox.reopened(3, 0)).isEqualTo(Outbox.Reopened.GOES_ON);
        assertThat(outbox.reopened(5, 0)).isEqualTo(Outbox.Reopened.GOES_ON);
        assertThat(outbox.reopened(6, 0)).isEqualTo(Outbox.Reopened.TAKEN_OVER);
    }

    @Test
    void aForgottenProducerGivesUpOnlyWhatMayHaveBeenStored() {
        append(10);
        next();
        confirm(1, 3);
        append(2);
        outbox.disconnected();
        assertThat(outbox.reopened(0, Long.MAX_VALUE)).isEqualTo(Outbox.Reopened.FORGOTTEN);
        Outcomes unknown = outbox.forgotten(0, ErrorCode.UNAVAILABLE, "forgotten");
        assertThat(unknown.count()).isEqualTo(7);
        assertNext(1, 2);
        confirm(1, 2);
        assertThat(outbox.pending()).isZero();
    }

    @Test
    void throttledMessagesComeBackUnderNewSequencesAndKeepTheirQueue() {
        append(4);
        next();
        outbox.setAside(2, 3);
        confirm(1, 4);
        assertThat(told).containsExactly(1L, 4L);
        assertThat(outbox.pending()).isEqualTo(2);
        assertThat(outbox.readmit()).isTrue();
        Batch again = next();
        assertThat(again.frame(1, 0).sections()).containsExactly(new Publish.Section("q", 2, 2 * MESSAGE_BYTES));
        assertThat(again.firstSequence()).isEqualTo(5);
        confirm(5, 6);
        assertThat(outbox.pending()).isZero();
        assertThat(outbox.hasRoom(PublisherOptions.DEFAULT.windowBytes())).isTrue();
    }

    @Test
    void failsEverythingOnce() {
        append(12);
        next();
        outbox.setAside(1, 2);
        Outcomes outcomes = outbox.failAll(ErrorCode.UNAVAILABLE, "over");
        assertThat(outcomes.count()).isEqualTo(12);
        assertThat(outbox.pending()).isZero();
        assertThat(outbox.failAll(ErrorCode.UNAVAILABLE, "over").count()).isZero();
    }

    /** Random appends, sends, outcomes and disconnections against the one promise that counts: each message gets one outcome. */
    @Test
    void givesEachMessageOneOutcomeWhateverHappens() {
        for (long seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            told.clear();
            outbox = outbox(PublisherOptions.DEFAULT
                    .withBatch(1 + random.nextInt(8), 1_000)
                    .withWindow(64, 100_000));
            int appended = 0;
            long lastSent = 0;
            for (int step = 0; step < 300; step++) {
                switch (random.nextInt(5)) {
                    case 0, 1 -> {
                        if (outbox.hasRoom(MESSAGE_BYTES)) {
                            append(1);
                            appended++;
                        }
                    }
                    case 2 -> {
                        Batch batch = outbox.next();
                        lastSent = batch == null ? lastSent : Math.max(lastSent, batch.lastSequence());
                    }
                    case 3 -> {
                        long first = random.nextInt((int) lastSent + 2);
                        confirm(first, first + random.nextInt(5));
                    }
                    default -> {
                        if (random.nextInt(10) == 0) {
                            outbox.disconnected();
                            assertThat(outbox.reopened(lastSent, Long.MAX_VALUE))
                                    .isEqualTo(Outbox.Reopened.GOES_ON);
                        } else if (random.nextInt(4) == 0 && lastSent > 0) {
                            long first = 1L + random.nextInt((int) lastSent);
                            outbox.setAside(first, first + 2);
                            outbox.readmit();
                        }
                    }
                }
            }
            drainAll();
            assertThat(told).as("seed %s", seed).hasSize(appended).doesNotHaveDuplicates();
            assertThat(outbox.hasRoom(99_999)).isTrue();
        }
    }

    private void drainAll() {
        while (outbox.pending() > 0) {
            outbox.readmit();
            while (outbox.next() != null) {
                confirm(0, Long.MAX_VALUE - 1);
            }
            confirm(0, Long.MAX_VALUE - 1);
        }
    }
}
