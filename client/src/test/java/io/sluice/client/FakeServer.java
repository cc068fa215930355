package io.sluice.client;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sluice.protocol.ErrorCode;
import io.sluice.protocol.MessageFormat;
import io.sluice.protocol.MessageReader;
import io.sluice.protocol.MessageValidator;
import io.sluice.protocol.frame.Ack;
import io.sluice.protocol.frame.BadFrame;
import io.sluice.protocol.frame.Closed;
import io.sluice.protocol.frame.Confirm;
import io.sluice.protocol.frame.Connect;
import io.sluice.protocol.frame.Connected;
import io.sluice.protocol.frame.ConsumerClosed;
import io.sluice.protocol.frame.Failure;
import io.sluice.protocol.frame.Features;
import io.sluice.protocol.frame.Frame;
import io.sluice.protocol.frame.FrameDecoder;
import io.sluice.protocol.frame.FrameEncoder;
import io.sluice.protocol.frame.FrameType;
import io.sluice.protocol.frame.FrameType.Sender;
import io.sluice.protocol.frame.OpenProducer;
import io.sluice.protocol.frame.ProducerOpened;
import io.sluice.protocol.frame.Publish;
import io.sluice.protocol.frame.Ranges;
import io.sluice.protocol.frame.Reject;
import io.sluice.protocol.frame.ResumeConsumer;
import io.sluice.protocol.frame.Subscribe;
import io.sluice.protocol.frame.Subscribed;
import io.sluice.protocol.frame.Unsubscribe;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.buffer.BufferInternal;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/**
 * A server that keeps the protocol's promises about sequences, in memory, and does what a test's script tells it before that: the script sees each frame first
 * and answers whether it dealt with it.
 */
final class FakeServer implements AutoCloseable {
    private final Vertx vertx = Vertx.vertx();
    private final NetServer server;
    private final Map<String, Long> lastSequences = new ConcurrentHashMap<>();
    private final Map<Long, Boolean> resumable = new ConcurrentHashMap<>();
    private final BlockingQueue<ErrorCode> resumeRefusals = new LinkedBlockingQueue<>();

    /** Bodies of the messages stored, in order. */
    final List<String> stored = new CopyOnWriteArrayList<>();

    final BlockingQueue<Frame> received = new LinkedBlockingQueue<>();
    final List<Peer> peers = new CopyOnWriteArrayList<>();
    volatile BiPredicate<Peer, Frame> script = (peer, frame) -> false;
    volatile long creditBytes = Long.MAX_VALUE;
    volatile int heartbeatMs = 1_000;
    volatile List<String> endpoints = List.of();

    FakeServer() throws Exception {
        this(new NetServerOptions());
    }

