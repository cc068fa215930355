package io.sluice.gateway.testkit;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sluice.protocol.frame.Frame;
import io.sluice.protocol.frame.FrameDecoder;
import io.sluice.protocol.frame.FrameEncoder;
import io.sluice.protocol.frame.FrameType;
import java.io.IOException;
import java.net.Socket;
import java.util.ArrayDeque;

/** A blocking client of the binary protocol. Frames that a test does not ask for are skipped. */
public final class SocketClient implements AutoCloseable {
    private static final int PATIENCE_MS = 20_000;

    private final Socket socket;
    private final FrameDecoder decoder = new FrameDecoder(FrameType.Sender.SERVER, 1 << 24);
    private final ArrayDeque<Frame> frames = new ArrayDeque<>();
    private final byte[] buffer = new byte[64 * 1024];

    public SocketClient(Socket socket) throws IOException {
        this.socket = socket;
        socket.setSoTimeout(PATIENCE_MS);
        socket.setTcpNoDelay(true);
    }

    public static SocketClient to(int port) throws IOException {
        return new SocketClient(new Socket("127.0.0.1", port));
    }

    public Socket socket() {
        return socket;
    }

    public SocketClient send(Frame... sent) throws IOException {
        return sendBytes(encode(sent));
    }

    public SocketClient sendBytes(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        return this;
    }

    public static byte[] encode(Frame... frames) {
        ByteBuf out = Unpooled.buffer();
        for (Frame frame : frames) {
            FrameEncoder.encode(frame, out);
        }
        byte[] bytes = new byte[out.readableBytes()];
        out.readBytes(bytes);
        return bytes;
    }

    /** The next frame of a type; fails when the connection ends before. */
    public <T extends Frame> T next(Class<T> type) throws IOException {
        while (true) {
            Frame frame = frames.pollFirst();
            if (type.isInstance(frame)) {
                return type.cast(frame);
            }
            if (frame == null && !read()) {
                throw new AssertionError("the connection ended before a " + type.getSimpleName());
            }
        }
    }

    /** Reads on until the server closes. */
    public void awaitEnd() throws IOException {
        try {
            while (read()) {
                frames.clear();
            }
        } catch (java.net.SocketException e) {
            // A reset is an end too.
        }
    }

    private boolean read() throws IOException {
        int count = socket.getInputStream().read(buffer);
        if (count > 0) {
            byte[] copy = java.util.Arrays.copyOf(buffer, count);
            Object bad = decoder.decode(Unpooled.wrappedBuffer(copy), frames::addLast);
            if (bad != null) {
                throw new AssertionError("the gateway sent " + bad);
            }
        }
        return count >= 0;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
