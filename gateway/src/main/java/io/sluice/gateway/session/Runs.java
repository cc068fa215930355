package io.sluice.gateway.session;

import io.sluice.protocol.MessageFormat;
import io.sluice.queuegroups.api.ShardEvent.Delivered;
import java.nio.ByteBuffer;

/** Parts of a delivery's run of messages. */
final class Runs {
    private Runs() {}

    /** The messages from {@code tag} on, which must lie in the run. */
    static Delivered from(Delivered run, long tag) {
        int skipped = (int) (tag - run.firstTag());
        ByteBuffer rest = run.messages().duplicate().position(positionOf(run, skipped));
        return part(run, tag, run.count() - skipped, rest);
    }

    /** The messages below {@code tag}, which must lie in the run and not be its first. */
    static Delivered until(Delivered run, long tag) {
        int count = (int) (tag - run.firstTag());
        ByteBuffer part = run.messages().duplicate().limit(positionOf(run, count));
        return part(run, run.firstTag(), count, part);
    }

    private static int positionOf(Delivered run, int ordinal) {
        int position = run.messages().position();
        for (int i = 0; i < ordinal; i++) {
            position += MessageFormat.sizeBytes(run.messages(), position);
        }
        return position;
    }

    private static Delivered part(Delivered run, long firstTag, int count, ByteBuffer messages) {
        return new Delivered(
                run.sender(),
                run.epoch(),
                firstTag == run.firstTag() ? run.previousTag() : firstTag - 1,
                firstTag,
                count,
                run.deliveryCount(),
                run.queueId(),
                run.timestampMs(),
                messages);
    }
}
