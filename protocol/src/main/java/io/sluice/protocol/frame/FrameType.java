package io.sluice.protocol.frame;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The types of frames: their numbers on the wire, who sends them and how a body is read. Numbers are never reused. */
public enum FrameType {
    CONNECT(1, Sender.CLIENT, Connect::read),
    OPEN_PRODUCER(2, Sender.CLIENT, OpenProducer::read),
    PUBLISH(3, Sender.CLIENT, Publish::read),
    CLOSE_PRODUCER(4, Sender.CLIENT, CloseProducer::read),
    SUBSCRIBE(5, Sender.CLIENT, Subscribe::read),
    RESUME_CONSUMER(6, Sender.CLIENT, ResumeConsumer::read),
    SET_PREFETCH(7, Sender.CLIENT, SetPrefetch::read),
    ACK(8, Sender.CLIENT, Ack::read),
    NACK(9, Sender.CLIENT, Nack::read),
    UNSUBSCRIBE(10, Sender.CLIENT, Unsubscribe::read),
    CLOSE(11, Sender.CLIENT, in -> new Close()),

    HEARTBEAT(48, Sender.BOTH, in -> new Heartbeat()),

    CONNECTED(64, Sender.SERVER, Connected::read),
    PRODUCER_OPENED(65, Sender.SERVER, ProducerOpened::read),
    CONFIRM(66, Sender.SERVER, Confirm::read),
    REJECT(67, Sender.SERVER, Reject::read),
    PUBLISH_CREDIT(68, Sender.SERVER, PublishCredit::read),
    SUBSCRIBED(69, Sender.SERVER, Subscribed::read),
    DELIVER(70, Sender.SERVER, Deliver::read),
    SETTLED(71, Sender.SERVER, Settled::read),
    THROTTLED(72, Sender.SERVER, Throttled::read),
    CONSUMER_CLOSED(73, Sender.SERVER, ConsumerClosed::read),
    PRODUCER_CLOSED(74, Sender.SERVER, ProducerClosed::read),
    ERROR(75, Sender.SERVER, Failure::read),
    GOAWAY(76, Sender.SERVER, GoAway::read),
    CLOSED(77, Sender.SERVER, in -> new Closed());

    /** A peer that does not know a type with this bit set skips the frame; any other unknown type is an error. */
    public static final int SKIPPABLE = 0x80;

    private static final @Nullable FrameType[] BY_NUMBER = byNumber();

    private final int number;
    private final Sender sender;
    // Method references without captures: as immutable as the enum, which the checker can't see.
    @SuppressWarnings("ImmutableEnumChecker")
    private final Function<BodyReader, Frame> reader;

    FrameType(int number, Sender sender, Function<BodyReader, Frame> reader) {
        this.number = number;
        this.sender = sender;
        this.reader = reader;
    }

    /** The number on the wire, 1–255. */
    public int number() {
        return number;
    }

    public Sender sender() {
        return sender;
    }

    /** Reads a body; what is wrong with it is then in the reader. */
    Frame read(BodyReader in) {
        return reader.apply(in);
    }

    /** The type with this number, or null where this release knows none. */
    public static @Nullable FrameType of(int number) {
        return BY_NUMBER[number & 0xFF];
    }

    private static @Nullable FrameType[] byNumber() {
        @Nullable FrameType[] types = new FrameType[256];
        for (FrameType type : values()) {
            types[type.number] = type;
        }
        return types;
    }

    /** Which side may send a type. */
    public enum Sender {
        CLIENT,
        SERVER,
        BOTH
    }
}
