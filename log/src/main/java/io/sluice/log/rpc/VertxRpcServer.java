package io.sluice.log.rpc;

import com.alipay.sofa.jraft.rpc.Connection;
import com.alipay.sofa.jraft.rpc.RpcContext;
import com.alipay.sofa.jraft.rpc.RpcProcessor;
import com.alipay.sofa.jraft.rpc.RpcRequests;
import com.alipay.sofa.jraft.rpc.RpcRequests.AppendEntriesRequest;
import com.alipay.sofa.jraft.rpc.RpcRequests.GetFileRequest;
import com.alipay.sofa.jraft.rpc.RpcRequests.InstallSnapshotRequest;
import com.alipay.sofa.jraft.rpc.RpcServer;
import com.alipay.sofa.jraft.rpc.impl.ConnectionClosedEventListener;
import com.google.protobuf.Message;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * JRaft's RPC server over a Vert.x listener. Event loops only frame and parse; requests run on their processor's executor, those that append
 * entries in the order of their peer ({@link PeerOrder}). An answer names its request, so answers may come in any order.
 *
 * <p>JRaft's own administration requests are not served: anyone who reached the port could change the members.
 */
public final class VertxRpcServer implements RpcServer {
    private static final Logger LOG = LoggerFactory.getLogger(VertxRpcServer.class);
    private static final String SERVED = RpcRequests.class.getName() + "$";
    private static final int START_TIMEOUT_S = 30;
    private static final int STOP_TIMEOUT_S = 10;

    private final NetServer server;
    private final RpcTransport transport;
    private final Executor fallback;
    private final Newcomers newcomers;
    private final Executor installs;
    private final Map<String, RpcProcessor<Message>> processors = new HashMap<>();
    private final PeerOrder order = new PeerOrder();
    private volatile boolean started;
    private long entriesReader;
    private Function<GetFileRequest, Message> entries = request -> {
        throw new IllegalStateException("no entries are served");
    };

    /**
     * @param fallback runs requests whose processor names no executor
     * @param installs runs requests to install a snapshot, each of which holds its thread until that is done
     */
    public VertxRpcServer(NetServerOptions options, RpcTransport transport, Executor fallback, Executor installs) {
        this.server = transport.vertx().createNetServer(options);
        this.transport = transport;
        this.fallback = fallback;
        this.installs = installs;
        this.newcomers = new Newcomers(transport.vertx(), transport.refusals());
    }

    /** File requests for this reader are answered by us instead of consensus. Before {@link #init}. */
    public void serveEntries(long reader, Function<GetFileRequest, Message> answers) {
        entriesReader = reader;
        entries = answers;
    }

    /** Binds; blocks until bound. */
    @Override
    public boolean init(@Nullable Void none) {
        try {
            server.connectHandler(this::serve)
                    .exceptionHandler(this::refused)
                    .listen()
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(START_TIMEOUT_S, TimeUnit.SECONDS);
            started = true;
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while binding the Raft port", e);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("cannot bind the Raft port: " + e.getMessage(), e);
        }
    }

    /** Closes the listener and its connections; blocks until that is done. */
    @Override
    public void shutdown() {
        started = false;
        order.close();
        try {
            server.close().toCompletionStage().toCompletableFuture().get(STOP_TIMEOUT_S, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            LOG.warn("the Raft port was not closed cleanly: {}", e.toString());
        }
    }

    /** Nobody is told: what JRaft would take away when a connection closes belongs to a peer, which may have another one by then. */
    @Override
    public void registerConnectionClosedEventListener(ConnectionClosedEventListener listener) {
        LOG.debug("{} is not told of closed connections", listener);
    }

    @Override
    @SuppressWarnings("unchecked")
    public void registerProcessor(RpcProcessor<?> processor) {
        if (processor.interest().startsWith(SERVED) || processor.interest().equals(PeerCalls.MESSAGE)) {
            processors.put(processor.interest(), (RpcProcessor<Message>) processor);
        }
    }

    @Override
    public int boundPort() {
        return server.actualPort();
    }

    @Override
    public boolean isStarted() {
        return started;
    }

    private void serve(NetSocket socket) {
        PeerIdentity peer;
        try {
            peer = PeerIdentity.of(socket);
        } catch (RefusedPeerException stranger) {
            RpcFrame.refuse(socket, transport, stranger);
            return;
        }
        SocketConnection connection = new SocketConnection(socket, new ConcurrentHashMap<>());
        newcomers.add(socket);
        RpcFrame.read(socket, transport, frame -> {
            peer.mustHaveSent(frame.message());
            dispatch(connection, frame);
            newcomers.remove(socket);
        });
        socket.closeHandler(none -> newcomers.remove(socket));
    }

    /** A connection that failed before it was one: in its handshake. */
    private void refused(Throwable failure) {
        if (HandshakeFailure.isOne(failure)) {
            transport.refusals().refuse(RpcRefusals.Reason.TLS, "a caller", HandshakeFailure.describe(failure));
        } else {
            LOG.debug("a Raft connection failed: {}", failure.toString());
        }
    }

    private void dispatch(SocketConnection connection, RpcFrame frame) {
        RpcProcessor<Message> processor =
                processors.get(frame.message().getClass().getName());
        if (processor == null || frame.isResponse()) {
            throw new RefusedPeerException(
                    RpcRefusals.Reason.FRAME,
                    "unexpected " + frame.message().getClass().getSimpleName());
        }
        Context context = new Context(connection, frame.requestId(), transport.clusterId());
        try {
            if (frame.message() instanceof GetFileRequest file && file.getReaderId() == entriesReader) {
                fallback.execute(() -> context.sendResponse(entries.apply(file)));
                return;
            }
            executor(processor, frame.message()).execute(() -> processor.handleRequest(context, frame.message()));
        } catch (RejectedExecutionException busy) {
            LOG.warn("a Raft request is dropped, its executor is full or closing; the peer asks again");
        }
    }

    private Executor executor(RpcProcessor<Message> processor, Message message) {
        if (message instanceof InstallSnapshotRequest) {
            return installs;
        }
        Executor own = processor.executor() == null ? fallback : processor.executor();
        return message instanceof AppendEntriesRequest append ? order.of(append, own) : own;
    }

    /** Where an answer goes. */
    private record Context(SocketConnection connection, long requestId, long clusterId) implements RpcContext {
        @Override
        public void sendResponse(Object response) {
            connection.socket().write(new RpcFrame(clusterId, requestId, true, (Message) response).encode());
        }

        @Override
        public Connection getConnection() {
            return connection;
        }

        @Override
        public String getRemoteAddress() {
            return String.valueOf(connection.socket().remoteAddress());
        }
    }

    /** A peer's connection with what JRaft remembers of it. */
    private record SocketConnection(NetSocket socket, Map<String, Object> attributes) implements Connection {
        @Override
        public @Nullable Object getAttribute(String key) {
            return attributes.get(key);
        }

        @Override
        public void setAttribute(String key, Object value) {
            attributes.put(key, value);
        }

        @Override
        public @Nullable Object setAttributeIfAbsent(String key, Object value) {
            return attributes.putIfAbsent(key, value);
        }

        @Override
        public void close() {
            socket.close();
        }
    }
}
