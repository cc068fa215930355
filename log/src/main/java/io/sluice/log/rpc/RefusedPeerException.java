package io.sluice.log.rpc;

/** What came over a connection is no message that we take; the connection is closed for it. */
final class RefusedPeerException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final RpcRefusals.Reason reason;

    RefusedPeerException(RpcRefusals.Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    RpcRefusals.Reason reason() {
        return reason;
    }
}