    FakeServer(NetServerOptions options) throws Exception {
        server = vertx.createNetServer(options);
        server.connectHandler(socket -> peers.add(new Peer(socket)));
        server.listen(0, "127.0.0.1").toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    String address() {
        return address("127.0.0.1");
    }

    String address(String host) {
        return host + ":" + server.actualPort();
    }

    Peer lastPeer() {
        return peers.get(peers.size() - 1);
    }

    /** Takes received frames until one of this kind comes. */
    <T extends Frame> T await(Class<T> kind) throws InterruptedException {
        while (true) {
            Frame frame = received.poll(10, TimeUnit.SECONDS);
            if (frame == null) {
                throw new AssertionError("no " + kind.getSimpleName() + " came");
            }
            if (kind.isInstance(frame)) {
                return kind.cast(frame);
            }
        }
    }

    @Override
    public void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    /** One connection as the server has it. */
    final class Peer {
        private final NetSocket socket;
        private final FrameDecoder decoder = new FrameDecoder(Sender.CLIENT, 1 << 24);
        private final Map<Integer, String> producers = new HashMap<>();
        private final Map<Integer, Long> nextSequences = new HashMap<>();
        private final MessageValidator validator = new MessageValidator(1 << 20);
        private volatile boolean dropped;
        private int lastHandle;

        private Peer(NetSocket socket) {
            this.socket = socket;
            socket.handler(this::data);
        }

        private void data(Buffer buffer) {
            BadFrame bad = decoder.decode(((BufferInternal) buffer).getByteBuf(), this::frame);
            if (bad != null) {
                throw new AssertionError("the client sent a bad frame: " + bad);
            }
        }

        private void frame(Frame frame) {
            if (dropped) {
                return;
            }
            if (!script.test(this, frame)) {
                answer(frame);
            }
            // Last, so that a test that saw a frame knows it to be answered.
            received.add(frame);
        }

        void send(Frame frame) {
            ByteBuf out = Unpooled.buffer();
            FrameEncoder.encode(frame, out);
            sendRaw(out);
        }

        void sendRaw(ByteBuf bytes) {
            socket.write(BufferInternal.buffer(bytes));
        }

        /** What the client sent beside this goes unseen, or a script that counts frames could drop each connection at its first one, for ever. */
        void drop() {
            dropped = true;
            socket.close();
        }

        int lastHandle() {
            return lastHandle;
        }

        void answer(Frame frame) {
            switch (frame.type()) {
                case CONNECT -> send(connected((Connect) frame));
                case OPEN_PRODUCER -> openProducer((OpenProducer) frame);
                case PUBLISH -> publish((Publish) frame);
                case SUBSCRIBE -> subscribe(((Subscribe) frame).requestId());
                case RESUME_CONSUMER -> resume((ResumeConsumer) frame);
                case UNSUBSCRIBE ->
                    send(new ConsumerClosed(((Unsubscribe) frame).handle(), ErrorCode.NOT_FOUND, "unsubscribed"));
                case CLOSE -> send(new Closed());
                case HEARTBEAT -> send(frame);
                default -> {}
            }
        }

        private Connected connected(Connect connect) {
            byte[] token = "token".getBytes(StandardCharsets.UTF_8);
            return new Connected(
                    1,
                    Features.SETTLED & connect.features(),
                    "n1",
                    "s",
                    token,
                    1 << 24,
                    1 << 20,
                    heartbeatMs,
                    endpoints);
        }

        private void openProducer(OpenProducer open) {
            producers.put(++lastHandle, open.producerName());
            long last = lastSequences.getOrDefault(open.producerName(), 0L);
            send(new ProducerOpened(open.requestId(), lastHandle, last, creditBytes));
        }

        /** Stores what comes next in order; answers duplicates; refuses gaps. */
        void publish(Publish publish) {
            long last = lastSequences.getOrDefault(producers.get(publish.handle()), 0L);
            ByteBuffer messages = publish.messages();
            int position = 0;
            MessageValidator.Checked checked = validator.check(messages, 0, messages.limit(), publish.count());
            if (!checked.ok()) {
                throw new AssertionError(String.valueOf(checked.problem()));
            }
            Long due = nextSequences.get(publish.handle());
            boolean gap = due == null ? publish.firstSequence() > last + 1 : publish.firstSequence() != due;
            if (gap || publish.firstSequence() > last + 1) {
                send(new Reject(
                        publish.handle(),
                        publish.firstSequence(),
                        publish.firstSequence() + publish.count() - 1,
                        ErrorCode.OUT_OF_SEQUENCE,
                        "gap",
                        0));
                return;
            }
            for (int i = 0; i < publish.count(); i++) {
                long sequence = publish.firstSequence() + i;
                if (sequence == last + 1) {
                    stored.add(new String(MessageReader.body(messages, position), StandardCharsets.UTF_8));
                    last = sequence;
                }
                position += MessageFormat.sizeBytes(messages, position);
            }
            lastSequences.put(nameOf(publish), last);
            nextSequences.put(publish.handle(), publish.firstSequence() + publish.count());
            confirm(publish);
        }

        private String nameOf(Publish publish) {
            @Nullable String name = producers.get(publish.handle());
            if (name == null) {
                throw new AssertionError("PUBLISH for unknown handle " + publish.handle());
            }
            return name;
        }

        private void confirm(Publish publish) {
            long last = publish.firstSequence() + publish.count() - 1;
            send(new Confirm(publish.handle(), Ranges.of(publish.firstSequence(), last)));
        }

        /** Uses the numbers up without storing, as a rejected publish does. */
        void reject(Publish publish, ErrorCode code, int retryAfterMs) {
            long last = publish.firstSequence() + publish.count() - 1;
            lastSequences.put(nameOf(publish), last);
            nextSequences.put(publish.handle(), last + 1);
            send(new Reject(publish.handle(), publish.firstSequence(), last, code, "as the test wants", retryAfterMs));
        }

        private void subscribe(int requestId) {
            lastHandle++;
            long consumerId = 1000L + resumable.size();
            resumable.put(consumerId, true);
            send(new Subscribed(requestId, lastHandle, consumerId));
        }

        private void resume(ResumeConsumer resume) {
            ErrorCode refusal = resumeRefusals.poll();
            if (refusal != null) {
                send(new Failure(resume.requestId(), refusal, "as the test wants"));
            } else if (resumable.remove(resume.consumerId()) == null) {
                send(new Failure(resume.requestId(), ErrorCode.NOT_FOUND, "the grace is over"));
            } else {
                subscribe(resume.requestId());
            }
        }
    }

    /** The next attempts to resume are refused with these, one each. */
    void refuseToResume(ErrorCode... codes) {
        resumeRefusals.addAll(List.of(codes));
    }

    /** The grace of every consumer ends. */
    void forgetConsumers() {
        resumable.clear();
    }

    void forgetProducers() {
        lastSequences.clear();
    }

    /** Knows the producers that another node of the same cluster knows. */
    void knowsWhat(FakeServer other) {
        lastSequences.putAll(other.lastSequences);
    }

    static boolean is(Frame frame, FrameType type) {
        return frame.type() == type;
    }

    static long ackedTags(Ack ack) {
        long tags = 0;
        for (int i = 0; i < ack.tags().count(); i++) {
            tags += ack.tags().last(i) - ack.tags().first(i) + 1;
        }
        return tags;
    }
}
