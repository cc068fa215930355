package io.sluice.log.rpc;

import com.alipay.sofa.jraft.ReplicatorGroup;
import com.alipay.sofa.jraft.entity.PeerId;
import com.alipay.sofa.jraft.error.InvokeTimeoutException;
import com.alipay.sofa.jraft.error.RemotingException;
import com.alipay.sofa.jraft.option.RpcOptions;
import com.alipay.sofa.jraft.rpc.InvokeCallback;
import com.alipay.sofa.jraft.rpc.InvokeContext;
import com.alipay.sofa.jraft.rpc.RpcClient;
import com.alipay.sofa.jraft.util.Endpoint;
import com.google.protobuf.Message;
import io.vertx.core.net.NetSocket;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * JRaft's RPC client over one Vert.x connection per peer.
 *
 * <p>A request is written in the order it was handed over, answers are told on the callback's executor. *Confined to:* any thread but
 * event loops for {@link #invokeSync}.
 */
final class VertxRpcClient implements RpcClient {
    private final Map<Endpoint, CompletableFuture<RpcConnection>> connections = new ConcurrentHashMap<>();
    private volatile @Nullable RpcTransport transport;
    private volatile @Nullable ReplicatorGroup replicators;
    private volatile Consumer<ReplicatorGroup> replicatorsListener = group -> {};
    private volatile boolean closed;

    void use(RpcTransport shared, Consumer<ReplicatorGroup> onReplicators) {
        transport = shared;
        replicatorsListener = onReplicators;
    }

    @Override
    public boolean init(RpcOptions options) {
        return true;
    }

    @Override
    public void shutdown() {
        closed = true;
        connections.keySet().forEach(this::closeConnection);
    }

    /**
     * Always: a request opens its connection by itself, and fails where there is none. Told otherwise, JRaft would wait for an answer of the peer while it holds the lock
     * that it needs to answer anyone.
     */
    @Override
    public boolean checkConnection(Endpoint endpoint) {
        return !closed;
    }

    @Override
    public boolean checkConnection(Endpoint endpoint, boolean createIfAbsent) {
        return !closed;
    }

    @Override
    public void closeConnection(Endpoint endpoint) {
        CompletableFuture<RpcConnection> connection = connections.remove(endpoint);
        if (connection != null) {
            var unused = connection.thenAccept(RpcConnection::close);
        }
    }

    @Override
    public void registerConnectEventListener(ReplicatorGroup replicatorGroup) {
        replicators = replicatorGroup;
        replicatorsListener.accept(replicatorGroup);
    }

    @Override
    public Object invokeSync(Endpoint endpoint, Object request, @Nullable InvokeContext context, long timeoutMs)
            throws InterruptedException, RemotingException {
        CompletableFuture<Object> answer = new CompletableFuture<>();
        invokeAsync(endpoint, request, context, new Answer(answer), timeoutMs);
        try {
            return answer.get(timeoutMs, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new InvokeTimeoutException(endpoint + " did not answer within " + timeoutMs + " ms");
        } catch (ExecutionException e) {
            throw new RemotingException(e.getCause());
        }
    }

    @Override
    public void invokeAsync(
            Endpoint endpoint,
            Object request,
            @Nullable InvokeContext context,
            InvokeCallback callback,
            long timeoutMs) {
        CompletableFuture<RpcConnection> connection = connection(endpoint);
        if (connection.isDone() && !connection.isCompletedExceptionally()) {
            connection.join().send((Message) request, callback, timeoutMs);
            return;
        }
        var unused = connection.whenComplete((open, failure) -> {
            if (open != null) {
                open.send((Message) request, callback, timeoutMs);
            } else {
                RpcConnection.complete(callback, null, new RemotingException(String.valueOf(failure)));
            }
        });
    }

    private CompletableFuture<RpcConnection> connection(Endpoint endpoint) {
        if (closed) {
            return CompletableFuture.failedFuture(new RemotingException("RPC client is closed"));
        }
        CompletableFuture<RpcConnection> known = connections.get(endpoint);
        if (known != null) {
            return known;
        }
        CompletableFuture<RpcConnection> opening = new CompletableFuture<>();
        CompletableFuture<RpcConnection> first = connections.putIfAbsent(endpoint, opening);
        if (first != null) {
            return first;
        }
        open(endpoint, opening);
        return opening;
    }

    private void open(Endpoint endpoint, CompletableFuture<RpcConnection> opening) {
        RpcTransport shared = transport;
        try {
            if (shared == null) {
                throw new RemotingException("RPC client without a transport");
            }
            shared.client()
                    .connect(shared.address(endpoint.getIp()))
                    .onComplete(
                            socket -> opened(shared, endpoint, opening, socket),
                            failure -> refused(shared, endpoint, opening, failure));
        } catch (RemotingException e) {
            failed(endpoint, opening, e);
        }
    }

    private void opened(
            RpcTransport shared, Endpoint endpoint, CompletableFuture<RpcConnection> opening, NetSocket socket) {
        try {
            PeerIdentity.of(socket).mustBe(endpoint.getIp());
        } catch (RefusedPeerException stranger) {
            RpcFrame.refuse(socket, shared, stranger);
            failed(endpoint, opening, stranger);
            return;
        }
        opening.complete(new RpcConnection(socket, shared, () -> connections.remove(endpoint, opening)));
        connected(shared, endpoint);
    }

    private void refused(
            RpcTransport shared, Endpoint endpoint, CompletableFuture<RpcConnection> opening, Throwable failure) {
        if (HandshakeFailure.isOne(failure)) {
            shared.refusals()
                    .refuse(RpcRefusals.Reason.TLS, "node " + endpoint.getIp(), HandshakeFailure.describe(failure));
        }
        failed(endpoint, opening, failure);
    }

    private void failed(Endpoint endpoint, CompletableFuture<RpcConnection> opening, Throwable failure) {
        connections.remove(endpoint, opening);
        opening.completeExceptionally(failure);
    }

    private void connected(RpcTransport shared, Endpoint endpoint) {
        ReplicatorGroup group = replicators;
        if (group != null) {
            shared.vertx().executeBlocking(() -> {
                group.checkReplicator(new PeerId(endpoint, 0), true);
                return true;
            });
        }
    }

    /** Completes a future in place: whoever waits for it is no event loop. */
    private record Answer(CompletableFuture<Object> future) implements InvokeCallback {
        @Override
        public void complete(@Nullable Object result, @Nullable Throwable failure) {
            if (failure == null && result != null) {
                future.complete(result);
            } else {
                future.completeExceptionally(failure == null ? new RemotingException("no answer") : failure);
            }
        }

        @Override
        public Executor executor() {
            return Runnable::run;
        }
    }
}
