package io.sluice.client;

import io.sluice.protocol.ErrorCode;

/** The server refused something, or can't be reached; the code says whether trying again can help. */
public final class SluiceException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final ErrorCode code;

    public SluiceException(ErrorCode code, String message) {
        super(code + ": " + message);
        this.code = code;
    }

    public ErrorCode code() {
        return code;
    }
}
