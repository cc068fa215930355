package io.sluice.protocol.frame;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sluice.protocol.MessageValidator;
import io.sluice.protocol.frame.FrameType.Sender;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What a hostile or broken peer may send: the decoder answers with values, stays within what it was given and goes on or stops in order. */
class FrameFuzzTest {
    /** As the first clients sent it. */
    private static final int RESUME_WITHOUT_QUEUE_BYTES = 20;

    private static final int MAX_BYTES = 64 * 1024;
    private static final int GUARD_BYTES = 64;

    @Test
    void survivesGarbage() {
        for (long seed = 0; seed < 3_000; seed++) {
            Random random = new Random(seed);
            byte[] garbage = new byte[random.nextInt(400)];
            random.nextBytes(garbage);
            feed(seed, Unpooled.wrappedBuffer(garbage));
        }
    }

    @Test
    void survivesGarbageBodiesOfEveryType() {
        for (long seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            for (FrameType type : FrameType.values()) {
                byte[] body = new byte[random.nextInt(120)];
                random.nextBytes(body);
                if (random.nextBoolean()) {
                    for (int i = 0; i < body.length; i++) {
                        body[i] = (byte) (random.nextInt(4) == 0 ? body[i] : 0);
                    }
                }
                ByteBuf frame = Unpooled.buffer().writeInt(1 + body.length).writeByte(type.number());
                feed(seed, frame.writeBytes(body));
            }
        }
    }

    @Test
    void survivesMutatedBytes() {
        for (long seed = 0; seed < 400; seed++) {
            Random random = new Random(seed);
            for (Frame frame : new SampleFrames(seed).all()) {
                ByteBuf bytes = FrameCodecTest.encode(frame);
                for (int i = random.nextInt(4); i >= 0; i--) {
                    bytes.setByte(random.nextInt(bytes.readableBytes()), random.nextInt(256));
                }
                feed(seed, bytes);
            }
        }
    }

    @Test
    void aTruncatedBodyIsABadFrameOrALegalShorterOne() {
        for (Frame frame : new SampleFrames(1).all()) {
            ByteBuf whole = FrameCodecTest.encode(frame);
            for (int body = 0; body < whole.readableBytes() - FrameEncoder.HEAD_BYTES; body++) {
                if (frame.type() == FrameType.RESUME_CONSUMER && body == RESUME_WITHOUT_QUEUE_BYTES) {
                    continue;
                }
                ByteBuf cut = whole.copy(0, FrameEncoder.HEAD_BYTES + body).setInt(0, 1 + body);
                FrameCodecTest.Decoded decoded = FrameCodecTest.decode(FrameCodecTest.senderOf(frame), cut);
                assertThat(decoded.bad()).as("%s cut to %s", frame.type(), body).isNotNull();
                assertThat(decoded.frames()).isEmpty();
            }
        }
    }

    @Test
    void countsThatCannotBeThereAllocateNothing() {
        ByteBuf ack = Unpooled.buffer()
                .writeInt(7)
                .writeByte(FrameType.ACK.number())
                .writeInt(1)
                .writeShort(4096);
        assertThat(FrameCodecTest.decode(Sender.CLIENT, ack).bad()).isNotNull();
        ByteBuf publish = Unpooled.buffer()
                .writeInt(0)
                .writeByte(FrameType.PUBLISH.number())
                .writeInt(1)
                .writeByte(0);
        publish.writeLong(1)
                .writeShort(1)
                .writeShort(1)
                .writeByte('q')
                .writeInt(1)
                .writeInt(Integer.MAX_VALUE);
        publish.setInt(0, publish.readableBytes() - 4);
        assertThat(FrameCodecTest.decode(Sender.CLIENT, publish).bad()).isNotNull();
    }

    /** Feeds both sides, in random pieces, between guard bytes that must not be read as frames. */
    private static void feed(long seed, ByteBuf bytes) {
        for (Sender peer : List.of(Sender.CLIENT, Sender.SERVER)) {
            Random random = new Random(seed);
            ByteBuf guarded = Unpooled.buffer(bytes.readableBytes() + 2 * GUARD_BYTES);
            guarded.writeZero(GUARD_BYTES).writeBytes(bytes.duplicate()).writeZero(GUARD_BYTES);
            guarded.setIndex(GUARD_BYTES, GUARD_BYTES + bytes.readableBytes());
            FrameDecoder decoder = new FrameDecoder(peer, MAX_BYTES);
            List<Frame> frames = new ArrayList<>();
            assertThatCode(() -> {
                        while (guarded.isReadable()) {
                            int part = 1 + random.nextInt(guarded.readableBytes());
                            if (decoder.decode(guarded.readSlice(part), frames::add) != null) {
                                break;
                            }
                        }
                    })
                    .as("seed %s", seed)
                    .doesNotThrowAnyException();
            frames.forEach(FrameFuzzTest::checkMessages);
            assertThat(decoder.pendingBytes()).isLessThanOrEqualTo(bytes.readableBytes());
        }
    }

    private static void checkMessages(Frame frame) {
        if (frame instanceof Carrier carrier) {
            ByteBuffer messages = carrier.messages();
            MessageValidator.Checked checked =
                    new MessageValidator(MAX_BYTES).check(messages, messages.position(), messages.remaining(), 3);
            assertThat(checked.offset()).isBetween(0, messages.remaining());
        }
    }
}
