package io.sluice.queuegroups.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.protocol.ErrorCode;
import io.sluice.queuegroups.api.CommandType;
import io.sluice.queuegroups.api.Commands;
import io.sluice.queuegroups.api.ShardCommand;
import io.sluice.queuegroups.api.ShardEvent;
import io.vertx.core.eventbus.ReplyException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QueueGroupsIT {
    @TempDir
    Path folder;

    @Test
    void aMessageIsConfirmedDeliveredAckedAndReleased() throws Exception {
        try (TestNode node = TestNode.start(folder, 1)) {
            node.define(0);
            TestClient client = node.client(0);
            client.openProducer(0, 1, "p");
            int epoch = client.next(ShardEvent.ProducerOpened.class).epoch();
            client.subscribe(0, 2, 1000);
            int consumerEpoch = client.next(ShardEvent.Subscribed.class).epoch();

            client.send(client.publish(0, 1, epoch, 1, 100, 256));
            ShardEvent.Confirmed confirmed = client.await(ShardEvent.Confirmed.class);
            assertThat(confirmed).isEqualTo(new ShardEvent.Confirmed(1, 1, 100));
            long last = receive(client, 1, 100);
            assertThat(client.port.unresolvedBytes(0, TestNode.TENANT)).isZero();
            assertThat(node.stats(0).unacked()).isEqualTo(100);

            client.send(client.ack(0, 2, consumerEpoch, 1, 1, last));
            assertThat(client.next(ShardEvent.Settled.class).settleSequence()).isEqualTo(1);
            assertThat(node.stats(0).bytes()).isZero();
            assertThat(node.stats(0).unacked()).isZero();
            assertThat(node.meters.count("t0/sluice_published_total")).isEqualTo(100);
            assertThat(node.meters.count("t0/sluice_confirmed_total")).isEqualTo(100);
            assertThat(node.meters.count("t0/sluice_delivered_total")).isEqualTo(100);
            assertThat(node.meters.count("t0/sluice_acked_total")).isEqualTo(100);
        }
    }

    @Test
    void aBacklogOutlivesTheNodeAndGoesToTheNextBootsConsumer() throws Exception {
        try (TestNode node = TestNode.start(folder, 1)) {
            node.define(0);
            TestClient client = node.client(0);
            publish(client, 0, 5_000, 500);
            client.subscribe(0, 2, 10);
            client.await(ShardEvent.Delivered.class);
        }
        try (TestNode node = TestNode.start(folder, 2)) {
            TestClient client = node.client(0);
            client.subscribe(0, 3, 100_000);
            int epoch = client.await(ShardEvent.Subscribed.class).epoch();
            boolean[] seen = new boolean[5_001];
            long tag = 0;
            for (int received = 0; received < 5_000; ) {
                ShardEvent.Delivered delivered = client.await(ShardEvent.Delivered.class);
                received += mark(delivered, seen);
                tag = delivered.firstTag() + delivered.count() - 1;
            }
            client.send(client.ack(0, 3, epoch, 1, 1, tag));
            client.await(ShardEvent.Settled.class);
            assertThat(node.stats(0).bytes()).isZero();
        }
    }

    @Test
    void bodiesThatLeftTheCacheComeFromDiskInOrderAlsoBeforeFreshOnes() throws Exception {
        try (TestNode node = TestNode.start(folder, 1, 64 << 10)) {
            node.define(0);
            TestClient client = node.client(0);
            int epoch = publish(client, 0, 20_000, 200);
            client.subscribe(0, 2, 100_000);
            client.send(client.publish(0, 1, epoch, 20_001, 10, 200));

            receive(client, 1, 20_010);
            assertThat(node.meters.count("t0/sluice_body_reads_total")).isBetween(10L, 100L);
        }
    }

    @Test
    void aFewMessagesThatStayDoNotKeepTheirSegmentsAndOutliveThem() throws Exception {
        try (TestNode node = TestNode.start(folder, 1)) {
            node.define(0);
            TestClient client = node.client(0);
            publish(client, 0, 60_000, 1000);
            client.subscribe(0, 2, 100_000);
            int epoch = client.await(ShardEvent.Subscribed.class).epoch();
            receive(client, 1, 60_000);
            for (int thousand = 0; thousand < 60; thousand++) {
                client.send(client.ack(0, 2, epoch, thousand + 1, thousand * 1000L + 2, thousand * 1000L + 1000));
            }
            for (int i = 0; i < 200 && segments(node) > 3; i++) {
                TimeUnit.MILLISECONDS.sleep(100);
            }
            assertThat(segments(node)).isLessThanOrEqualTo(3);
            assertThat(node.stats(0).unacked()).isEqualTo(60);
        }
        try (TestNode node = TestNode.start(folder, 2)) {
            TestClient client = node.client(0);
            client.subscribe(0, 3, 1000);
            boolean[] seen = new boolean[60_001];
            for (int received = 0; received < 60; ) {
                received += mark(client.await(ShardEvent.Delivered.class), seen);
            }
            for (int thousand = 0; thousand < 60; thousand++) {
                assertThat(seen[thousand * 1000 + 1]).isTrue();
            }
        }
    }

    private static int segments(TestNode node) {
        return node.groups.shards().get(0).log().segmentCount();
    }

    @Test
    void reportsWhatATenantHolds() throws Exception {
        try (TestNode node = TestNode.start(folder, 1)) {
            node.define(0);
            publish(node.client(0), 0, 100, 991);

            for (int i = 0; i < 100 && node.storageBytes.getOrDefault(TestNode.TENANT, 0L) != 100_000; i++) {
                TimeUnit.MILLISECONDS.sleep(100);
            }
            assertThat(node.storageBytes.get(TestNode.TENANT)).isEqualTo(100_000);
            assertThat(node.meters.gauge("t0/sluice_ready")).isEqualTo(100);
        }
    }

    @Test
    void aFloodDoesNotKeepAnotherTenantsMessageFromItsConsumer() throws Exception {
        try (TestNode node = TestNode.start(folder, 1)) {
            node.define(0);
            node.define(1);
            TestClient flood = node.client(0);
            flood.openProducer(0, 1, "flood");
            int floodEpoch = flood.await(ShardEvent.ProducerOpened.class).epoch();
            TestClient victim = node.client(1);
            victim.openProducer(1, 1, "victim");
            int victimEpoch = victim.await(ShardEvent.ProducerOpened.class).epoch();
            victim.subscribe(1, 2, 100);
            victim.await(ShardEvent.Subscribed.class);

            ShardCommand[] burst = new ShardCommand[50];
            for (int i = 0; i < burst.length; i++) {
                burst[i] = flood.publish(0, 1, floodEpoch, 1 + i * 200L, 200, 1000);
            }
            flood.send(burst);
            victim.send(victim.publish(1, 1, victimEpoch, 1, 1, 256));

            receive(victim, 1, 1);
            assertThat(flood.await(ShardEvent.Confirmed.class).firstSequence()).isEqualTo(1);
            awaitConfirmed(flood, 50 * 200);
            assertThat(node.stats(0).ready()).isEqualTo(50 * 200);
        }
    }

    @Test
    void refusalsOfDefinitionsAndRequestsReachWhoeverAsked() throws Exception {
        try (TestNode node = TestNode.start(folder, 1)) {
            assertThatThrownBy(() -> node.stats(0)).hasCauseInstanceOf(ReplyException.class);

            TestClient client = node.client(0);
            client.subscribe(0, 7, 10);
            ShardEvent.Failed failed = client.next(ShardEvent.Failed.class);
            assertThat(failed.sender()).isEqualTo(7);
            assertThat(failed.type()).isEqualTo(CommandType.SUBSCRIBE);
            assertThat(failed.code()).isEqualTo(ErrorCode.NOT_FOUND);
        }
    }

    @Test
    void aTickReturnsMessagesWhenTheirDelayIsOver() throws Exception {
        try (TestNode node = TestNode.start(folder, 1)) {
            node.define(0);
            TestClient client = node.client(0);
            publish(client, 0, 1, 100);
            client.subscribe(0, 2, 10);
            int epoch = client.await(ShardEvent.Subscribed.class).epoch();
            receive(client, 1, 1);
            client.send(Commands.settle(
                    TestNode.TENANT,
                    TestNode.GROUP,
                    client.origin(),
                    2,
                    epoch,
                    1,
                    List.of(new Commands.Settlement(Commands.Outcome.REQUEUE, 200, 1, 1))));

            assertThat(client.await(ShardEvent.Delivered.class).deliveryCount()).isEqualTo(2);
            assertThat(node.meters.count("t0/sluice_redelivered_total")).isEqualTo(1);
        }
    }

    /** Opens producer 1 and publishes; answers its epoch. */
    private static int publish(TestClient client, long offset, int count, int bodyBytes) throws Exception {
        client.openProducer(offset, 1, "p");
        int epoch = client.await(ShardEvent.ProducerOpened.class).epoch();
        for (int first = 1; first <= count; first += 500) {
            int last = Math.min(count, first + 499);
            client.send(client.publish(offset, 1, epoch, first, last - first + 1, bodyBytes));
            if (last % 10_000 == 0 || last == count) {
                awaitConfirmed(client, last);
            }
        }
        return epoch;
    }

    private static void awaitConfirmed(TestClient client, long last) throws InterruptedException {
        while (client.await(ShardEvent.Confirmed.class).lastSequence() < last) {}
    }

    /** Receives messages numbered {@code first..last} in order; answers the last tag. */
    private static long receive(TestClient client, long first, long last) throws InterruptedException {
        long expected = first;
        long tag = 0;
        while (expected <= last) {
            ShardEvent.Delivered delivered = client.await(ShardEvent.Delivered.class);
            ByteBuffer messages = delivered.messages();
            int at = messages.position();
            for (int i = 0; i < delivered.count(); i++) {
                assertThat(TestClient.number(messages, at)).isEqualTo(expected++);
                at += 4 + messages.getInt(at);
            }
            assertThat(at).isEqualTo(messages.limit());
            tag = delivered.firstTag() + delivered.count() - 1;
        }
        return tag;
    }

    private static int mark(ShardEvent.Delivered delivered, boolean[] seen) {
        int at = delivered.messages().position();
        for (int i = 0; i < delivered.count(); i++) {
            int number = (int) TestClient.number(delivered.messages(), at);
            assertThat(seen[number]).isFalse();
            seen[number] = true;
            at += 4 + delivered.messages().getInt(at);
        }
        return delivered.count();
    }
}
