package io.sluice.protocol.frame;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sluice.protocol.frame.FrameType.Sender;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Bytes to frames, incrementally: fed buffers cut anywhere, it hands out each frame as soon as it is whole.
 *
 * <p>It neither retains nor releases what it is fed. Messages in a frame are views of the fed buffer or, when a frame came in pieces, of a heap buffer of its own
 * that is used for no other frame: so with unpooled buffers (as Vert.x hands them out) frames stay valid as long as they are reachable; with pooled ones they
 * must be used or copied before the buffer is released.
 *
 * <p><em>Invariants:</em> never throws for what a peer sent; holds at most one incomplete frame and at most twice the bytes received of it, whatever length was
 * announced; after a {@link BadFrame} it decodes nothing more. <em>Confined to:</em> the connection's event loop.
 */
public final class FrameDecoder {
    private static final int LENGTH_BYTES = 4;
    private static final int FIRST_PART_BYTES = 16 * 1024;

    private final Sender peer;
    private final BodyReader body = new BodyReader();
    private int maxFrameBytes;

    /** The incomplete frame, its length field included; null between frames. */
    private @Nullable ByteBuf partial;

    /** Bytes of all frames handed out before. */
    private long streamOffset;

    private @Nullable BadFrame broken;

    /**
     * @param peer who sends the bytes: the types of the other side are refused
     * @param maxFrameBytes largest frame, its length field excluded
     */
    public FrameDecoder(Sender peer, int maxFrameBytes) {
        this.peer = peer;
        this.maxFrameBytes = maxFrameBytes;
    }

    /** Sets another bound, for example a larger one once the peer is authenticated; holds from the next length field on. */
    public void maxFrameBytes(int bytes) {
        maxFrameBytes = bytes;
    }

    /** Bytes held of an incomplete frame. */
    public int pendingBytes() {
        return partial == null ? 0 : partial.readableBytes();
    }

    /**
     * Takes all of {@code in}, handing each whole frame to {@code frames}.
     *
     * @return null, or what is wrong; then frames before it were handed out, and later calls answer the same and do nothing
     */
    public @Nullable BadFrame decode(ByteBuf in, Consumer<Frame> frames) {
        while (in.isReadable() && broken == null) {
            if (partial != null) {
                continuePartial(partial, in, frames);
            } else if (wholeFrame(in)) {
                int length = in.getInt(in.readerIndex());
                decodeWhole(in, in.readerIndex(), length, frames);
                in.skipBytes(Math.min(LENGTH_BYTES + length, in.readableBytes()));
            } else if (broken == null) {
                partial = Unpooled.buffer(Math.max(LENGTH_BYTES, in.readableBytes()));
            }
        }
        return broken;
    }

    private boolean wholeFrame(ByteBuf in) {
        if (in.readableBytes() < LENGTH_BYTES) {
            return false;
        }
        int length = in.getInt(in.readerIndex());
        return checkLength(length) && in.readableBytes() - LENGTH_BYTES >= length;
    }

    private boolean checkLength(int length) {
        if (length < 1 || length > maxFrameBytes) {
            broken = new BadFrame(
                    "frame length is " + Integer.toUnsignedString(length) + ", allowed are 1 to " + maxFrameBytes,
                    streamOffset);
            return false;
        }
        return true;
    }

    private void continuePartial(ByteBuf frame, ByteBuf in, Consumer<Frame> frames) {
        if (frame.readableBytes() < LENGTH_BYTES) {
            move(in, frame, LENGTH_BYTES - frame.readableBytes());
            if (frame.readableBytes() < LENGTH_BYTES || !checkLength(frame.getInt(0))) {
                return;
            }
        }
        int length = frame.getInt(0);
        int wanted = LENGTH_BYTES + length;
        int bytes = Math.min(in.readableBytes(), wanted - frame.readableBytes());
        makeRoom(frame, bytes, wanted);
        move(in, frame, bytes);
        if (frame.readableBytes() == wanted) {
            partial = null;
            decodeWhole(frame, 0, length, frames);
        }
    }

    /** Grows with what really arrives, never with what was announced alone. */
    private static void makeRoom(ByteBuf frame, int bytes, int wanted) {
        int needed = frame.readableBytes() + bytes;
        if (needed > frame.capacity()) {
            frame.capacity(Math.min(wanted, Math.max(FIRST_PART_BYTES, 2 * needed)));
        }
    }

    private static void move(ByteBuf from, ByteBuf to, int atMostBytes) {
        to.writeBytes(from, Math.min(atMostBytes, from.readableBytes()));
    }

    /** @param start index of the length field in {@code buffer}, which holds the whole frame */
    private void decodeWhole(ByteBuf buffer, int start, int length, Consumer<Frame> frames) {
        int number = buffer.getUnsignedByte(start + LENGTH_BYTES);
        FrameType type = FrameType.of(number);
        if (type == null) {
            if ((number & FrameType.SKIPPABLE) == 0) {
                broken = new BadFrame("unknown frame type " + number, streamOffset + LENGTH_BYTES);
            }
        } else if (type.sender() != Sender.BOTH && type.sender() != peer) {
            broken = new BadFrame(
                    "a " + peer.name().toLowerCase(java.util.Locale.ROOT) + " must not send " + type,
                    streamOffset + LENGTH_BYTES);
        } else {
            decodeBody(type, buffer, start, length, frames);
        }
        streamOffset += LENGTH_BYTES + length;
    }

    private void decodeBody(FrameType type, ByteBuf buffer, int start, int length, Consumer<Frame> frames) {
        body.reset(buffer, start + FrameEncoder.HEAD_BYTES, start + LENGTH_BYTES + length);
        Frame frame = type.read(body);
        String problem = body.problem();
        if (problem == null) {
            frames.accept(frame);
        } else {
            broken = new BadFrame(type + ": " + problem, streamOffset + body.problemAt() - start);
        }
    }
}
