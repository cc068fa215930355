package io.sluice.client;

/** Takes messages one at a time, in order, on one thread at a time. */
@FunctionalInterface
public interface DeliveryHandler {
    /** May block, and may ack or give back at any later time on any thread. What it throws is reported to {@link ClientListener#onError}. */
    void onDelivery(Delivery delivery) throws Exception;
}
