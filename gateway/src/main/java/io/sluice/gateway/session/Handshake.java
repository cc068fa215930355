package io.sluice.gateway.session;

import io.sluice.gateway.session.ResumeTokens.Ticket;
import io.sluice.gateway.spi.ClientLink;
import io.sluice.protocol.ErrorCode;
import io.sluice.protocol.frame.Connect;
import io.sluice.protocol.frame.Connected;
import io.sluice.protocol.frame.Features;
import io.sluice.protocol.frame.GoAway;
import io.sluice.tenantmanager.api.AuthResult;
import io.sluice.tenantmanager.api.Principal;
import io.sluice.tenantmanager.api.Verdict;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** Decides about a CONNECT: version, key, the tenant's connections, heartbeat. <em>Confined to:</em> one event loop. */
final class Handshake {
    /** What a frame needs beside its one message. */
    private static final int FRAME_OVERHEAD_BYTES = 1024;

    private static final int LEAST_HEARTBEAT_MS = 1000;
    private static final long FEATURES = Features.SETTLED | Features.LZ4;

    private final Loop loop;

    Handshake(Loop loop) {
        this.loop = loop;
    }

    /**
     * A connection that was let in.
     *
     * @param earlier ticket of the connection that this one continues, if that is on this node still
     * @param earlierOrigin packed, of the loop that it was on, on whichever node
     */
    record Opened(
            Principal principal,
            ConsumerIds consumerIds,
            TenantFlow flow,
            Ticket ticket,
            @Nullable Ticket earlier,
            @Nullable Long earlierOrigin,
            Connected connected) {}

    /** One of both is null. */
    record Result(@Nullable Opened opened, @Nullable Refusal refusal) {}

    Result open(Connect connect, Connection connection, ClientLink link) {
        if (connect.minVersion() > Connect.VERSION || connect.maxVersion() < Connect.VERSION) {
            return refused(Refusal.of(
                    ErrorCode.BAD_FRAME,
                    "this node speaks protocol version " + Connect.VERSION + ", the client " + connect.minVersion()
                            + " to " + connect.maxVersion()));
        }
        GoAway isolation = loop.isolation();
        if (isolation != null) {
            return refused(Refusal.of(isolation.code(), isolation.message()));
        }
        AuthResult auth = loop.directory().authenticate(connect.tenant(), connect.key());
        if (auth instanceof AuthResult.Refused no) {
            return refused(Refusal.of(no.code(), no.message()));
        }
        Principal principal = ((AuthResult.Granted) auth).principal();
        Verdict verdict = loop.admission().gate(principal.tenantId()).connect();
        if (verdict instanceof Verdict.Refused no) {
            return refused(Refusal.of(no));
        }
        TenantFlow flow = loop.flows().join(principal, connection);
        byte[] shown = link.resumable() ? connect.resumeToken() : new byte[0];
        Ticket ticket = loop.tokens().issue(loop.origin(), principal, () -> loop.execute(connection::lost));
        Opened opened = new Opened(
                principal,
                new ConsumerIds(connect.key()),
                flow,
                ticket,
                loop.tokens().find(shown, principal),
                ResumeTokens.origin(shown),
                connected(connect, ticket));
        return new Result(opened, null);
    }

    private Connected connected(Connect connect, Ticket ticket) {
        int maxFrameBytes = loop.settings().maxFrameBytes();
        return new Connected(
                Connect.VERSION,
                connect.features() & FEATURES,
                loop.node(),
                HexFormat.of().formatHex(loop.tokens().randomBytes(8)),
                ticket.token(),
                maxFrameBytes,
                maxFrameBytes - FRAME_OVERHEAD_BYTES,
                heartbeatMs(connect.heartbeatMs()),
                loop.endpoints());
    }

    private int heartbeatMs(int wantedMs) {
        int most = loop.settings().heartbeatMs();
        return wantedMs == 0 ? most : Math.min(most, Math.max(wantedMs, LEAST_HEARTBEAT_MS));
    }

    private static Result refused(Refusal refusal) {
        return new Result(null, refusal);
    }
}
