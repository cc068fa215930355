package io.sluice.log.api;

/** Told once when the log can no longer keep its promises (a failed write or force, damage found, a bug in apply); the node must end. */
@FunctionalInterface
public interface FatalLogError {
    void onFatal(String log, Throwable cause);
}
