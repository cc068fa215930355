package io.sluice.gateway.session;

import io.sluice.gateway.spi.ClientConnection;
import io.sluice.gateway.spi.ClientLink;
import io.sluice.protocol.ErrorCode;
import io.sluice.protocol.frame.Closed;
import io.sluice.protocol.frame.Connect;
import io.sluice.protocol.frame.Failure;
import io.sluice.protocol.frame.Frame;
import io.sluice.protocol.frame.FrameType;
import io.sluice.protocol.frame.GoAway;
import io.sluice.protocol.frame.Heartbeat;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client connection from accept to close: first CONNECT, then a session, heartbeats throughout.
 *
 * <p>Whatever a client sends or a bug of ours does with it ends at most this connection. <em>Confined to:</em> one event loop.
 */
final class Connection implements ClientConnection {
    private static final Logger LOG = LoggerFactory.getLogger(Connection.class);

    private static final int LINGER_MS = 300;
    private static final long ANSWER_EVERY_NS = 100_000_000;

    private enum State {
        GREETING,
        OPEN,
        /** The session is over; the link is closing. */
        ENDED
    }

    private final Loop loop;
    private final ClientLink link;
    private final Handshake handshake;
    private final long openedNs;
    private State state = State.GREETING;
    private long heardNs;
    private long spokeNs;
    private long fullSinceNs;
    private boolean full;
    private boolean gone;
    private Handshake.@Nullable Opened opened;
    private @Nullable Session session;

    Connection(Loop loop, ClientLink link) {
        this.loop = loop;
        this.link = link;
        this.handshake = new Handshake(loop);
        this.openedNs = loop.timers().nowNs();
        this.heardNs = openedNs;
        this.spokeNs = openedNs;
    }

    @Override
    public void received(int bytes) {
        heardNs = loop.timers().nowNs();
    }

    @Override
    public void accept(Frame frame) {
        if (state == State.ENDED) {
            return;
        }
        try {
            serve(frame);
        } catch (RuntimeException e) {
            LOG.error("a frame {} could not be served", frame.type(), e);
            fail(new Refusal(ErrorCode.INTERNAL, "the node failed to serve " + frame.type(), 0));
        }
    }

    private void serve(Frame frame) {
        if (frame.type() == FrameType.HEARTBEAT) {
            answerHeartbeat();
        } else if (state == State.GREETING) {
            if (frame instanceof Connect connect) {
                connect(connect);
            } else {
                fail(Refusal.of(ErrorCode.BAD_FRAME, "the first frame must be CONNECT, got " + frame.type()));
            }
        } else if (frame.type() == FrameType.CONNECT) {
            fail(Refusal.of(ErrorCode.BAD_FRAME, "CONNECT came twice"));
        } else if (frame.type() == FrameType.CLOSE) {
            endSession(0);
            link.send(new Closed());
            link.close();
        } else if (session != null) {
            session.accept(frame);
        }
    }

    /** Tells a client that doubts it that this node lives; not to every one of a flood of heartbeats. */
    private void answerHeartbeat() {
        if (state == State.OPEN && heardNs - spokeNs >= ANSWER_EVERY_NS) {
            spokeNs = heardNs;
            link.send(new Heartbeat());
        }
    }

    private void connect(Connect connect) {
        Handshake.Result result = handshake.open(connect, this, link);
        if (result.refusal() != null) {
            fail(result.refusal());
            return;
        }
        Handshake.Opened granted = Objects.requireNonNull(result.opened());
        opened = granted;
        loop.limits().authenticated(link.remoteHost());
        SessionScope scope = new SessionScope(loop, granted, link, this::fail);
        session = new Session(scope, granted.earlierOrigin());
        state = State.OPEN;
        link.send(granted.connected());
        if (granted.earlier() != null) {
            granted.earlier().displace().run();
        }
    }

    @Override
    public void broken(String problem) {
        fail(Refusal.of(ErrorCode.BAD_FRAME, problem));
    }

