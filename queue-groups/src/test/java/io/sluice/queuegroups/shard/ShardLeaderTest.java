package io.sluice.queuegroups.shard;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.protocol.ErrorCode;
import io.sluice.queuegroups.api.CommandType;
import io.sluice.queuegroups.api.Commands;
import io.sluice.queuegroups.api.Origin;
import io.sluice.queuegroups.api.ShardEvent;
import io.sluice.queuegroups.machine.Effect;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ShardLeaderTest {
    private static final int MAX_PENDING = 100_000;
    private static final int RESERVE = 1_000_000;

    private LeaderHarness shard;
    private int epoch;

    @BeforeEach
    void start() throws Exception {
        shard = new LeaderHarness(new Intake.Bounds(MAX_PENDING, 1 << 20, RESERVE));
        epoch = shard.prepare();
        shard.awaitIdle();
    }

    @AfterEach
    void stop() {
        shard.close();
    }

    @Test
    void whatArrivesWhileTwoEntriesAreInFlightGathersInTheNext() throws Exception {
        int before = shard.logged().size();
        shard.log.hold();
        for (int sequence = 1; sequence <= 50; sequence++) {
            shard.send(shard.publish(epoch, sequence, 100));
        }
        assertThat(shard.logged()).hasSize(before + 2);

        shard.log.release();
        for (int sequence = 1; sequence <= 50; sequence++) {
            assertThat(shard.next(Effect.Confirmed.class).lastSequence()).isEqualTo(sequence);
        }
        List<List<String>> entries = shard.logged();
        assertThat(entries.get(before)).hasSize(1);
        assertThat(entries.get(before + 2)).hasSize(48);
    }

    @Test
    void entriesThatTheLogRefusesAtOnceLeaveRoomForOthers() throws Exception {
        shard.log.refuse(2);
        shard.send(shard.publish(epoch, 1, 100));
        shard.send(shard.publish(epoch, 1, 100));
        shard.send(shard.publish(epoch, 1, 100));
        assertThat(shard.next(Effect.Confirmed.class).lastSequence()).isEqualTo(1);
    }

    @Test
    void aPublishOverTheTenantsBoundIsRejectedUnderItsSequenceAndLaterOnesGoOn() throws Exception {
        shard.log.hold();
        for (int sequence = 1; sequence <= 5; sequence++) {
            shard.send(shard.publish(epoch, sequence, 40_000));
        }
        shard.log.release();

        for (int sequence = 1; sequence <= 4; sequence++) {
            assertThat(shard.next(Effect.Confirmed.class).lastSequence()).isEqualTo(sequence);
        }
        Effect.Rejected rejected = shard.next(Effect.Rejected.class);
        assertThat(rejected.firstSequence()).isEqualTo(5);
        assertThat(rejected.code()).isEqualTo(ErrorCode.THROTTLED);
        shard.send(shard.publish(epoch, 6, 100));
        assertThat(shard.next(Effect.Confirmed.class).lastSequence()).isEqualTo(6);
    }

    @Test
    void aSinglePublishLargerThanTheBoundIsTakenWhenNothingWaits() throws Exception {
        shard.send(shard.publish(epoch, 1, 3 * MAX_PENDING));

        assertThat(shard.next(Effect.Confirmed.class).lastSequence()).isEqualTo(1);
    }

    @Test
    void aPublishTooLargeForAnEntryIsRejectedUnderItsSequence() throws Exception {
        shard.send(shard.publish(epoch, 1, 2 << 20));

        assertThat(shard.next(Effect.Rejected.class).code()).isEqualTo(ErrorCode.TOO_LARGE);
    }

    @Test
    void shortOfDiskPublishesAreRejectedAndEverythingElseGoesOn() throws Exception {
        shard.freeDisk(RESERVE - 1);
        shard.send(
                shard.publish(epoch, 1, 100),
                Commands.subscribe(
                        LeaderHarness.TENANT,
                        LeaderHarness.GROUP,
                        LeaderHarness.ORIGIN.pack(),
                        2,
                        LeaderHarness.QUEUE,
                        10,
                        10_000));

        Effect.Rejected rejected = shard.next(Effect.Rejected.class);
        assertThat(rejected.code()).isEqualTo(ErrorCode.THROTTLED);
        assertThat(rejected.message()).contains("disk");
        assertThat(shard.next(Effect.Subscribed.class).sender()).isEqualTo(2);
        shard.freeDisk(RESERVE);
        shard.send(shard.publish(epoch, 2, 100));
        assertThat(shard.next(Effect.Confirmed.class).lastSequence()).isEqualTo(2);
    }

    @Test
    void withTooFewReplicasThatHaveRoomPublishesAreRejectedUntilThereAreEnough() throws Exception {
        shard.freeDisk(RESERVE, true);
        shard.send(shard.publish(epoch, 1, 100));
        Effect.Rejected rejected = shard.next(Effect.Rejected.class);
        assertThat(rejected.code()).isEqualTo(ErrorCode.THROTTLED);
        assertThat(rejected.message()).contains("too few nodes have disk space");
        shard.freeDisk(RESERVE, false);
        shard.send(shard.publish(epoch, 2, 100));
        assertThat(shard.next(Effect.Confirmed.class).lastSequence()).isEqualTo(2);
    }

    @Test
    void everyCommandOfAnEntryThatCouldNotBeLoggedFails() throws Exception {
        shard.log.failAppends(true);
        shard.send(shard.publish(epoch, 1, 100), shard.publish(epoch, 2, 100));

        for (int i = 0; i < 2; i++) {
            ShardEvent.Failed failed = shard.failure();
            assertThat(failed.type()).isEqualTo(CommandType.PUBLISH);
            assertThat(failed.code()).isEqualTo(ErrorCode.UNAVAILABLE);
        }
        shard.log.failAppends(false);
        shard.send(shard.publish(epoch, 1, 100));
        assertThat(shard.next(Effect.Confirmed.class).lastSequence()).isEqualTo(1);
    }

    @Test
    void aNewerBootOfAGatewayMakesTheOlderOneLostOnce() throws Exception {
        shard.sendFrom(new Origin(9, 4, 0));
        shard.sendFrom(new Origin(9, 4, 1));
        shard.sendFrom(new Origin(9, 3, 1));
        shard.sendFrom(new Origin(9, 5, 0));

        // What is logged comes after what was logged before: once this is applied, so is everything above.
        shard.send(shard.publish(epoch, 1, 100));
        assertThat(shard.next(Effect.Confirmed.class).lastSequence()).isEqualTo(1);
        assertThat(shard.logged().stream().flatMap(List::stream).toList())
                .filteredOn("GATEWAY_LOST"::equals)
                .hasSize(1 + 2);
    }
}
