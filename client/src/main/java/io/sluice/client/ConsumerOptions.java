package io.sluice.client;

/**
 * How a consumer works; start from {@link #DEFAULT}.
 *
 * @param prefetchCount most messages unacked at once
 * @param prefetchBytes most bytes of them, 0 for no bound
 * @param autoAck whether a message is acked when its handler returned, and given back under the queue's back-off when it threw
 * @param callbacksOnEventLoop whether the handler runs on the event loop: cheaper, but it must not block
 */
public record ConsumerOptions(int prefetchCount, int prefetchBytes, boolean autoAck, boolean callbacksOnEventLoop) {
    public static final ConsumerOptions DEFAULT = new ConsumerOptions(1_000, 8 << 20, false, false);

    public ConsumerOptions {
        if (prefetchCount < 1 || prefetchBytes < 0) {
            throw new IllegalArgumentException("prefetch: at least 1 message and 0 bytes (no bound) are allowed");
        }
    }

    public ConsumerOptions withPrefetch(int count, int bytes) {
        return new ConsumerOptions(count, bytes, autoAck, callbacksOnEventLoop);
    }

    public ConsumerOptions withAutoAck(boolean value) {
        return new ConsumerOptions(prefetchCount, prefetchBytes, value, callbacksOnEventLoop);
    }

    public ConsumerOptions withCallbacksOnEventLoop(boolean value) {
        return new ConsumerOptions(prefetchCount, prefetchBytes, autoAck, value);
    }
}
