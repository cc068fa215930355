package io.sluice.gateway.json;

import io.sluice.gateway.spi.ClientConnection;
import io.sluice.protocol.Message;
import io.sluice.protocol.MessageValidator;
import io.sluice.protocol.MessageWriter;
import io.sluice.protocol.Names;
import io.sluice.protocol.QueueAddress;
import io.sluice.protocol.frame.Ack;
import io.sluice.protocol.frame.Close;
import io.sluice.protocol.frame.Connect;
import io.sluice.protocol.frame.Frame;
import io.sluice.protocol.frame.Nack;
import io.sluice.protocol.frame.Ranges;
import io.sluice.protocol.frame.Subscribe;
import io.sluice.protocol.frame.Unsubscribe;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import it.unimi.dsi.fastutil.longs.LongArrayList;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Text messages of one JSON client to frames; publishes go by way of {@link JsonPublishers}. <em>Confined to:</em> the connection's event loop. */
final class JsonRequests {
    private static final int DEFAULT_PREFETCH = 100;
    private static final int SHOWN_CHARS = 40;

    private final ClientConnection connection;
    private final JsonPublishers publishers;
    private final JsonRequestIds ids;
    private boolean connected;

    JsonRequests(ClientConnection connection, JsonPublishers publishers, JsonRequestIds ids) {
        this.connection = connection;
        this.publishers = publishers;
        this.ids = ids;
    }

    void read(String text) {
        JsonObject object;
        try {
            object = new JsonObject(text);
        } catch (DecodeException | ClassCastException e) {
            connection.broken("the message is not a JSON object: " + shortened(text));
            return;
        }
        JsonFields fields = new JsonFields(object);
        String op = fields.required("op");
        serve(op, fields);
        if (fields.problem() != null) {
            connection.broken((op.isEmpty() ? "the message" : shortened(op)) + ": " + fields.problem());
        }
    }

    private void serve(String op, JsonFields fields) {
        switch (op) {
            case "connect" -> connect(fields);
            case "publish" -> publish(fields);
            case "subscribe" -> subscribe(fields);
            case "ack" -> settle(fields, () -> ack(fields));
            case "nack" -> settle(fields, () -> nack(fields));
            case "unsubscribe" -> settle(fields, () -> new Unsubscribe(handle(fields)));
            case "heartbeat" -> connection.received(0);
            case "close" -> connection.accept(new Close());
            default -> fields.fail("there is no such op");
        }
    }

    private void connect(JsonFields fields) {
        int heartbeatMs = (int) fields.number("heartbeatMs", 0, 0, Integer.MAX_VALUE);
        Connect connect = new Connect(
                Connect.VERSION,
                Connect.VERSION,
                0,
                heartbeatMs,
                fields.required("tenant"),
                fields.required("key"),
                fields.string("client", ""),
                new byte[0]);
        if (fields.problem() == null) {
            connected = true;
            connection.accept(connect);
        }
    }

    private void publish(JsonFields fields) {
        Object id = fields.id();
        Message message = new Message(
                fields.body(),
                fields.string("key", ""),
                fields.strings("headers"),
                fields.number("ttlMs", 0, 0, MessageValidator.MAX_DURATION_MS),
                fields.number("delayMs", 0, 0, MessageValidator.MAX_DURATION_MS),
                (int) fields.number("priority", Message.NO_PRIORITY, 0, 9),
                Message.NOT_COMPRESSED);
        String producer = fields.string("producer", "");
        long sequence = fields.number("seq", 0, 1, Long.MAX_VALUE / 2);
        if (producer.isEmpty() != (sequence == 0)) {
            fields.fail("producer and seq belong together");
        }
        QueueAddress queue = address(fields);
        String wrong = MessageWriter.problem(message);
        if (wrong != null) {
            fields.fail(wrong);
        }
        if (!connected) {
            fields.fail("the first message must be connect");
        }
        if (fields.problem() == null && queue != null) {
            boolean reject = fields.string("overRate", "pace").equals("reject");
            publishers.publish(
                    queue,
                    producer,
                    new JsonPublish(id, queue.queue(), sequence, reject, MessageWriter.toBuffer(message)));
        }
    }

    private static @Nullable QueueAddress address(JsonFields fields) {
        String text = fields.required("queue");
        QueueAddress address = QueueAddress.parse(text);
        if (address == null) {
            fields.fail(String.valueOf(QueueAddress.problem(text)));
        }
        return address;
    }

    private void subscribe(JsonFields fields) {
        Object id = fields.id();
        int prefetch = (int) fields.number("prefetch", DEFAULT_PREFETCH, 1, Integer.MAX_VALUE);
        int prefetchBytes = (int) fields.number("prefetchBytes", 0, 0, Integer.MAX_VALUE);
        String queue = fields.required("queue");
        if (queue.length() > 2 * Names.MAX_CHARS + 1) {
            fields.fail("queue is too long");
        }
        if (fields.problem() == null) {
            connection.accept(new Subscribe(ids.remember(id, queue), prefetch, prefetchBytes, queue));
        }
    }

    private Ack ack(JsonFields fields) {
        return new Ack(handle(fields), tags(fields));
    }

    private Nack nack(JsonFields fields) {
        boolean requeue = fields.flag("requeue", true);
        long delayMs = fields.number("delayMs", Nack.QUEUE_BACKOFF, 0, MessageValidator.MAX_DURATION_MS);
        return new Nack(handle(fields), !requeue, delayMs, tags(fields));
    }

    /** Hands a frame on if all its fields were right. */
    private void settle(JsonFields fields, Supplier<Frame> frame) {
        Frame made = frame.get();
        if (fields.problem() == null) {
            connection.accept(made);
        }
    }

    private static int handle(JsonFields fields) {
        return (int) fields.required("consumer", 1, Integer.MAX_VALUE);
    }

    private static Ranges tags(JsonFields fields) {
        long[] tags = fields.numbers("tags");
        LongArrayList bounds = new LongArrayList();
        for (long tag : tags) {
            int size = bounds.size();
            if (size > 0 && bounds.getLong(size - 1) == tag - 1) {
                bounds.set(size - 1, tag);
            } else {
                bounds.add(tag);
                bounds.add(tag);
            }
        }
        if (bounds.isEmpty() || bounds.size() > 2 * Ranges.MAX_COUNT || bounds.getLong(0) < 1) {
            fields.fail("tags must be 1 to " + Ranges.MAX_COUNT + " runs of tags");
            return Ranges.of(1, 1);
        }
        return Ranges.ofBounds(bounds.toLongArray());
    }

    private static String shortened(String text) {
        return text.length() <= SHOWN_CHARS ? text : text.substring(0, SHOWN_CHARS) + "…";
    }
}
