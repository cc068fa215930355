package io.sluice.client;

/** Takes messages as they came in frames, for speed; in order, on one thread at a time. */
@FunctionalInterface
public interface BatchHandler {
    /** May block, and may ack or give back at any later time on any thread. What it throws is reported to {@link ClientListener#onError}. */
    void onDeliveries(DeliveryBatch batch) throws Exception;
}
