package io.sluice.client;

import io.sluice.protocol.MessageFormat;
import io.sluice.protocol.MessageReader;
import java.nio.ByteBuffer;
import java.util.Map;

/**
 * A message in the hands of this consumer until it is acked or given back. Safe for any thread; keeps the frame it came in from being collected.
 *
 * <p>{@link #ack} and {@link #nack} never block. They are of no effect once the consumer had to subscribe anew after a long loss of the connection: the message
 * is then delivered again.
 */
public final class Delivery {
    private final Consumer consumer;
    private final DeliveredRun run;
    private final int position;
    private final long tag;

    Delivery(Consumer consumer, DeliveredRun run, int position, long tag) {
        this.consumer = consumer;
        this.run = run;
        this.position = position;
        this.tag = tag;
    }

    /**
     * A copy of the body, decompressed.
     *
     * @throws DamagedBodyException where it can't be decompressed, or not within {@link ClientOptions#maxBodyBytes}
     */
    public byte[] body() {
        byte[] body = MessageReader.body(messages(), position);
        return isCompressed()
                ? BodyCodec.decompress(
                        body, MessageFormat.uncompressedBytes(messages(), position), consumer.maxBodyBytes())
                : body;
    }

    /** A read-only view of the body as it was sent, without a copy; only of use where publishers don't compress. */
    public ByteBuffer bodyView() {
        return messages().asReadOnlyBuffer().slice(MessageFormat.bodyPosition(messages(), position), bodyBytes());
    }

    /** Length of the body as sent. */
    public int bodyBytes() {
        return MessageReader.bodyBytes(messages(), position);
    }

    public boolean isCompressed() {
        return (MessageFormat.flags(messages(), position) & MessageFormat.COMPRESSED_LZ4) != 0;
    }

    /** The key, or an empty string. */
    public String key() {
        return MessageFormat.key(messages(), position);
    }

    public Map<String, String> headers() {
        return MessageReader.headers(messages(), position);
    }

    /** When the message was published, by the server's clock. */
    public long timestampMs() {
        return run.timestampMs();
    }

    /** 1 for the first delivery. */
    public int deliveryCount() {
        return run.deliveryCount();
    }

    /** Number of this delivery to its consumer. */
    public long tag() {
        return tag;
    }

    /** The message is done. */
    public void ack() {
        consumer.ack(run.generation(), tag, tag);
    }

    /** The message was not done: to be delivered again after the queue's own back-off. */
    public void nack() {
        consumer.nack(run.generation(), tag, false, io.sluice.protocol.frame.Nack.QUEUE_BACKOFF);
    }

    /**
     * The message was not done.
     *
     * @param requeue whether it is delivered again; else it is dead-lettered, or dropped where the queue has no dead-letter queue
     * @param delayMs before it is delivered again, 0 for at once
     */
    public void nack(boolean requeue, long delayMs) {
        consumer.nack(run.generation(), tag, !requeue, Math.max(0, delayMs));
    }

    private ByteBuffer messages() {
        return run.messages();
    }
}
