package io.sluice.systemtests;

import io.sluice.client.Consumer;
import io.sluice.client.ConsumerOptions;
import io.sluice.client.Delivery;
import io.sluice.client.DeliveryBatch;
import io.sluice.client.Publisher;
import io.sluice.client.SluiceClient;
import io.sluice.protocol.Message;
import java.nio.ByteBuffer;

/** Numbered messages, of which a {@link History} keeps what became of each. */
final class Traffic {
    private Traffic() {}

    /**
     * Publishes the next one to the queue {@code created}.
     *
     * @param keys how many keys the messages take in turn
     * @param confirmed run on the client's callback thread, before the history knows of the confirm
     */
    static void publish(History history, Publisher publisher, int bodyBytes, int keys, Runnable confirmed) {
        int number = history.publish();
        byte[] body = ByteBuffer.allocate(bodyBytes).putInt(number).array();
        publisher.publish("created", Message.of(body).withKey("k" + number % keys), (sequence, rejection) -> {
            if (rejection == null) {
                confirmed.run();
                history.confirmed(number);
            } else {
                history.rejected(number);
            }
        });
    }

    /** Consumes, and acks everything at once. */
    static Consumer consume(History history, SluiceClient client, String queue) {
        return client.batchConsumer(queue, ConsumerOptions.DEFAULT, batch -> delivered(history, batch));
    }

    private static void delivered(History history, DeliveryBatch batch) {
        for (Delivery delivery : batch) {
            int number = delivery.bodyView().getInt();
            history.delivered(number, delivery.key(), delivery.deliveryCount());
            history.acked(number);
        }
        batch.ackAll();
    }

    static void awaitDelivered(History history, int count) {
        Eventually.holds(() -> history.deliveredCount() >= count, () -> "not " + count + " delivered: " + history);
    }
}
