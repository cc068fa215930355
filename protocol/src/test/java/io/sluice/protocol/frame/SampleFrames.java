package io.sluice.protocol.frame;

import io.sluice.protocol.ErrorCode;
import io.sluice.protocol.Message;
import io.sluice.protocol.MessageWriter;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Random frames of every type. */
final class SampleFrames {
    private final Random random;

    SampleFrames(long seed) {
        random = new Random(seed);
    }

    /** One frame of each type, with random content. */
    List<Frame> all() {
        List<Frame> frames = new ArrayList<>();
        for (FrameType type : FrameType.values()) {
            frames.add(of(type));
        }
        return frames;
    }

    Frame of(FrameType type) {
        return switch (type) {
            case CONNECT ->
                new Connect(1, random.nextInt(256), random.nextLong(), u31(), text(), text(), text(), bytes());
            case OPEN_PRODUCER -> new OpenProducer(u31(), random.nextBoolean(), text(), text());
            case PUBLISH -> publish();
            case CLOSE_PRODUCER -> new CloseProducer(u31(), random.nextBoolean());
            case SUBSCRIBE -> new Subscribe(u31(), u31(), u31(), text());
            case RESUME_CONSUMER -> new ResumeConsumer(u31(), random.nextLong(), u63(), u31(), u31(), text());
            case SET_PREFETCH -> new SetPrefetch(u31(), u31(), u31());
            case ACK -> new Ack(u31(), ranges());
            case NACK -> new Nack(u31(), random.nextBoolean(), random.nextInt(9) - 1, ranges());
            case UNSUBSCRIBE -> new Unsubscribe(u31());
            case CLOSE -> new Close();
            case HEARTBEAT -> new Heartbeat();
            default -> ofServer(type);
        };
    }

    private Frame ofServer(FrameType type) {
        return switch (type) {
            case CONNECTED ->
                new Connected(1, random.nextLong(), text(), text(), bytes(), u31(), u31(), u31(), List.of(text()));
            case PRODUCER_OPENED -> new ProducerOpened(u31(), u31(), u63(), u63());
            case CONFIRM -> new Confirm(u31(), ranges());
            case REJECT -> new Reject(u31(), 7, 7 + u31(), code(), text(), u31());
            case PUBLISH_CREDIT -> new PublishCredit(u31(), u63());
            case SUBSCRIBED -> new Subscribed(u31(), u31(), random.nextLong());
            case DELIVER -> new Deliver(u31(), u63(), 3, u31(), random.nextLong(), messages(3));
            case SETTLED -> new Settled(u31(), u63());
            case THROTTLED -> new Throttled(text(), text(), u31(), random.nextLong());
            case CONSUMER_CLOSED -> new ConsumerClosed(u31(), code(), text());
            case PRODUCER_CLOSED -> new ProducerClosed(u31(), code(), text());
            case ERROR -> new Failure(u31(), code(), text());
            case GOAWAY -> new GoAway(code(), text(), List.of(text(), text()));
            case CLOSED -> new Closed();
            default -> throw new IllegalStateException("no sample of " + type);
        };
    }

    private Publish publish() {
        ByteBuffer first = messages(2);
        ByteBuffer second = messages(1);
        ByteBuffer both = ByteBuffer.allocate(first.remaining() + second.remaining());
        List<Publish.Section> sections = List.of(
                new Publish.Section("created", 2, first.remaining()),
                new Publish.Section("paid", 1, second.remaining()));
        both.put(first).put(second).flip();
        return new Publish(u31(), random.nextInt(4), 1 + u31(), sections, both);
    }

    ByteBuffer messages(int count) {
        ByteBuffer all = ByteBuffer.allocate(64 * 1024);
        for (int i = 0; i < count; i++) {
            all.put(MessageWriter.toBuffer(
                    Message.of(bytes()).withKey(text()).withHeader("a", text()).withTtlMs(random.nextInt(3))));
        }
        return all.flip();
    }

    private Ranges ranges() {
        long[] bounds = new long[2 * random.nextInt(5)];
        long next = 1;
        for (int i = 0; i < bounds.length; i++) {
            next += random.nextInt(1000) + 1;
            bounds[i] = next;
        }
        return Ranges.ofBounds(bounds);
    }

    private ErrorCode code() {
        return ErrorCode.values()[random.nextInt(ErrorCode.values().length)];
    }

    private int u31() {
        return random.nextInt() & 0x7FFFFFFF;
    }

    private long u63() {
        return random.nextLong() & Long.MAX_VALUE;
    }

    private String text() {
        StringBuilder text = new StringBuilder();
        int length = random.nextInt(20);
        for (int i = 0; i < length; i++) {
            text.append("aé€0/😀 ".charAt(i % 5));
        }
        return text.toString();
    }

    private byte[] bytes() {
        byte[] bytes = new byte[random.nextInt(200)];
        random.nextBytes(bytes);
        return bytes;
    }
}
