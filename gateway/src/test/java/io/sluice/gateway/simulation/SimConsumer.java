package io.sluice.gateway.simulation;

import io.sluice.gateway.simulation.History.Holder;
import io.sluice.protocol.MessageFormat;
import io.sluice.protocol.MessageReader;
import io.sluice.protocol.frame.Ack;
import io.sluice.protocol.frame.ConsumerClosed;
import io.sluice.protocol.frame.Deliver;
import io.sluice.protocol.frame.Failure;
import io.sluice.protocol.frame.Frame;
import io.sluice.protocol.frame.Nack;
import io.sluice.protocol.frame.Ranges;
import io.sluice.protocol.frame.ResumeConsumer;
import io.sluice.protocol.frame.Settled;
import io.sluice.protocol.frame.Subscribe;
import io.sluice.protocol.frame.Subscribed;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.TreeMap;

/** Consumes one queue: acks after a while, sometimes nacks, resumes after a lost connection where it can. */
final class SimConsumer implements SimClient.Use {
    private final Cluster cluster;
    private final String tenant;
    private final String queue;
    private final SimClient client;
    private final double nackChance;
    private final Map<Long, String> held = new TreeMap<>();
    /** Settlements that are not known to be applied, and how many were reported applied under this handle. */
    private final ArrayDeque<Settlement> unsettled = new ArrayDeque<>();

    private long settledFrames;
    private Holder holder;
    private int handle;
    private long consumerId;
    private long lastTag;
    private int request;
    private boolean resuming;
    private int resumedCount;

    private record Settlement(long tag, boolean ack) {}

    SimConsumer(Cluster cluster, String tenant, String queue, double nackChance) {
        this.cluster = cluster;
        this.tenant = tenant;
        this.queue = queue;
        this.nackChance = nackChance;
        this.holder = cluster.history.holder(tenant, queue);
        this.client = new SimClient(cluster, tenant, this);
    }

    SimClient client() {
        return client;
    }

    /** How often a connection took over what an earlier one held. */
    int resumedCount() {
        return resumedCount;
    }

    Holder holder() {
        return holder;
    }

    @Override
    public void connected() {
        open();
    }

    private void open() {
        handle = 0;
        request++;
        resuming = consumerId != 0;
        if (resuming) {
            client.send(new ResumeConsumer(request, consumerId, lastTag, 10, 0, "orders/" + queue));
        } else {
            subscribe();
        }
    }

    private void subscribe() {
        resuming = false;
        holder.disturb();
        holder = cluster.history.holder(tenant, queue);
        consumerId = 0;
        lastTag = 0;
        held.clear();
        unsettled.clear();
        client.send(new Subscribe(request, 1 + cluster.world.random.nextInt(10), 0, "orders/" + queue));
    }

    @Override
    public void received(Frame frame) {
        if (frame instanceof Subscribed subscribed && subscribed.requestId() == request) {
            opened(subscribed);
        } else if (frame instanceof Failure failure && failure.requestId() == request
                || frame instanceof ConsumerClosed closed && closed.handle() == handle && handle != 0) {
            cluster.world.note("consumer of " + queue + ": " + frame);
            if (frame instanceof Failure refused && resuming) {
                notResumed(refused);
            } else {
                again();
            }
        } else if (frame instanceof Deliver deliver && deliver.handle() == handle) {
            delivered(deliver);
        } else if (frame instanceof Settled settled && settled.handle() == handle) {
            while (settledFrames < settled.frames() && !unsettled.isEmpty()) {
                unsettled.removeFirst();
                settledFrames++;
            }
        }
    }

    private void notResumed(Failure refused) {
        if (refused.code().retryable()) {
            later(this::open);
        } else {
            if (!holder.mayLose()) {
                cluster.world.violation("a consumer of " + queue + " came back in time and was refused: " + refused);
            }
            again();
        }
    }

    private void again() {
        handle = 0;
        consumerId = 0;
        holder.disturb();
        later(this::subscribe);
    }

    private void later(Runnable attempt) {
        int mine = ++request;
        cluster.world.after(cluster.world.drawNs(20_000, 300_000), () -> {
            if (client.ready() && mine == request) {
                attempt.run();
            }
        });
    }

    private void opened(Subscribed subscribed) {
        handle = subscribed.handle();
        consumerId = subscribed.consumerId();
        settledFrames = 0;
        holder.back();
        if (resuming) {
            resumedCount++;
            unsettled.forEach(this::send);
        }
    }

    private void delivered(Deliver deliver) {
        int position = 0;
        for (int i = 0; i < deliver.count(); i++) {
            long tag = deliver.firstTag() + i;
            String body = new String(MessageReader.body(deliver.messages(), position), StandardCharsets.UTF_8);
            position += MessageFormat.sizeBytes(deliver.messages(), position);
            cluster.history.delivered(holder, tag, deliver.deliveryCount(), body);
            if (tag != lastTag + 1) {
                cluster.world.violation("tag " + tag + " after " + lastTag + " at a consumer of " + queue);
            }
            lastTag = tag;
            held.put(tag, body);
            settleLater(holder, tag, body);
        }
    }

    private void settleLater(Holder mine, long tag, String body) {
        cluster.world.after(cluster.world.drawNs(1_000, 250_000), () -> {
            if (mine != holder || !held.containsKey(tag)) {
                return;
            }
            if (handle == 0) {
                settleLater(mine, tag, body);
                return;
            }
            held.remove(tag);
            boolean ack = !cluster.world.chance(nackChance);
            if (ack) {
                cluster.history.acked(body);
            } else {
                cluster.history.nacked(body);
            }
            Settlement settlement = new Settlement(tag, ack);
            unsettled.addLast(settlement);
            send(settlement);
        });
    }

    private void send(Settlement settlement) {
        Ranges tag = Ranges.of(settlement.tag, settlement.tag);
        client.send(settlement.ack ? new Ack(handle, tag) : new Nack(handle, false, 0, tag));
    }

    @Override
    public void lost() {
        if (resuming && handle == 0) {
            // Whether the log has given it to the connection that is lost again is not known: nothing leads back.
            holder.disturb();
        }
        handle = 0;
        cluster.disconnected(holder);
    }
}
