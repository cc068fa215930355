package io.sluice.gateway.session;

import io.sluice.gateway.spi.ClientLink;
import io.sluice.protocol.ErrorCode;
import io.sluice.protocol.frame.Failure;
import io.sluice.protocol.frame.Features;
import io.sluice.protocol.frame.Throttled;
import io.sluice.tenantmanager.api.Principal;
import java.util.function.Consumer;

/** What the producers and consumers of one session share. <em>Confined to:</em> the connection's event loop. */
final class SessionScope {
    final Loop loop;
    final Principal principal;
    final TenantFlow flow;
    final ClientLink link;
    final Budget publishBudget;
    final ConsumerIds consumerIds;
    private final Consumer<Refusal> fatal;
    private final boolean wantsSettled;
    private int toldPublishEpisode;
    private int toldDeliverEpisode;

    /** @param fatal ends the connection for what the client did */
    SessionScope(Loop loop, Handshake.Opened opened, ClientLink link, Consumer<Refusal> fatal) {
        this.loop = loop;
        this.principal = opened.principal();
        this.flow = opened.flow();
        this.link = link;
        this.consumerIds = opened.consumerIds();
        this.fatal = fatal;
        this.wantsSettled = (opened.connected().features() & Features.SETTLED) != 0;
        this.publishBudget = new Budget(loop.settings().maxInFlightBytesPerConnection());
    }

    boolean wantsSettled() {
        return wantsSettled;
    }

    /** Refuses one request; the connection goes on. */
    void refuse(int requestId, ErrorCode code, String message) {
        link.send(new Failure(requestId, code, message));
    }

    /** The client broke the protocol. */
    void violated(String message) {
        fatal.accept(Refusal.of(ErrorCode.BAD_FRAME, message));
    }

    /** Says once an episode that publishing is held back. */
    void tellPublishThrottled(String limit, long tokensLeft) {
        if (toldPublishEpisode != flow.publishPace.episode()) {
            toldPublishEpisode = flow.publishPace.episode();
            tell(limit, flow.publishPace, tokensLeft);
        }
    }

    /** Says once an episode that deliveries are held back. */
    void tellDeliverThrottled(String limit, long tokensLeft) {
        if (toldDeliverEpisode != flow.deliverPace.episode()) {
            toldDeliverEpisode = flow.deliverPace.episode();
            tell(limit, flow.deliverPace, tokensLeft);
        }
    }

    private void tell(String limit, Pace pace, long tokensLeft) {
        int waitMs = (int) Math.min(Integer.MAX_VALUE, pace.waitMs());
        link.send(new Throttled(limit, "tenant", waitMs, tokensLeft));
    }
}
