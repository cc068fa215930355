package io.sluice.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MessageValidatorTest {
    private static final int MAX_BYTES = 100_000;
    private final MessageValidator validator = new MessageValidator(MAX_BYTES);

    @Test
    void passesWhatTheWriterWritesAndTheReaderGetsItBack() {
        Message message = Message.of("body".repeat(20))
                .withKey("clé")
                .withHeader("a", "b")
                .withHeader("ü", "")
                .withTtlMs(5)
                .withDelayMs(6)
                .withPriority(9);
        ByteBuffer wire = MessageWriter.toBuffer(message);
        assertThat(wire.remaining()).isEqualTo(MessageWriter.sizeBytes(message));
        assertThat(check(wire, 1).problem()).isNull();
        assertThat(check(wire, 1).flags()).isEqualTo(31);
        assertThat(check(wire, 1).largestBytes()).isEqualTo(wire.remaining());
        assertThat(MessageFormat.key(wire, 0)).isEqualTo("clé");
        assertThat(MessageReader.headers(wire, 0)).isEqualTo(message.headers());
        assertThat(MessageFormat.ttlMs(wire, 0)).isEqualTo(5);
        assertThat(MessageFormat.delayMs(wire, 0)).isEqualTo(6);
        assertThat(MessageFormat.priority(wire, 0)).isEqualTo(9);
        assertThat(MessageReader.body(wire, 0)).isEqualTo(message.body());
    }

    @Test
    void passesAnEmptyBodyAndACompressedOne() {
        assertThat(check(MessageWriter.toBuffer(Message.of("")), 1).problem()).isNull();
        Message compressed = Message.of("").withCompressedBody(new byte[100], 25_500);
        assertThat(check(MessageWriter.toBuffer(compressed), 1).problem()).isNull();
        assertThat(MessageFormat.uncompressedBytes(MessageWriter.toBuffer(compressed), 0))
                .isEqualTo(25_500);
    }

    @Test
    void refusesACompressedLengthThatLz4CannotReach() {
        Message bomb = Message.of("").withCompressedBody(new byte[100], 25_501);
        assertThat(check(MessageWriter.toBuffer(bomb), 1).problem()).contains("25501 is impossible");
    }

    @Test
    void checksManyMessagesInOneRunAndSaysWhichIsBad() {
        ByteBuf run = Unpooled.buffer();
        MessageWriter.write(Message.of("one"), run);
        int second = run.writerIndex();
        MessageWriter.write(Message.of("two").withKey("k"), run);
        ByteBuffer wire = run.nioBuffer();
        assertThat(check(wire, 2).ok()).isTrue();
        assertThat(check(wire, 1).problem()).contains("follow the last of 1 messages");
        assertThat(check(wire, 3).problem()).contains("message 2: only 0 bytes are left");

        wire.put(wire.limit() - 1, (byte) 'x');
        MessageValidator.Checked bad = check(wire, 2);
        assertThat(bad.problem()).startsWith("message 1: the body's CRC32C is");
        assertThat(bad.offset()).isEqualTo(second);
    }

    @Test
    void checksDirectBuffersToo() {
        ByteBuffer wire = MessageWriter.toBuffer(Message.of("direct"));
        ByteBuffer direct = ByteBuffer.allocateDirect(wire.remaining())
                .put(wire.duplicate())
                .flip();
        assertThat(check(direct, 1).ok()).isTrue();
        direct.put(direct.limit() - 1, (byte) 0);
        assertThat(check(direct, 1).ok()).isFalse();
    }

    @Test
    void refusesWhatIsOverABound() {
        assertThat(check(MessageWriter.toBuffer(Message.of(new byte[MAX_BYTES - 9])), 1)
                        .ok())
                .isTrue();
        assertThat(check(MessageWriter.toBuffer(Message.of(new byte[MAX_BYTES - 8])), 1)
                        .problem())
                .contains("at most 100000 are allowed");
        assertThat(check(MessageWriter.toBuffer(Message.of("b").withKey("k".repeat(1025))), 1)
                        .problem())
                .startsWith("message 0: key");
        assertThat(check(MessageWriter.toBuffer(Message.of("b").withHeader("h", "v".repeat(20_000))), 1)
                        .problem())
                .startsWith("message 0: headers");
        assertThat(check(MessageWriter.toBuffer(Message.of("b").withPriority(10)), 1)
                        .problem())
                .isEqualTo("message 0: priority is 10, allowed are 0 to 9");
        assertThat(check(MessageWriter.toBuffer(Message.of("b").withTtlMs(Long.MAX_VALUE)), 1)
                        .problem())
                .contains("ttlMs");
    }

    @Test
    void theWriterNamesTheSameProblemsBeforehand() {
        assertThat(MessageWriter.problem(Message.of("b").withKey("k".repeat(1025))))
                .contains("key");
        assertThat(MessageWriter.problem(Message.of("b").withHeader("h", "v".repeat(20_000))))
                .contains("headers");
        assertThat(MessageWriter.problem(Message.of("b").withPriority(10))).contains("priority is 10");
        assertThat(MessageWriter.problem(Message.of("b").withDelayMs(-1))).contains("delayMs is -1");
        assertThat(MessageWriter.problem(Message.of("b").withKey("k").withHeader("a", "b")))
                .isNull();
    }

    @Test
    void refusesUnknownFlags() {
        ByteBuffer wire = MessageWriter.toBuffer(Message.of("b"));
        wire.put(4, (byte) 0x40);
        assertThat(check(wire, 1).problem()).isEqualTo("message 0: unknown flags 0x40");
    }

    @Test
    void neverThrowsAndNeverReadsBeyondTheRunWhateverTheBytesAre() {
        byte[] good = MessageWriter.toBuffer(Message.of("some body")
                        .withKey("key")
                        .withHeader("name", "value")
                        .withTtlMs(1)
                        .withPriority(3))
                .array();
        for (long seed = 0; seed < 30_000; seed++) {
            Random random = new Random(seed);
            byte[] bytes = good.clone();
            for (int i = random.nextInt(4); i >= 0; i--) {
                bytes[random.nextInt(good.length)] = (byte) random.nextInt();
            }
            int length = random.nextBoolean() ? good.length : random.nextInt(good.length);
            // The limit is the end of the run: reading beyond it would throw.
            ByteBuffer wire = ByteBuffer.wrap(bytes).limit(length);
            assertThatCode(() -> {
                        if (check(wire, 1).ok()) {
                            MessageReader.headers(wire, 0);
                            MessageReader.body(wire, 0);
                            MessageFormat.key(wire, 0);
                        }
                    })
                    .as("seed %s", seed)
                    .doesNotThrowAnyException();
        }
    }

    private MessageValidator.Checked check(ByteBuffer wire, int count) {
        return validator.check(wire, wire.position(), wire.remaining(), count);
    }
}
