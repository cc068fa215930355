package io.sluice.protocol.frame;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sluice.protocol.ErrorCode;
import io.sluice.protocol.frame.FrameType.Sender;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FrameCodecTest {
    private static final int MAX_BYTES = 1 << 20;

    @Test
    void readsBackEveryFrameAsItWasWritten() {
        for (long seed = 0; seed < 200; seed++) {
            for (Frame frame : new SampleFrames(seed).all()) {
                Decoded decoded = decode(senderOf(frame), encode(frame));
                assertThat(decoded.bad()).as("%s", frame).isNull();
                assertThat(decoded.frames())
                        .usingRecursiveFieldByFieldElementComparator()
                        .containsExactly(frame);
            }
        }
    }

    @Test
    void yieldsTheSameFramesForEverySplitPoint() {
        for (Sender sender : List.of(Sender.CLIENT, Sender.SERVER)) {
            List<Frame> frames = framesOf(sender, 42);
            ByteBuf stream = Unpooled.buffer();
            frames.forEach(frame -> FrameEncoder.encode(frame, stream));
            for (int split = 0; split <= stream.readableBytes(); split++) {
                List<Frame> got = new ArrayList<>();
                FrameDecoder decoder = new FrameDecoder(sender, MAX_BYTES);
                assertThat(decoder.decode(Unpooled.copiedBuffer(stream.slice(0, split)), got::add))
                        .isNull();
                ByteBuf rest = Unpooled.copiedBuffer(stream.slice(split, stream.readableBytes() - split));
                assertThat(decoder.decode(rest, got::add)).isNull();
                assertThat(got).as("split at %s", split).hasSameSizeAs(frames);
                assertThat(encodeAll(got)).isEqualTo(stream);
                assertThat(decoder.pendingBytes()).isZero();
            }
        }
    }

    @Test
    void yieldsTheSameFramesByteByByte() {
        List<Frame> frames = framesOf(Sender.SERVER, 7);
        ByteBuf stream = Unpooled.buffer();
        frames.forEach(frame -> FrameEncoder.encode(frame, stream));
        FrameDecoder decoder = new FrameDecoder(Sender.SERVER, MAX_BYTES);
        List<Frame> got = new ArrayList<>();
        for (int i = 0; i < stream.writerIndex(); i++) {
            assertThat(decoder.decode(stream.copy(i, 1), got::add)).isNull();
        }
        assertThat(encodeAll(got)).isEqualTo(stream);
    }

    @Test
    void messagesOfAWholeFrameAreViewsOfWhatWasFed() {
        ByteBuf bytes = encode(new SampleFrames(3).of(FrameType.PUBLISH));
        Publish publish = (Publish) decode(Sender.CLIENT, bytes).frames().get(0);
        assertThat(publish.messages().array()).isSameAs(bytes.array());
    }

    @Test
    void skipsFieldsThatANewerPeerAddedAtTheEnd() {
        for (Frame frame : new SampleFrames(11).all()) {
            ByteBuf bytes = encode(frame);
            bytes.writeBytes(new byte[] {1, 2, 3}).setInt(0, bytes.getInt(0) + 3);
            assertThat(decode(senderOf(frame), bytes).frames())
                    .usingRecursiveFieldByFieldElementComparator()
                    .containsExactly(frame);
        }
    }

    @Test
    void skipsUnknownSkippableFramesAndRefusesOtherUnknownOnes() {
        ByteBuf stream = Unpooled.buffer().writeInt(3).writeByte(0xF0).writeShort(9);
        FrameEncoder.encode(new Heartbeat(), stream);
        assertThat(decode(Sender.CLIENT, stream).frames()).containsExactly(new Heartbeat());

        Decoded refused = decode(
                Sender.CLIENT, Unpooled.buffer().writeInt(3).writeByte(0x70).writeShort(9));
        assertThat(refused.bad()).isEqualTo(new BadFrame("unknown frame type 112", 4));
    }

    @Test
    void refusesFramesOfTheOtherSide() {
        Decoded decoded = decode(Sender.CLIENT, encode(new Closed()));
        assertThat(decoded.bad()).isEqualTo(new BadFrame("a client must not send CLOSED", 4));
    }

    @Test
    void saysWhichFieldOfWhichFrameIsCutAndWhere() {
        ByteBuf bytes = Unpooled.buffer();
        FrameEncoder.encode(new Heartbeat(), bytes);
        bytes.writeInt(4).writeByte(FrameType.UNSUBSCRIBE.number()).writeMedium(0);
        assertThat(decode(Sender.CLIENT, bytes).bad())
                .isEqualTo(new BadFrame("UNSUBSCRIBE: handle needs 4 bytes, but only 3 are left in the frame", 5 + 5));
    }

    @Test
    void refusesLengthsOutOfBoundsBeforeAnythingIsAllocated() {
        for (int length : new int[] {0, -1, Integer.MIN_VALUE, MAX_BYTES + 1, Integer.MAX_VALUE}) {
            Decoded decoded = decode(Sender.CLIENT, Unpooled.buffer().writeInt(length));
            assertThat(decoded.bad()).isNotNull();
            assertThat(decoded.bad().message()).contains("allowed are 1 to " + MAX_BYTES);
        }
    }

    @Test
    void holdsLittleOfALargeFrameThatDoesNotArrive() {
        FrameDecoder decoder = new FrameDecoder(Sender.CLIENT, 1 << 30);
        assertThat(decoder.decode(Unpooled.buffer().writeInt(1 << 30).writeByte(3), frame -> {}))
                .isNull();
        assertThat(decoder.pendingBytes()).isEqualTo(5);
    }

    @Test
    void tellsAClientOfAnotherProtocolApart() {
        ByteBuf http = Unpooled.copiedBuffer("GET / HTTP/1.1\r\n\r\n", StandardCharsets.US_ASCII);
        assertThat(decode(Sender.CLIENT, http).bad()).isNotNull();
    }

    @Test
    void sendsTheHeadApartFromTheMessages() {
        Publish publish = (Publish) new SampleFrames(5).of(FrameType.PUBLISH);
        ByteBuf head = Unpooled.buffer();
        FrameEncoder.encodeHead(publish, head);
        ByteBuf both = Unpooled.wrappedBuffer(head, Unpooled.wrappedBuffer(publish.messages()));
        assertThat(both).isEqualTo(encode(publish));
    }

    @Test
    void refusesRangesOutOfOrder() {
        ByteBuf ack = Unpooled.buffer()
                .writeInt(1 + 4 + 2 + 32)
                .writeByte(FrameType.ACK.number())
                .writeInt(1);
        ack.writeShort(2).writeLong(5).writeLong(9).writeLong(9).writeLong(12);
        BadFrame bad = decode(Sender.CLIENT, ack).bad();
        assertThat(bad).isNotNull();
        assertThat(bad.message()).isEqualTo("ACK: ranges must be ascending and disjoint, got 9..12");
    }

    @Test
    void cutsLongTextsForPeopleInsteadOfFailing() {
        Failure failure = new Failure(0, ErrorCode.INTERNAL, "x".repeat(100_000));
        Failure read = (Failure) decode(Sender.SERVER, encode(failure)).frames().get(0);
        assertThat(read.message()).hasSize(BodyWriter.MAX_TEXT_CHARS);
    }

    static Sender senderOf(Frame frame) {
        Sender sender = frame.type().sender();
        return sender == Sender.BOTH ? Sender.CLIENT : sender;
    }

    static List<Frame> framesOf(Sender sender, long seed) {
        return new SampleFrames(seed)
                .all().stream()
                        .filter(frame ->
                                frame.type().sender() == sender || frame.type().sender() == Sender.BOTH)
                        .toList();
    }

    static ByteBuf encode(Frame frame) {
        ByteBuf out = Unpooled.buffer();
        FrameEncoder.encode(frame, out);
        return out;
    }

    private static ByteBuf encodeAll(List<Frame> frames) {
        ByteBuf out = Unpooled.buffer();
        frames.forEach(frame -> FrameEncoder.encode(frame, out));
        return out;
    }

    static Decoded decode(Sender sender, ByteBuf bytes) {
        List<Frame> frames = new ArrayList<>();
        BadFrame bad = new FrameDecoder(sender, MAX_BYTES).decode(bytes, frames::add);
        return new Decoded(frames, bad);
    }

    record Decoded(List<Frame> frames, @Nullable BadFrame bad) {}
}