    /** Tells the client why, and ends the connection; what its consumers have checked out returns at once. */
    private void fail(Refusal refusal) {
        if (state == State.ENDED) {
            return;
        }
        if (refusal.code() == ErrorCode.BAD_FRAME) {
            loop.meters().badFrames.add(1);
        }
        link.send(new Failure(0, refusal.code(), refusal.message()));
        endSession(0);
        closeSoon();
    }

    /** Tells the client to go, and ends the connection. */
    void dismiss(GoAway reason) {
        if (state != State.ENDED) {
            link.send(reason);
            endSession(0);
            closeSoon();
        }
    }

    /** Closing while the client's bytes are unread would reset the connection, and the client might never see why: they are read and dropped for a moment. */
    private void closeSoon() {
        loop.timers().after(LINGER_MS, link::close);
    }

    /** Tells the client to go; it has time to. */
    void announce(GoAway reason) {
        if (state == State.OPEN) {
            link.send(reason);
        } else {
            dismiss(reason);
        }
    }

    /** Tells the client that it may fare better elsewhere; who is not served yet is refused by the handshake. */
    void advise(GoAway reason) {
        if (state == State.OPEN) {
            link.send(reason);
        }
    }

    /** The client is not there any more, or takes nothing: it may come back and resume. */
    void lost() {
        if (state != State.ENDED) {
            endSession(link.resumable() ? loop.settings().resumeGraceMs() : 0);
        }
        link.abort();
    }

    boolean usesKey(String keyName) {
        return opened != null && opened.principal().keyName().equals(keyName);
    }

    @Override
    public void writable() {
        full = false;
        if (session != null && state == State.OPEN) {
            session.writable();
        }
    }

    @Override
    public void closed() {
        if (gone) {
            return;
        }
        gone = true;
        if (state != State.ENDED) {
            endSession(link.resumable() ? loop.settings().resumeGraceMs() : 0);
        }
        loop.limits().leave(link.remoteHost(), opened != null);
        loop.forget(this);
    }

    private void endSession(long graceMs) {
        state = State.ENDED;
        Handshake.Opened ending = opened;
        if (session == null || ending == null) {
            return;
        }
        try {
            session.end(graceMs);
        } finally {
            session = null;
            loop.tokens().drop(ending.ticket());
            ending.flow().gate.disconnected();
            loop.flows().leave(ending.flow(), this);
        }
    }

    /** Looks after time limits; called a few times per interval. */
    void check(long nowNs) {
        if (state == State.GREETING) {
            if (nowNs - openedNs > loop.settings().connectTimeoutMs() * 1_000_000L) {
                fail(Refusal.of(
                        ErrorCode.BAD_FRAME,
                        "no CONNECT within " + loop.settings().connectTimeoutMs() + " ms"));
            }
        } else if (state == State.OPEN && opened != null) {
            checkAlive(nowNs, opened.connected().heartbeatMs() * 1_000_000L);
        }
        checkStall(nowNs);
    }

    private void checkAlive(long nowNs, long heartbeatNs) {
        if (nowNs - heardNs > heartbeatNs * 5 / 2) {
            LOG.info("client {} was silent for two and a half heartbeats", link.remoteHost());
            loop.meters().stalledConnections.add(1);
            lost();
        } else if (nowNs - spokeNs > heartbeatNs / 2) {
            spokeNs = nowNs;
            link.send(new Heartbeat());
        }
    }

    private void checkStall(long nowNs) {
        if (link.writable()) {
            full = false;
        } else if (!full) {
            full = true;
            fullSinceNs = nowNs;
        } else if (nowNs - fullSinceNs > loop.settings().writeStallTimeoutMs() * 1_000_000L) {
            LOG.info(
                    "client {} has not read for {} ms",
                    link.remoteHost(),
                    loop.settings().writeStallTimeoutMs());
            loop.meters().stalledConnections.add(1);
            // Said once, though the link may take a while to close.
            full = false;
            lost();
        }
    }
}
