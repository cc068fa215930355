package io.sluice.log.rpc;

import com.alipay.sofa.jraft.rpc.ProtobufMsgFactory;
import com.google.protobuf.BytesValue;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.sluice.log.rpc.RpcRefusals.Reason;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetSocket;
import io.vertx.core.parsetools.RecordParser;
import java.nio.charset.StandardCharsets;

/**
 * One message between nodes: {@code u32 length, u64 clusterId, u64 requestId, u8 isResponse, u8 nameLength, name, protobuf}.
 *
 * <p>The name is of a class that JRaft's own message table knows, or of the one for {@link PeerCalls}; any other name is refused. Length and cluster are checked before a byte
 * more is kept: who doesn't know the cluster costs no memory.
 */
record RpcFrame(long clusterId, long requestId, boolean isResponse, Message message) {
    private static final int HEADER_BYTES = Integer.BYTES + Long.BYTES;
    private static final int REST_BYTES = Long.BYTES + 2;
    private static final int FIXED_BYTES = Long.BYTES + REST_BYTES;

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

    /** @param in what follows the cluster id */
    private static RpcFrame decode(long clusterId, Buffer in) {
        int nameLength = in.getUnsignedByte(REST_BYTES - 1);
        String name = in.getString(REST_BYTES, REST_BYTES + nameLength);
        Message message = message(name, in.getBytes(REST_BYTES + nameLength, in.length()));
        return new RpcFrame(clusterId, in.getLong(0), in.getByte(Long.BYTES) == 1, message);
    }

    private static Message message(String name, byte[] body) {
        if (!name.equals(PeerCalls.MESSAGE)) {
            return ProtobufMsgFactory.newMessageByJavaClassName(name, body);
        }
        try {
            return BytesValue.parseFrom(body);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException("a malformed message", e);
        }
    }

    /** Reads frames of our cluster from a socket; anything else closes it, with a line in the log that says why. */
    static void read(NetSocket socket, RpcTransport transport, Handler<RpcFrame> handler) {
        RecordParser parser = RecordParser.newFixed(HEADER_BYTES);
        boolean[] atHeader = {true};
        parser.handler(bytes -> {
            try {
                if (atHeader[0]) {
                    parser.fixedSizeMode(checkedRest(bytes, transport));
                } else {
                    handler.handle(decode(transport.clusterId(), bytes));
                    parser.fixedSizeMode(HEADER_BYTES);
                }
                atHeader[0] = !atHeader[0];
            } catch (RefusedPeerException refused) {
                // What came in the same read is not looked at.
                parser.handler(ignored -> {});
                refuse(socket, transport, refused);
            } catch (RuntimeException bad) {
                parser.handler(ignored -> {});
                refuse(socket, transport, new RefusedPeerException(Reason.FRAME, "a message can't be read: " + bad));
            }
        });
        socket.handler(parser);
    }

    static void refuse(NetSocket socket, RpcTransport transport, RefusedPeerException refused) {
        transport.refusals().refuse(refused.reason(), socket.remoteAddress(), String.valueOf(refused.getMessage()));
        socket.handler(ignored -> {});
        socket.close();
    }

    private static int checkedRest(Buffer header, RpcTransport transport) {
        int length = header.getInt(0);
        if (header.getLong(Integer.BYTES) != transport.clusterId()) {
            throw new RefusedPeerException(Reason.FRAME, "the peer belongs to another cluster; check cluster.name");
        }
        if (length < FIXED_BYTES || length > transport.maxFrameBytes()) {
            throw new RefusedPeerException(
                    Reason.FRAME,
                    "frame of " + length + " bytes; allowed are " + FIXED_BYTES + " to " + transport.maxFrameBytes());
        }
        return length - Long.BYTES;
    }
}
