package io.sluice.log.rpc;

import com.alipay.sofa.jraft.rpc.ProtobufMsgFactory;
import com.google.protobuf.Message;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetSocket;
import io.vertx.core.parsetools.RecordParser;
import java.nio.charset.StandardCharsets;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One message between nodes: {@code u32 length, u64 clusterId, u64 requestId, u8 isResponse, u8 nameLength, name, protobuf}.
 *
 * <p>The name is of a class that JRaft's own message table knows; any other name is refused.
 */
record RpcFrame(long clusterId, long requestId, boolean isResponse, Message message) {
    private static final Logger LOG = LoggerFactory.getLogger(RpcFrame.class);
    private static final int FIXED_BYTES = 2 * Long.BYTES + 2;

    Buffer encode() {
        byte[] name = message.getClass().getName().getBytes(StandardCharsets.US_ASCII);
        byte[] body = message.toByteArray();
        return Buffer.buffer(Integer.BYTES + FIXED_BYTES + name.length + body.length)
                .appendInt(FIXED_BYTES + name.length + body.length)
                .appendLong(clusterId)
                .appendLong(requestId)
                .appendByte((byte) (isResponse ? 1 : 0))
                .appendByte((byte) name.length)
                .appendBytes(name)
                .appendBytes(body);
    }

    private static RpcFrame decode(Buffer in) {
        int nameLength = in.getUnsignedByte(FIXED_BYTES - 1);
        String name = in.getString(FIXED_BYTES, FIXED_BYTES + nameLength);
        Message message =
                ProtobufMsgFactory.newMessageByJavaClassName(name, in.getBytes(FIXED_BYTES + nameLength, in.length()));
        return new RpcFrame(in.getLong(0), in.getLong(Long.BYTES), in.getByte(2 * Long.BYTES) == 1, message);
    }

    /** Reads frames of our cluster from a socket; anything else closes it, with a line in the log that says why. */
    static void read(NetSocket socket, RpcTransport transport, Handler<RpcFrame> handler) {
        RecordParser parser = RecordParser.newFixed(Integer.BYTES);
        boolean[] atLength = {true};
        parser.handler(bytes -> {
            try {
                if (atLength[0]) {
                    parser.fixedSizeMode(checkedLength(bytes.getInt(0), transport.maxFrameBytes()));
                } else {
                    handler.handle(checkedCluster(bytes, transport));
                    parser.fixedSizeMode(Integer.BYTES);
                }
                atLength[0] = !atLength[0];
            } catch (RuntimeException bad) {
                LOG.warn("closing Raft connection with {}: {}", socket.remoteAddress(), bad.toString());
                parser.handler(ignored -> {});
                socket.close();
            }
        });
        socket.handler(parser);
    }

    private static int checkedLength(int length, int maxBytes) {
        if (length < FIXED_BYTES || length > maxBytes) {
            throw new IllegalArgumentException(
                    "frame of " + length + " bytes; allowed are " + FIXED_BYTES + " to " + maxBytes);
        }
        return length;
    }

    private static RpcFrame checkedCluster(Buffer bytes, RpcTransport transport) {
        if (bytes.getLong(0) != transport.clusterId()) {
            throw new IllegalArgumentException("the peer belongs to another cluster; check cluster.name");
        }
        return decode(bytes);
    }
}
