package io.sluice.client;

/**
 * How a publisher works; start from {@link #DEFAULT}.
 *
 * @param producerName keeps its sequences over restarts of the application, and fences an older publisher of the same name; empty: a name of its own
 * @param windowMessages most messages without an outcome
 * @param windowBytes most bytes of them; one message may always be under way
 * @param blockWhenFull whether {@code publish} waits for room in the window; else it fails with {@code THROTTLED}
 * @param rejectOverRate whether the server rejects what is over a rate limit instead of pacing this publisher
 * @param retryThrottled whether messages rejected as {@code THROTTLED} are published again after the wait that the server names, behind later ones
 * @param compressAboveBytes bodies of at least this size are compressed with LZ4 where that helps, 0: none
 * @param batchMessages most messages in a frame
 * @param batchBytes most bytes of messages in a frame; a larger message travels alone
 * @param outcomeTimeoutMs what was sent and brought no outcome for so long is sent again (under its sequence, so it is not doubled)
 * @param callbacksOnEventLoop whether callbacks run on the event loop: cheaper, but they must be quick and must not publish blockingly
 */
public record PublisherOptions(
        String producerName,
        int windowMessages,
        int windowBytes,
        boolean blockWhenFull,
        boolean rejectOverRate,
        boolean retryThrottled,
        int compressAboveBytes,
        int batchMessages,
        int batchBytes,
        long outcomeTimeoutMs,
        boolean callbacksOnEventLoop) {
    public static final PublisherOptions DEFAULT =
            new PublisherOptions("", 16_384, 8 << 20, true, false, true, 0, 1_024, 128 << 10, 30_000, false);

    public PublisherOptions {
        if (outcomeTimeoutMs < 1) {
            throw new IllegalArgumentException("outcomeTimeoutMs: must be at least 1, is " + outcomeTimeoutMs);
        }
        if (windowMessages < 1 || windowMessages > 1 << 20 || windowBytes < 1) {
            throw new IllegalArgumentException("window: 1 to 1048576 messages and at least 1 byte are allowed");
        }
        if (batchMessages < 1 || batchMessages > 65_536 || batchBytes < 1) {
            throw new IllegalArgumentException("batch: 1 to 65536 messages and at least 1 byte are allowed");
        }
    }

    public PublisherOptions withProducerName(String value) {
        return new PublisherOptions(
                value,
                windowMessages,
                windowBytes,
                blockWhenFull,
                rejectOverRate,
                retryThrottled,
                compressAboveBytes,
                batchMessages,
                batchBytes,
                outcomeTimeoutMs,
                callbacksOnEventLoop);
    }

    public PublisherOptions withWindow(int messages, int bytes) {
        return new PublisherOptions(
                producerName,
                messages,
                bytes,
                blockWhenFull,
                rejectOverRate,
                retryThrottled,
                compressAboveBytes,
                batchMessages,
                batchBytes,
                outcomeTimeoutMs,
                callbacksOnEventLoop);
    }

    public PublisherOptions withBlockWhenFull(boolean value) {
        return new PublisherOptions(
                producerName,
                windowMessages,
                windowBytes,
                value,
                rejectOverRate,
                retryThrottled,
                compressAboveBytes,
                batchMessages,
                batchBytes,
                outcomeTimeoutMs,
                callbacksOnEventLoop);
    }

    public PublisherOptions withRejectOverRate(boolean value) {
        return new PublisherOptions(
                producerName,
                windowMessages,
                windowBytes,
                blockWhenFull,
                value,
                retryThrottled,
                compressAboveBytes,
                batchMessages,
                batchBytes,
                outcomeTimeoutMs,
                callbacksOnEventLoop);
    }

    public PublisherOptions withRetryThrottled(boolean value) {
        return new PublisherOptions(
                producerName,
                windowMessages,
                windowBytes,
                blockWhenFull,
                rejectOverRate,
                value,
                compressAboveBytes,
                batchMessages,
                batchBytes,
                outcomeTimeoutMs,
                callbacksOnEventLoop);
    }

    public PublisherOptions withCompressAboveBytes(int value) {
        return new PublisherOptions(
                producerName,
                windowMessages,
                windowBytes,
                blockWhenFull,
                rejectOverRate,
                retryThrottled,
                value,
                batchMessages,
                batchBytes,
                outcomeTimeoutMs,
                callbacksOnEventLoop);
    }

    public PublisherOptions withBatch(int messages, int bytes) {
        return new PublisherOptions(
                producerName,
                windowMessages,
                windowBytes,
                blockWhenFull,
                rejectOverRate,
                retryThrottled,
                compressAboveBytes,
                messages,
                bytes,
                outcomeTimeoutMs,
                callbacksOnEventLoop);
    }

    public PublisherOptions withOutcomeTimeoutMs(long value) {
        return new PublisherOptions(
                producerName,
                windowMessages,
                windowBytes,
                blockWhenFull,
                rejectOverRate,
                retryThrottled,
                compressAboveBytes,
                batchMessages,
                batchBytes,
                value,
                callbacksOnEventLoop);
    }

    public PublisherOptions withCallbacksOnEventLoop(boolean value) {
        return new PublisherOptions(
                producerName,
                windowMessages,
                windowBytes,
                blockWhenFull,
                rejectOverRate,
                retryThrottled,
                compressAboveBytes,
                batchMessages,
                batchBytes,
                outcomeTimeoutMs,
                value);
    }
}
