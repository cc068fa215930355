package io.sluice.gateway.json;

import io.sluice.gateway.link.Outflow;
import io.sluice.gateway.link.WebSocketWire;
import io.sluice.gateway.session.GatewayMeters.LinkMeters;
import io.sluice.gateway.session.Turn;
import io.sluice.gateway.spi.ClientLink;
import io.sluice.protocol.ErrorCode;
import io.sluice.protocol.frame.Confirm;
import io.sluice.protocol.frame.ConsumerClosed;
import io.sluice.protocol.frame.Deliver;
import io.sluice.protocol.frame.Failure;
import io.sluice.protocol.frame.Frame;
import io.sluice.protocol.frame.ProducerClosed;
import io.sluice.protocol.frame.ProducerOpened;
import io.sluice.protocol.frame.PublishCredit;
import io.sluice.protocol.frame.Reject;
import io.sluice.protocol.frame.Subscribed;
import io.sluice.protocol.frame.Throttled;
import io.vertx.core.json.JsonObject;
import it.unimi.dsi.fastutil.ints.Int2ObjectOpenHashMap;
import org.jspecify.annotations.Nullable;

/** Frames to one JSON client: each becomes text messages, or is for its publishers only. */
final class JsonLink implements ClientLink, JsonPublishers.Answers {
    private final WebSocketWire wire;
    private final Turn turn;
    private final LinkMeters meters;
    private final Outflow outflow;
    private final JsonRequestIds ids;
    private final Int2ObjectOpenHashMap<String> queuesByConsumer = new Int2ObjectOpenHashMap<>();
    private @Nullable JsonPublishers publishers;
    private boolean closed;

    JsonLink(WebSocketWire wire, Turn turn, LinkMeters meters, long spareBytes, JsonRequestIds ids) {
        this.wire = wire;
        this.turn = turn;
        this.meters = meters;
        this.outflow = new Outflow(spareBytes, this::abort);
        this.ids = ids;
    }

    void publishers(JsonPublishers own) {
        publishers = own;
    }

    Outflow outflow() {
        return outflow;
    }

    @Override
    public String remoteHost() {
        return wire.remoteHost();
    }

    @Override
    public boolean resumable() {
        return false;
    }

    @Override
    public void send(Frame frame) {
        if (closed) {
            return;
        }
        JsonPublishers own = publishers;
        switch (frame.type()) {
            case HEARTBEAT -> outflow.wrote(2, wire.ping());
            case SUBSCRIBED -> subscribed((Subscribed) frame);
            case CONSUMER_CLOSED -> consumerClosed((ConsumerClosed) frame);
            case DELIVER -> deliver((Deliver) frame);
            case ERROR -> failure((Failure) frame, own);
            default -> {
                if (own == null || !forPublishers(frame, own)) {
                    write(JsonFrames.toJson(frame));
                }
            }
        }
    }

    /** Answers whether the client is not to see the frame. */
    private boolean forPublishers(Frame frame, JsonPublishers own) {
        switch (frame.type()) {
            case PRODUCER_OPENED -> own.opened((ProducerOpened) frame);
            case PUBLISH_CREDIT -> own.credit((PublishCredit) frame);
            case CONFIRM -> own.confirmed((Confirm) frame);
            case REJECT -> own.rejected((Reject) frame);
            case PRODUCER_CLOSED -> own.closed((ProducerClosed) frame);
            case THROTTLED -> {
                own.throttled((Throttled) frame);
                return false;
            }
            default -> {
                return false;
            }
        }
        return true;
    }

    private void subscribed(Subscribed subscribed) {
        JsonRequestIds.Request request = ids.answered(subscribed.requestId());
        if (request != null) {
            queuesByConsumer.put(subscribed.handle(), request.queue());
            JsonObject json = JsonFrames.op("subscribed", request.id());
            write(json.put("consumer", subscribed.handle()).put("queue", request.queue()));
        }
    }

    private void consumerClosed(ConsumerClosed closed) {
        queuesByConsumer.remove(closed.handle());
        write(JsonFrames.toJson(closed));
    }

    private void deliver(Deliver deliver) {
        String queue = queuesByConsumer.getOrDefault(deliver.handle(), "");
        JsonFrames.deliveries(deliver, queue, this::write);
    }

    private void failure(Failure failure, @Nullable JsonPublishers own) {
        if (failure.requestId() != 0 && own != null && own.failed(failure)) {
            return;
        }
        JsonRequestIds.Request request = ids.answered(failure.requestId());
        write(JsonFrames.refused("error", request == null ? null : request.id(), failure.code(), failure.message()));
    }

    @Override
    public void confirm(@Nullable Object id) {
        write(JsonFrames.op("confirm", id));
    }

    @Override
    public void reject(@Nullable Object id, ErrorCode code, String message, int retryAfterMs) {
        JsonObject json = JsonFrames.refused("reject", id, code, message);
        write(retryAfterMs == 0 ? json : json.put("retryAfterMs", retryAfterMs));
    }

    @Override
    public void atEndOfTurn(Runnable task) {
        turn.atEnd(task);
    }

    private void write(JsonObject json) {
        if (!closed) {
            String text = json.encode();
            meters.framesOut().add(1);
            meters.bytesOut().add(text.length());
            outflow.wrote(text.length(), wire.writeText(text));
        }
    }

    @Override
    public boolean writable() {
        return !closed && outflow.writable(0);
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            wire.close();
        }
    }

    @Override
    public void abort() {
        closed = true;
        wire.abort();
    }
}
