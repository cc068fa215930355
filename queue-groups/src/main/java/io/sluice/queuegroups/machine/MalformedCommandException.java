package io.sluice.queuegroups.machine;

/** A command whose payload is not what its type says: a bug of whoever wrote it. Thrown before anything is changed. */
final class MalformedCommandException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    MalformedCommandException(String what) {
        super(what, null, false, false);
    }
}
