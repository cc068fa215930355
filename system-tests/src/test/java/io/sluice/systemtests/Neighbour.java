package io.sluice.systemtests;

import io.sluice.client.Consumer;
import io.sluice.client.ConsumerOptions;
import io.sluice.client.Delivery;
import io.sluice.client.Publisher;
import io.sluice.client.SluiceClient;
import io.sluice.protocol.Message;
import java.nio.ByteBuffer;

/** A tenant that goes about its business while others misbehave: steady messages, each looked after. */
final class Neighbour implements AutoCloseable {
    private static final int PAUSE_MS = 5;

    private final History history = new History();
    private final SluiceClient client;
    private final Publisher publisher;
    private final Consumer consumer;
    private final Thread publishing = new Thread(this::publish, "neighbour");
    private volatile boolean stopped;

    Neighbour(SluiceClient client, String group, String queue) {
        this.client = client;
        this.publisher = client.publisher(group);
        this.consumer = client.consumer(group + "/" + queue, ConsumerOptions.DEFAULT, this::delivered);
        publishing.start();
    }

    private void publish() {
        while (!stopped) {
            int number = history.publish();
            Message message = Message.of(ByteBuffer.allocate(200).putInt(number).array());
            publisher.publish("created", message, (sequence, rejection) -> {
                if (rejection == null) {
                    history.confirmed(number);
                } else {
                    history.rejected(number);
                }
            });
            try {
                Thread.sleep(PAUSE_MS);
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private void delivered(Delivery delivery) {
        int number = delivery.bodyView().getInt();
        history.delivered(number, "", delivery.deliveryCount());
        history.acked(number);
        delivery.ack();
    }

    /** Waits until messages published from now on have come through. */
    void awaitProgress() {
        int goal = history.publishedCount() + 20;
        Eventually.holds(() -> history.deliveredCount() > goal, () -> "the neighbour stands still: " + history);
    }

    /** Stops, and waits until everything is confirmed and delivered. */
    History finish() throws InterruptedException {
        stopped = true;
        publishing.join();
        Eventually.holds(
                () -> history.confirmedCount() == history.publishedCount() && history.isSettled(),
                () -> "the neighbour is not served: " + history);
        return history;
    }

    @Override
    public void close() {
        stopped = true;
        consumer.close();
        client.close();
    }
}
