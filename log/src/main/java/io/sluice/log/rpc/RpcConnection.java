package io.sluice.log.rpc;

import com.alipay.sofa.jraft.error.InvokeTimeoutException;
import com.alipay.sofa.jraft.error.RemotingException;
import com.alipay.sofa.jraft.rpc.InvokeCallback;
import com.google.protobuf.Message;
import io.vertx.core.net.NetSocket;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One connection to a peer and the requests that wait for its answers. *Confined to:* {@link #send} and {@link #close} from any thread. */
final class RpcConnection {
    private static final Logger LOG = LoggerFactory.getLogger(RpcConnection.class);

    private static final long SILENCE_S = 15;
    private static final long SILENCE_NS = TimeUnit.SECONDS.toNanos(SILENCE_S);

    private final NetSocket socket;
    private final RpcTransport transport;
    private final AtomicLong nextId = new AtomicLong(1);
    private final Map<Long, Waiting> waiting = new ConcurrentHashMap<>();
    private volatile boolean closed;
    private volatile long heardNs = System.nanoTime();

    RpcConnection(NetSocket socket, RpcTransport transport, Runnable onClose) {
        this.socket = socket;
        this.transport = transport;
        RpcFrame.read(socket, transport, this::answered);
        socket.closeHandler(none -> {
            closed = true;
            onClose.run();
            waiting.keySet().forEach(id -> finish(id, null, new RemotingException("connection closed")));
        });
    }

    void send(Message request, InvokeCallback callback, long timeoutMs) {
        closeIfSilent();
        long id = nextId.getAndIncrement();
        long timer = transport
                .vertx()
                .setTimer(
                        Math.max(1, timeoutMs),
                        none -> finish(id, null, new InvokeTimeoutException("no answer within " + timeoutMs + " ms")));
        waiting.put(id, new Waiting(callback, timer));
        if (closed) {
            finish(id, null, new RemotingException("connection closed"));
            return;
        }
        socket.write(new RpcFrame(transport.clusterId(), id, false, request).encode());
    }

    /**
     * A peer that is frozen or cut off holds up what was asked for, the copy of a snapshot among it, until the system gives the connection up, which takes many
     * minutes. Consensus asks several times a second and a peer that lives answers something.
     */
    private void closeIfSilent() {
        long nowNs = System.nanoTime();
        if (waiting.isEmpty()) {
            heardNs = nowNs;
        } else if (nowNs - heardNs > SILENCE_NS && !closed) {
            LOG.warn("{} has answered nothing for {} s: connecting anew", socket.remoteAddress(), SILENCE_S);
            close();
        }
    }

    private void answered(RpcFrame frame) {
        heardNs = System.nanoTime();
        if (frame.isResponse()) {
            finish(frame.requestId(), frame.message(), null);
        }
    }

    private void finish(long id, @Nullable Message answer, @Nullable Throwable failure) {
        Waiting request = waiting.remove(id);
        if (request != null) {
            transport.vertx().cancelTimer(request.timer());
            complete(request.callback(), answer, failure);
        }
    }

    static void complete(InvokeCallback callback, @Nullable Message answer, @Nullable Throwable failure) {
        try {
            callback.executor().execute(() -> callback.complete(answer, failure));
        } catch (RejectedExecutionException closing) {
            LOG.debug("an answer came while the node closes");
        }
    }

    void close() {
        socket.close();
    }

    /** A request without its answer. */
    private record Waiting(InvokeCallback callback, long timer) {}
}
