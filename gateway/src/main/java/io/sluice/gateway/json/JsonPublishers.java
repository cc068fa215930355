package io.sluice.gateway.json;

import io.sluice.gateway.spi.ClientConnection;
import io.sluice.protocol.ErrorCode;
import io.sluice.protocol.QueueAddress;
import io.sluice.protocol.frame.Confirm;
import io.sluice.protocol.frame.Failure;
import io.sluice.protocol.frame.OpenProducer;
import io.sluice.protocol.frame.ProducerClosed;
import io.sluice.protocol.frame.ProducerOpened;
import io.sluice.protocol.frame.PublishCredit;
import io.sluice.protocol.frame.Reject;
import io.sluice.protocol.frame.Throttled;
import it.unimi.dsi.fastutil.ints.Int2ObjectOpenHashMap;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The producers of one JSON client, opened when it first publishes to a group, and the bytes held for it while credit is short.
 *
 * <p><em>Confined to:</em> the connection's event loop.
 */
final class JsonPublishers {
    static final int MAX_HELD_BYTES = 256 * 1024;

    /** What a held publish costs beside its message. */
    private static final int HELD_OVERHEAD_BYTES = 128;

    private static final int LEAST_RETRY_MS = 100;

    private final ClientConnection connection;
    private final JsonRequestIds ids;
    private final Answers answers;
    private final Map<Key, JsonPublisher> publishers = new HashMap<>();
    private final Int2ObjectOpenHashMap<JsonPublisher> opening = new Int2ObjectOpenHashMap<>();
    private final Int2ObjectOpenHashMap<JsonPublisher> byHandle = new Int2ObjectOpenHashMap<>();
    private int heldBytes;
    private int retryAfterMs = LEAST_RETRY_MS;

    JsonPublishers(ClientConnection connection, JsonRequestIds ids, Answers answers) {
        this.connection = connection;
        this.ids = ids;
        this.answers = answers;
    }

    /** How a publish ended. */
    interface Answers {
        void confirm(@Nullable Object id);

        void reject(@Nullable Object id, ErrorCode code, String message, int retryAfterMs);

        /** Runs a task when the session has said all that it has to say now. */
        void atEndOfTurn(Runnable task);
    }

    private record Key(String group, String producer) {}

    void publish(QueueAddress queue, String producer, JsonPublish publish) {
        Key key = new Key(queue.group(), producer);
        JsonPublisher publisher = publishers.get(key);
        if (publisher == null) {
            publisher = new JsonPublisher(this, connection, answers);
            publishers.put(key, publisher);
            int requestId = ids.next();
            opening.put(requestId, publisher);
            publisher.submit(publish);
            connection.accept(new OpenProducer(requestId, false, key.group, key.producer));
        } else {
            publisher.submit(publish);
        }
    }

    /** Makes room for a held publish; false if the client has no more. */
    boolean hold(JsonPublish publish) {
        int bytes = publish.bytes() + HELD_OVERHEAD_BYTES;
        if (heldBytes + bytes > MAX_HELD_BYTES && heldBytes > 0) {
            return false;
        }
        heldBytes += bytes;
        return true;
    }

    void released(JsonPublish publish) {
        heldBytes -= publish.bytes() + HELD_OVERHEAD_BYTES;
    }

    /** When to try a publish again for which there was no room. */
    int retryAfterMs() {
        return retryAfterMs;
    }

    void throttled(Throttled throttled) {
        retryAfterMs = Math.max(LEAST_RETRY_MS, throttled.waitMs());
    }

    void opened(ProducerOpened opened) {
        JsonPublisher publisher = opening.remove(opened.requestId());
        if (publisher != null) {
            byHandle.put(opened.handle(), publisher);
            publisher.opened(opened);
        }
    }

    /** Answers whether the failure was about a producer. */
    boolean failed(Failure failure) {
        JsonPublisher publisher = opening.remove(failure.requestId());
        if (publisher == null) {
            return false;
        }
        publishers.values().remove(publisher);
        publisher.closed(failure.code(), failure.message());
        return true;
    }

    void closed(ProducerClosed closed) {
        JsonPublisher publisher = byHandle.remove(closed.handle());
        if (publisher != null) {
            publishers.values().remove(publisher);
            publisher.closed(closed.code(), closed.message());
        }
    }

    void credit(PublishCredit credit) {
        JsonPublisher publisher = byHandle.get(credit.handle());
        if (publisher != null) {
            publisher.credit(credit.limitBytes());
        }
    }

    void confirmed(Confirm confirm) {
        JsonPublisher publisher = byHandle.get(confirm.handle());
        if (publisher != null) {
            publisher.confirmed(confirm.sequences());
        }
    }

    void rejected(Reject reject) {
        JsonPublisher publisher = byHandle.get(reject.handle());
        if (publisher != null) {
            publisher.rejected(reject);
        }
    }
}
