package io.sluice.tenantmanager.api;

import io.sluice.protocol.ErrorCode;

/** What admission says to one request. */
public sealed interface Verdict {
    /** Go on. */
    Admitted ADMITTED = new Admitted();

    record Admitted() implements Verdict {}

    /**
     * Taken, but the tenant is over a rate: hold its next one back.
     *
     * @param limit name of the limit, for example {@code publish.messagesPerSecond}
     * @param waitNs until the debt is paid
     * @param tokensLeft of that limit, after this was taken; negative while there is a debt
     */
    record Paced(String limit, long waitNs, long tokensLeft) implements Verdict {}

    /**
     * Refused.
     *
     * @param limit name of the limit, or empty
     * @param message names the quota, its value and the use
     * @param retryAfterMs 0 where waiting does not help
     */
    record Refused(ErrorCode code, String limit, String message, long retryAfterMs) implements Verdict {}
}
