package io.sluice.client;

import io.sluice.protocol.MessageFormat;
import io.sluice.protocol.MessageValidator;
import java.nio.ByteBuffer;

/**
 * Hands delivered messages to the application: checks them, calls the handler, and gives back what is damaged.
 *
 * <p><em>Confined to:</em> the consumer's serial executor.
 */
final class Dispatcher {
    private final Consumer consumer;
    private final BatchHandler handler;
    private final Callbacks callbacks;
    private final boolean autoAck;
    private final MessageValidator validator;
    private volatile boolean stopped;

    Dispatcher(Consumer consumer, BatchHandler handler, Callbacks callbacks, boolean autoAck, int maxMessageBytes) {
        this.consumer = consumer;
        this.handler = handler;
        this.callbacks = callbacks;
        this.autoAck = autoAck;
        this.validator = new MessageValidator(maxMessageBytes);
    }

    /** A handler that takes messages one by one; one that throws gets the next message all the same. */
    static BatchHandler oneByOne(DeliveryHandler handler, boolean autoAck, Callbacks callbacks) {
        return batch -> {
            for (Delivery delivery : batch) {
                try {
                    handler.onDelivery(delivery);
                    if (autoAck) {
                        delivery.ack();
                    }
                } catch (Exception e) {
                    if (autoAck) {
                        delivery.nack();
                    }
                    callbacks.error(e);
                }
            }
        };
    }

    /** Any thread: what was not handled yet will not be; the server delivers it to another consumer. */
    void stop() {
        stopped = true;
    }

    void dispatch(DeliveredRun run) {
        if (stopped) {
            return;
        }
        ByteBuffer messages = run.messages();
        MessageValidator.Checked checked = validator.check(messages, 0, messages.limit(), run.count());
        if (!checked.ok()) {
            giveBackFrom(checked.count(), run);
            callbacks.error(
                    new DamagedBodyException("a delivery to " + consumer + " is damaged: " + checked.problem(), null));
        }
        int good = checked.ok() ? run.count() : checked.count();
        if (good > 0) {
            handle(new DeliveredRun(
                    run.generation(), run.firstTag(), good, run.deliveryCount(), run.timestampMs(), messages));
        }
    }

    private void handle(DeliveredRun run) {
        DeliveryBatch batch = new DeliveryBatch(consumer, run);
        try {
            handler.onDeliveries(batch);
            if (autoAck) {
                batch.ackAll();
            }
        } catch (Exception e) {
            if (autoAck) {
                batch.forEach(Delivery::nack);
            }
            callbacks.error(e);
        }
    }

    /** Counts as a failed delivery, so that a message that is damaged in the log ends as a dead letter. */
    private void giveBackFrom(int index, DeliveredRun run) {
        for (int i = index; i < run.count(); i++) {
            consumer.nack(run.generation(), run.firstTag() + i, false, io.sluice.protocol.frame.Nack.QUEUE_BACKOFF);
        }
    }

    /** Where the messages of a run begin that were not seen before. */
    static int skip(ByteBuffer messages, int count) {
        int at = 0;
        for (int i = 0; i < count; i++) {
            if (messages.limit() - at < MessageFormat.FIXED_BYTES || messages.getInt(at) < 0) {
                return messages.limit();
            }
            at = Math.min(messages.limit(), at + MessageFormat.sizeBytes(messages, at));
        }
        return at;
    }
}
