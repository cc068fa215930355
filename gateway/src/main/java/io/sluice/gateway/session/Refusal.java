package io.sluice.gateway.session;

import io.sluice.protocol.ErrorCode;
import io.sluice.tenantmanager.api.Verdict;

/** Why the gateway refuses a request. {@code retryAfterMs} is 0 where waiting does not help. */
record Refusal(ErrorCode code, String message, int retryAfterMs) {
    static Refusal of(ErrorCode code, String message) {
        return new Refusal(code, message, 0);
    }

    static Refusal of(Verdict.Refused refused) {
        return new Refusal(
                refused.code(), refused.message(), (int) Math.min(Integer.MAX_VALUE, refused.retryAfterMs()));
    }
}
