package io.sluice.benchmark.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.benchmark.chaos.Violation.Kind;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A queue on three replicas, small enough to be right by inspection, and what the judge says when one of its promises is broken. */
final class PlantedBugsTest {
    private static final int STEPS = 4_000;
    private static final long SEED = 7;

    @TempDir
    Path folder;

    private enum Bug {
        NONE,
        CONFIRM_BEFORE_COMMIT,
        SERVE_FROM_MINORITY,
        COUNT_NOT_RAISED,
        RETURNED_TO_THE_END
    }

    private record Held(int number, int count) {}

    /** A leader with followers that copy its log; a leader that dies takes with it what no follower has. */
    private static final class Replicas {
        private final Bug bug;
        private final Judge judge;
        private final Lane lane;
        private final Judge.Seat seat;
        private final Deque<Integer> uncommitted = new ArrayDeque<>();
        private Deque<Held> queue = new ArrayDeque<>();
        private final List<Held> checkedOut = new ArrayList<>();
        private boolean majority = true;

        Replicas(Bug bug, Judge judge) {
            this.bug = bug;
            this.judge = judge;
            this.lane = judge.lane("red", "keyed/q", true);
            this.seat = judge.seat("consumer", "red", "keyed/q");
        }

        void publish() {
            int number = judge.published(lane);
            uncommitted.add(number);
            if (bug == Bug.CONFIRM_BEFORE_COMMIT) {
                judge.confirmed(lane, number);
            }
        }

        void commit() {
            if (majority || bug == Bug.SERVE_FROM_MINORITY) {
                for (Integer number = uncommitted.poll(); number != null; number = uncommitted.poll()) {
                    queue.add(new Held(number, 1));
                    if (bug != Bug.CONFIRM_BEFORE_COMMIT) {
                        judge.confirmed(lane, number);
                    }
                }
            }
        }

        /** What is not committed is forgotten, and so is a minority's work. */
        void leaderDies() {
            for (Integer number = uncommitted.poll(); number != null; number = uncommitted.poll()) {
                if (bug != Bug.CONFIRM_BEFORE_COMMIT) {
                    judge.unknown(lane, number);
                }
            }
        }

        void toggleMajority() {
            majority = !majority;
            if (majority) {
                judge.majorityIsBack();
            } else {
                judge.majorityIsGone();
            }
        }

        void deliver() {
            Held next = queue.poll();
            if (next != null) {
                ByteBuffer body = ByteBuffer.wrap(
                        Body.message(lane.id(), next.number(), 32).body());
                judge.delivered(seat, body, Body.key(next.number()), next.count());
                checkedOut.add(next);
            }
        }

        void ack() {
            checkedOut.clear();
        }

        void consumerDies() {
            Deque<Held> returned = new ArrayDeque<>();
            checkedOut.forEach(held -> returned.add(
                    new Held(held.number(), bug == Bug.COUNT_NOT_RAISED ? held.count() : held.count() + 1)));
            checkedOut.clear();
            if (bug == Bug.RETURNED_TO_THE_END) {
                // And what waits is returned unseen, behind later ones.
                Held first = queue.poll();
                if (first != null) {
                    queue.add(first);
                }
            }
            returned.addAll(queue);
            queue = returned;
        }

        boolean isEmpty() {
            return queue.isEmpty() && uncommitted.isEmpty();
        }
    }

    private Judge live(Bug bug) throws Exception {
        AtomicLong clock = new AtomicLong();
        try (Journal journal = new Journal(folder.resolve(bug.name()))) {
            Judge judge = new Judge(journal, clock::incrementAndGet);
            Replicas replicas = new Replicas(bug, judge);
            Random random = new Random(SEED);
            for (int step = 0; step < STEPS; step++) {
                step(replicas, random.nextInt(100));
            }
            replicas.majority = true;
            judge.majorityIsBack();
            replicas.commit();
            while (!replicas.isEmpty()) {
                replicas.deliver();
            }
            judge.judgeEnd();
            return judge;
        }
    }

    private static void step(Replicas replicas, int choice) {
        if (choice < 30) {
            replicas.publish();
        } else if (choice < 60) {
            replicas.commit();
        } else if (choice < 88) {
            replicas.deliver();
        } else if (choice < 94) {
            replicas.ack();
        } else if (choice < 96) {
            replicas.leaderDies();
        } else if (choice < 98) {
            replicas.toggleMajority();
        } else {
            replicas.consumerDies();
        }
    }

    @Test
    void findsNothingWithoutABug() throws Exception {
        Judge judge = live(Bug.NONE);
        assertThat(judge.isClean()).as("%s", judge.violations()).isTrue();
        assertThat(judge.figures().redelivered()).isPositive();
        assertThat(judge.figures().unknown()).isPositive();
    }

    @Test
    void findsAConfirmBeforeTheCommit() throws Exception {
        Judge judge = live(Bug.CONFIRM_BEFORE_COMMIT);
        assertThat(judge.count(Kind.LOST)).isPositive();
        assertThat(judge.count(Kind.CONFIRMED_WITHOUT_MAJORITY)).isPositive();
    }

    @Test
    void findsAMinorityThatServes() throws Exception {
        assertThat(live(Bug.SERVE_FROM_MINORITY).count(Kind.CONFIRMED_WITHOUT_MAJORITY))
                .isPositive();
    }

    @Test
    void findsADeliveryCountThatIsNotRaised() throws Exception {
        assertThat(live(Bug.COUNT_NOT_RAISED).count(Kind.DOUBLED)).isPositive();
    }

    @Test
    void findsAMessageThatLostItsPlace() throws Exception {
        assertThat(live(Bug.RETURNED_TO_THE_END).count(Kind.REORDERED)).isPositive();
    }
}
