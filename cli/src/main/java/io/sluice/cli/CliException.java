package io.sluice.cli;

/** A command was refused or failed; the message is the one line a person reads on stderr. */
final class CliException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    CliException(String message) {
        super(message);
    }
}
