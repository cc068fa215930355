package io.sluice.queuegroups.bus;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.protocol.ErrorCode;
import io.sluice.queuegroups.api.CommandType;
import io.sluice.queuegroups.api.Commands;
import io.sluice.queuegroups.api.ShardCommand;
import io.sluice.queuegroups.api.ShardEvent;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

class UnresolvedPublishesTest {
    private static final long TENANT = 3;

    private final UnresolvedPublishes publishes = new UnresolvedPublishes();

    @Test
    void countsAPublishUntilItIsConfirmed() {
        ShardCommand command = publish(9, 1, 10);
        publishes.sent(command);
        assertThat(publishes.bytes(TENANT)).isEqualTo(command.sizeBytes());

        publishes.resolved(new ShardEvent.Confirmed(9, 1, 10));
        assertThat(publishes.bytes(TENANT)).isZero();
    }

    @Test
    void oneRangeOfConfirmsResolvesSeveralPublishes() {
        publishes.sent(publish(9, 1, 10));
        publishes.sent(publish(9, 11, 10));
        ShardCommand last = publish(9, 21, 10);
        publishes.sent(last);

        publishes.resolved(new ShardEvent.Confirmed(9, 1, 20));

        assertThat(publishes.bytes(TENANT)).isEqualTo(last.sizeBytes());
    }

    @Test
    void aPublishConfirmedInPartsStaysUntilItsLastMessageHasAnOutcome() {
        ShardCommand command = publish(9, 1, 10);
        publishes.sent(command);

        publishes.resolved(new ShardEvent.Confirmed(9, 1, 4));
        assertThat(publishes.bytes(TENANT)).isEqualTo(command.sizeBytes());
        publishes.resolved(new ShardEvent.Rejected(9, 5, 10, ErrorCode.QUOTA_EXCEEDED, "full"));
        assertThat(publishes.bytes(TENANT)).isZero();
    }

    @Test
    void aFailureResolvesTheOldestOfItsSender() {
        publishes.sent(publish(9, 1, 10));
        ShardCommand other = publish(8, 1, 1);
        publishes.sent(other);

        publishes.resolved(new ShardEvent.Failed(9, CommandType.PUBLISH, ErrorCode.UNAVAILABLE, "no leader"));
        publishes.resolved(new ShardEvent.Failed(9, CommandType.PUBLISH, ErrorCode.UNAVAILABLE, "told twice"));

        assertThat(publishes.bytes(TENANT)).isEqualTo(other.sizeBytes());
    }

    static ShardCommand publish(long sender, long firstSequence, int count) {
        ByteBuffer messages = ByteBuffer.allocate(count * 13);
        for (int i = 0; i < count; i++) {
            messages.putInt(9).put((byte) 0).putInt(0).putInt(i);
        }
        return Commands.publish(
                TENANT,
                5,
                0,
                sender,
                1,
                firstSequence,
                false,
                List.of(new Commands.Section(6, count, count * 13, 0)),
                messages.flip());
    }
}
