package io.sluice.systemtests;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sluice.protocol.frame.BadFrame;
import io.sluice.protocol.frame.Connect;
import io.sluice.protocol.frame.Failure;
import io.sluice.protocol.frame.Frame;
import io.sluice.protocol.frame.FrameDecoder;
import io.sluice.protocol.frame.FrameEncoder;
import io.sluice.protocol.frame.FrameType;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;

/** A plain socket to the gateway that sends what a test wants, whether the protocol allows it or not. */
final class RawClient implements AutoCloseable {
    private static final int READ_TIMEOUT_MS = 60_000;
    private static final int MAX_FRAME_BYTES = 32 << 20;
    private static final int SMALL_BUFFER_BYTES = 4_096;

    private final Socket socket = new Socket();
    private final FrameDecoder decoder = new FrameDecoder(FrameType.Sender.SERVER, MAX_FRAME_BYTES);

    RawClient(String hostPort) throws IOException {
        // Small, so that what it doesn't read soon waits in the node.
        socket.setReceiveBufferSize(SMALL_BUFFER_BYTES);
        socket.setSoTimeout(READ_TIMEOUT_MS);
        String[] parts = hostPort.split(":");
        socket.connect(new java.net.InetSocketAddress(parts[0], Integer.parseInt(parts[1])), READ_TIMEOUT_MS);
    }

    static Connect connect(String tenant, String key) {
        return new Connect(Connect.VERSION, Connect.VERSION, 0, 0, tenant, key, "raw", new byte[0]);
    }

    RawClient send(Frame... frames) throws IOException {
        for (Frame frame : frames) {
            send(bytes(frame));
        }
        return this;
    }

    RawClient send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
        return this;
    }

    static byte[] bytes(Frame frame) {
        ByteBuf out = Unpooled.buffer();
        FrameEncoder.encode(frame, out);
        byte[] bytes = new byte[out.readableBytes()];
        out.readBytes(bytes);
        return bytes;
    }

    /** Bytes that could be read now. */
    int available() throws IOException {
        return socket.getInputStream().available();
    }

    /** The next frames, at least one, or none when the server has closed. */
    List<Frame> read() throws IOException {
        List<Frame> frames = new ArrayList<>();
        byte[] buffer = new byte[64 << 10];
        while (frames.isEmpty()) {
            int count;
            try {
                count = socket.getInputStream().read(buffer);
            } catch (SocketException reset) {
                return frames;
            }
            if (count < 0) {
                return frames;
            }
            BadFrame bad = decoder.decode(Unpooled.copiedBuffer(buffer, 0, count), frames::add);
            if (bad != null) {
                throw new AssertionError("the server sent a broken frame: " + bad);
            }
        }
        return frames;
    }

    /** Reads until the server closes; the error it told before. */
    Failure refusal() throws IOException {
        Failure refusal = null;
        for (List<Frame> frames = read(); !frames.isEmpty(); frames = read()) {
            for (Frame frame : frames) {
                if (frame instanceof Failure failure && failure.requestId() == 0) {
                    refusal = failure;
                }
            }
        }
        if (refusal == null) {
            throw new AssertionError("the server closed without an error");
        }
        return refusal;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
