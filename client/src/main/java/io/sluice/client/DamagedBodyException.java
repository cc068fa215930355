package io.sluice.client;

import org.jspecify.annotations.Nullable;

/** The body of a delivered message is not what its publisher sent, or larger than this client allows. */
public final class DamagedBodyException extends RuntimeException {
    private static final long serialVersionUID = 1;

    DamagedBodyException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
