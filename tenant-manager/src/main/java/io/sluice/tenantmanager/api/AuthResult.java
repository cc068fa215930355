package io.sluice.tenantmanager.api;

import io.sluice.protocol.ErrorCode;

/** The outcome of authentication. */
public sealed interface AuthResult {
    record Granted(Principal principal) implements AuthResult {}

    record Refused(ErrorCode code, String message) implements AuthResult {}
}
