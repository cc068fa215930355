package io.sluice.log.rpc;

import com.alipay.sofa.jraft.error.RemotingException;
import com.alipay.sofa.jraft.rpc.InvokeCallback;
import com.alipay.sofa.jraft.rpc.RpcContext;
import com.alipay.sofa.jraft.rpc.RpcProcessor;
import com.alipay.sofa.jraft.util.Endpoint;
import com.google.protobuf.ByteString;
import com.google.protobuf.BytesValue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Questions of our own between nodes, over the transport of Raft: the length of the asker's id in a byte, the id, and what it asks. Who asks under another id than
 * that of its certificate is refused, as consensus is. *Confined to:* any thread; answers are made on the executor given.
 */
public final class PeerCalls implements RpcProcessor<BytesValue>, AutoCloseable {
    static final String MESSAGE = BytesValue.class.getName();
    private static final Logger LOG = LoggerFactory.getLogger(PeerCalls.class);

    private final VertxRpcClient client = new VertxRpcClient();
    private final ByteString self;
    private final Executor executor;
    private final BiFunction<String, ByteString, ByteString> answerer;

    /** @param answerer makes the answer to a node's question; it must not wait for anything */
    public PeerCalls(
            String self,
            RpcTransport transport,
            Executor executor,
            BiFunction<String, ByteString, ByteString> answerer) {
        ByteString id = ByteString.copyFromUtf8(self);
        this.self = ByteString.copyFrom(new byte[] {(byte) id.size()}).concat(id);
        this.executor = executor;
        this.answerer = answerer;
        client.use(transport, none -> {});
    }

    /** Asks a node; fails when it cannot be reached or does not answer in time. */
    public CompletableFuture<ByteString> ask(String node, ByteString question, long timeoutMs) {
        CompletableFuture<ByteString> answer = new CompletableFuture<>();
        client.invokeAsync(
                new Endpoint(node, 0),
                BytesValue.of(self.concat(question)),
                null,
                new Answer(answer, executor),
                timeoutMs);
        return answer;
    }

    /** The node that a question says it comes from. */
    static String asker(BytesValue question) {
        ByteString asked = question.getValue();
        int length = asked.isEmpty() ? -1 : asked.byteAt(0);
        if (length <= 0 || length >= asked.size()) {
            throw new IllegalArgumentException("a question that names no asker");
        }
        return asked.substring(1, 1 + length).toStringUtf8();
    }

    @Override
    public void handleRequest(RpcContext context, BytesValue question) {
        try {
            ByteString asked = question.getValue();
            String asker = asker(question);
            context.sendResponse(BytesValue.of(answerer.apply(asker, asked.substring(1 + asked.byteAt(0)))));
        } catch (RuntimeException bad) {
            LOG.warn("no answer to {}: {}", context.getRemoteAddress(), bad.toString());
        }
    }

    @Override
    public String interest() {
        return MESSAGE;
    }

    @Override
    public Executor executor() {
        return executor;
    }

    @Override
    public void close() {
        client.shutdown();
    }

    /** Completes the asker's future. */
    private record Answer(CompletableFuture<ByteString> future, Executor executor) implements InvokeCallback {
        @Override
        public void complete(@Nullable Object result, @Nullable Throwable failure) {
            if (result instanceof BytesValue answer) {
                future.complete(answer.getValue());
            } else {
                future.completeExceptionally(failure == null ? new RemotingException("no answer") : failure);
            }
        }
    }
}
