package io.sluice.client;

import io.sluice.protocol.ErrorCode;

/** A message was not stored, or (under {@code UNAVAILABLE}) it is not known whether it was. */
public final class PublishRejectedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final ErrorCode code;
    private final long retryAfterMs;

    public PublishRejectedException(ErrorCode code, String message, long retryAfterMs) {
        // Made for thousands of messages at once when a limit is met: no stack, it would show the event loop only.
        super(code + ": " + message, null, false, false);
        this.code = code;
        this.retryAfterMs = retryAfterMs;
    }

    public ErrorCode code() {
        return code;
    }

    /** When it may be tried again, 0 where waiting does not help. */
    public long retryAfterMs() {
        return retryAfterMs;
    }
}
