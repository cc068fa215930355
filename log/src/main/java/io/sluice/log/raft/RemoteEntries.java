package io.sluice.log.raft;

import com.alipay.sofa.jraft.error.RaftError;
import com.alipay.sofa.jraft.error.RemotingException;
import com.alipay.sofa.jraft.rpc.RaftRpcFactory;
import com.alipay.sofa.jraft.rpc.RpcClient;
import com.alipay.sofa.jraft.rpc.RpcRequests.GetFileRequest;
import com.alipay.sofa.jraft.rpc.RpcRequests.GetFileResponse;
import com.alipay.sofa.jraft.util.Endpoint;
import com.alipay.sofa.jraft.util.RpcFactoryHelper;
import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import io.sluice.log.rpc.RpcTransport;
import io.sluice.log.rpc.VertxRpcFactory;
import io.sluice.log.segment.LogRecord;
import io.sluice.log.segment.RecordType;
import io.sluice.log.segment.SegmentStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Single entries of a log asked of other nodes, and given to them: what a replica needs that found one of its own damaged.
 *
 * <p>They travel as a file request whose reader has the number {@value #READER}, which consensus never gives; the file is the log's name, the offset the entry's
 * index. An answer is term, type and body. *Confined to:* any thread but event loops.
 */
final class RemoteEntries implements AutoCloseable {
    static final long READER = -1;
    private static final Logger LOG = LoggerFactory.getLogger(RemoteEntries.class);
    private static final long TIMEOUT_MS = 5000;
    private static final int FIXED_BYTES = Long.BYTES + 1;

    private final String self;
    private final RpcTransport transport;
    private final RpcClient client;
    private final Map<String, SegmentStore> stores = new ConcurrentHashMap<>();

    RemoteEntries(String self, RpcTransport transport) {
        this.self = self;
        this.transport = transport;
        RaftRpcFactory factory = new VertxRpcFactory();
        this.client = factory.createRpcClient(factory.defaultJRaftClientConfigHelper(new RaftNodeOptions(transport)));
    }

    /** From now on others can have this log's entries from us. */
    void serve(String log, SegmentStore store) {
        stores.put(log, store);
    }

    /** Answers another node. */
    Message answer(GetFileRequest request) {
        SegmentStore store = stores.get(request.getFilename());
        try {
            LogRecord record = store == null ? null : store.read(request.getOffset());
            return record == null ? refusal("entry " + request.getOffset() + " is not held") : encode(record);
        } catch (IOException e) {
            LOG.warn("another node asked for an entry that cannot be read: {}", e.getMessage());
            return refusal(String.valueOf(e.getMessage()));
        }
    }

    private static Message refusal(String why) {
        return RpcFactoryHelper.responseFactory()
                .newResponse(GetFileResponse.getDefaultInstance(), RaftError.ENOENT, "%s", why);
    }

    private static Message encode(LogRecord record) {
        ByteBuffer body = record.body().duplicate();
        ByteBuffer data = ByteBuffer.allocate(FIXED_BYTES + body.remaining());
        data.putLong(record.term()).put(record.type().code()).put(body).flip();
        return GetFileResponse.newBuilder()
                .setEof(true)
                .setReadSize(data.remaining())
                .setData(ByteString.copyFrom(data))
                .build();
    }

    List<String> others() {
        return transport.addresses().keySet().stream()
                .filter(node -> !node.equals(self))
                .sorted()
                .toList();
    }

    /** An entry as one of the other nodes has it, or null. */
    @Nullable
    LogRecord fetch(String log, long index) {
        GetFileRequest request = GetFileRequest.newBuilder()
                .setReaderId(READER)
                .setFilename(log)
                .setOffset(index)
                .setCount(1)
                .build();
        for (String node : others()) {
            LogRecord record = fetch(node, index, request);
            if (record != null) {
                return record;
            }
        }
        return null;
    }

    private @Nullable LogRecord fetch(String node, long index, GetFileRequest request) {
        try {
            Object answer = client.invokeSync(new Endpoint(node, 0), request, null, TIMEOUT_MS);
            if (answer instanceof GetFileResponse found && found.getEof()) {
                ByteBuffer data = found.getData().asReadOnlyByteBuffer();
                long term = data.getLong();
                RecordType type = RecordType.of(data.get());
                return type == null ? null : new LogRecord(index, term, type, data.slice());
            }
        } catch (RemotingException e) {
            LOG.debug("{} cannot be asked for entry {}: {}", node, index, e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return null;
    }

    @Override
    public void close() {
        client.shutdown();
    }
}
