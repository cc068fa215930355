package io.sluice.client;

import io.sluice.protocol.frame.Confirm;
import io.sluice.protocol.frame.ConsumerClosed;
import io.sluice.protocol.frame.Deliver;
import io.sluice.protocol.frame.Frame;
import io.sluice.protocol.frame.ProducerClosed;
import io.sluice.protocol.frame.PublishCredit;
import io.sluice.protocol.frame.Reject;
import io.sluice.protocol.frame.Settled;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Finds whom a frame is for by its handle; frames for handles that are gone are dropped. <em>Confined to:</em> the client's event loop. */
final class Router {
    private final Map<Integer, ProducerChannel> producers = new HashMap<>();
    private final Map<Integer, ConsumerChannel> consumers = new HashMap<>();

    void producer(int handle, ProducerChannel channel) {
        producers.put(handle, channel);
    }

    void consumer(int handle, ConsumerChannel channel) {
        consumers.put(handle, channel);
    }

    void forgetProducer(int handle) {
        producers.remove(handle);
    }

    void forgetConsumer(int handle) {
        consumers.remove(handle);
    }

    void clear() {
        producers.clear();
        consumers.clear();
    }

    void route(Frame frame) {
        switch (frame.type()) {
            case CONFIRM -> with(producers.get(((Confirm) frame).handle()), p -> p.confirmed((Confirm) frame));
            case REJECT -> with(producers.get(((Reject) frame).handle()), p -> p.rejected((Reject) frame));
            case PUBLISH_CREDIT ->
                with(producers.get(((PublishCredit) frame).handle()), p -> p.credited((PublishCredit) frame));
            case PRODUCER_CLOSED ->
                with(producers.get(((ProducerClosed) frame).handle()), p -> p.closed((ProducerClosed) frame));
            case DELIVER -> with(consumers.get(((Deliver) frame).handle()), c -> c.delivered((Deliver) frame));
            case SETTLED -> with(consumers.get(((Settled) frame).handle()), c -> c.settled((Settled) frame));
            case CONSUMER_CLOSED ->
                with(consumers.get(((ConsumerClosed) frame).handle()), c -> c.closed((ConsumerClosed) frame));
            default -> throw new IllegalStateException("no way for " + frame.type());
        }
    }

    private static <T> void with(@Nullable T target, Consumer<T> action) {
        if (target != null) {
            action.accept(target);
        }
    }
}
