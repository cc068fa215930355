package io.sluice.app;

/** The node can't start as it was told to; the message says why and what to do, without a stack trace. */
public final class StartRefused extends Exception {
    private static final long serialVersionUID = 1L;

    StartRefused(String message) {
        super(message, null, false, false);
    }
}
