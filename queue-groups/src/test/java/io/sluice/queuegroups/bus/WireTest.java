package io.sluice.queuegroups.bus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.protocol.ErrorCode;
import io.sluice.queuegroups.api.CommandType;
import io.sluice.queuegroups.api.Commands;
import io.sluice.queuegroups.api.ConsumerAsk;
import io.sluice.queuegroups.api.MoveOrder;
import io.sluice.queuegroups.api.MoveProgress;
import io.sluice.queuegroups.api.MoveStatus;
import io.sluice.queuegroups.api.Origin;
import io.sluice.queuegroups.api.QueueStats;
import io.sluice.queuegroups.api.ShardCommand;
import io.sluice.queuegroups.api.ShardEvent;
import io.vertx.core.buffer.Buffer;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

class WireTest {
    private static final long ORIGIN = new Origin(2, 7, 1).pack();

    @Test
    void commandsArriveAsTheyWereSent() {
        CommandBatch sent = new CommandBatch(
                ORIGIN,
                List.of(
                        UnresolvedPublishesTest.publish(4, 1, 3),
                        Commands.unsubscribe(1, 2, ORIGIN, 5),
                        Commands.openProducer(1, 2, ORIGIN, 6, "p")));

        CommandBatch received = roundTrip(new CommandWire(), sent);

        assertThat(received.origin()).isEqualTo(ORIGIN);
        assertThat(received.commands()).hasSize(3);
        for (int i = 0; i < 3; i++) {
            assertThat(logForm(received.commands().get(i)))
                    .isEqualTo(logForm(sent.commands().get(i)));
        }
    }

    @Test
    void everyKindOfEventArrivesAsItWasSent() {
        EventBatch sent = new EventBatch(
                ORIGIN,
                3,
                1L << 40,
                List.of(
                        new ShardEvent.ProducerOpened(1, 2, 3),
                        new ShardEvent.ProducerFenced(1, 2),
                        new ShardEvent.Confirmed(1, 2, 3),
                        new ShardEvent.Rejected(1, 2, 3, ErrorCode.QUOTA_EXCEEDED, "vóll"),
                        new ShardEvent.Subscribed(1, 2),
                        new ShardEvent.Delivered(1, 2, 3, 4, 5, 6, 7, 8, ByteBuffer.wrap(new byte[] {8, 9})),
                        new ShardEvent.Settled(1, 2, 3),
                        new ShardEvent.ConsumerClosed(1, 2, ErrorCode.NOT_FOUND, ""),
                        new ShardEvent.ConsumerState(1, 2, 3, 4, 5, 6, true),
                        new ShardEvent.ProducerLeft(1),
                        new ShardEvent.Failed(1, CommandType.SUBSCRIBE, ErrorCode.UNAVAILABLE, "retry")));

        assertThat(roundTrip(new EventWire(), sent)).isEqualTo(sent);
    }

    @Test
    void requestsAndFiguresArriveAsTheyWereSent() {
        ShardAsk stats = new ShardAsk.Stats(1, 2);
        assertThat(roundTrip(new AskWire(), stats)).isEqualTo(stats);
        assertThat(roundTrip(new AskWire(), new ShardAsk.Versions())).isEqualTo(new ShardAsk.Versions());
        ShardAsk.Define define = new ShardAsk.Define(Commands.deleteQueue(1, 2, 3, 4));
        ShardAsk.Define received = (ShardAsk.Define) roundTrip(new AskWire(), define);
        assertThat(logForm(received.command())).isEqualTo(logForm(define.command()));
        QueueStats figures = new QueueStats(1, 2, 3, 4, 5, 6);
        assertThat(roundTrip(new StatsWire(), figures)).isEqualTo(figures);
    }

    @Test
    void movesArriveAsTheyWereSent() {
        ShardAsk move = new ShardAsk.Move(new MoveOrder(1, 2, 3, 4));
        assertThat(roundTrip(new AskWire(), move)).isEqualTo(move);
        ShardAsk state = new ShardAsk.MoveState(1, 2);
        assertThat(roundTrip(new AskWire(), state)).isEqualTo(state);
        MoveStatus status = new MoveStatus(MoveStatus.Stage.ARRIVING, 5, 6);
        assertThat(roundTrip(new MoveStatusWire(), status)).isEqualTo(status);
        MoveProgress progress = new MoveProgress(MoveProgress.State.CALLED_OFF, "größer");
        assertThat(roundTrip(new MoveProgressWire(), progress)).isEqualTo(progress);
    }

    @Test
    void reportsArriveAsTheyWereSent() {
        LoopReport report = new LoopReport(ORIGIN, List.of(new ConsumerAsk(1, 2, 3, 4), new ConsumerAsk(5, 6, 7, 8)));
        assertThat(roundTrip(new LoopReportWire(), report)).isEqualTo(report);
    }

    @Test
    void everyFormRefusesAVersionThatItDoesNotKnow() {
        Buffer bytes = Buffer.buffer().appendByte((byte) 99).appendBytes(new byte[64]);

        for (LocalCodec.WireForm<?> form : List.of(
                new CommandWire(),
                new EventWire(),
                new AskWire(),
                new StatsWire(),
                new LoopReportWire(),
                new MoveStatusWire(),
                new MoveProgressWire())) {
            assertThatThrownBy(() -> form.read(bytes, 0))
                    .as(form.getClass().getSimpleName())
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("version 99, this node reads 1");
        }
    }

    @Test
    void commandOfNewerVersionInsideABatchIsRefused() {
        Buffer bytes = Buffer.buffer();
        new CommandWire().write(bytes, new CommandBatch(ORIGIN, List.of(Commands.unsubscribe(1, 2, ORIGIN, 5))));
        bytes.setByte(13 + 5, (byte) 7);

        assertThatThrownBy(() -> new CommandWire().read(bytes, 0)).hasMessageContaining("version 7");
    }

    private static <T> T roundTrip(LocalCodec.WireForm<T> form, T value) {
        Buffer buffer = Buffer.buffer().appendString("before");
        int position = buffer.length();
        form.write(buffer, value);
        return form.read(buffer, position);
    }

    private static ByteBuffer logForm(ShardCommand command) {
        ByteBuffer bytes = ByteBuffer.allocate(command.sizeBytes());
        command.writeTo(bytes);
        return bytes.flip();
    }
}
