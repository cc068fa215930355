package io.sluice.log.api;

/** The append's outcome is unknown or it could not be taken now (leadership lost, overload, closing). */
public final class LogUnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public LogUnavailableException(String message) {
        super(message, null, false, false);
    }
}
