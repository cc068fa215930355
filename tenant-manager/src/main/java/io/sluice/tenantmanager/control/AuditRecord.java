package io.sluice.tenantmanager.control;

/**
 * One change, or one refused attempt.
 *
 * @param sequence 1, 2, 3 …
 * @param who name of the token
 * @param from remote address
 * @param action for example {@code put tenant}
 * @param target what it was about, for example {@code acme/orders}
 * @param result {@code done}, {@code unchanged}, or why it was refused
 */
public record AuditRecord(
        long sequence,
        long timeMs,
        String who,
        String from,
        String action,
        String target,
        String what,
        String result) {}
