package io.sluice.client;

/** Told about what happens beside publishes and deliveries, on the client's callback thread, one call at a time. */
public interface ClientListener {
    /** Listens to nothing. */
    ClientListener NONE = new ClientListener() {};

    default void onStateChange(ClientState state) {}

    /** A rate limit holds this client back; said once an episode. */
    default void onThrottled(Throttle throttle) {}

    /** Something went wrong that no future or exception reports: a lost connection, a damaged message, a handler that threw. */
    default void onError(Throwable error) {}

    /**
     * @param limit for example {@code publish.messagesPerSecond}
     * @param scope what the limit is set on, for example {@code tenant}
     * @param waitMs until the debt is paid
     * @param tokensLeft negative when in debt
     */
    record Throttle(String limit, String scope, long waitMs, long tokensLeft) {}
}
