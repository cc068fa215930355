package io.sluice.gateway.simulation;

import io.sluice.protocol.ErrorCode;
import io.sluice.protocol.Message;
import io.sluice.protocol.MessageWriter;
import io.sluice.protocol.frame.Confirm;
import io.sluice.protocol.frame.Failure;
import io.sluice.protocol.frame.Frame;
import io.sluice.protocol.frame.OpenProducer;
import io.sluice.protocol.frame.ProducerClosed;
import io.sluice.protocol.frame.ProducerOpened;
import io.sluice.protocol.frame.Publish;
import io.sluice.protocol.frame.Reject;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Publishes numbered messages, keeps what has no outcome, and sends it again under the same numbers on the next connection. */
final class SimProducer implements SimClient.Use {
    private static final int WINDOW = 12;

    private final Cluster cluster;
    private final String tenant;
    private final String name;
    private final String queue;
    private final SimClient client;
    private final TreeMap<Long, Message> open = new TreeMap<>();
    private long lastSequence;
    private int handle;
    private int opening;
    private int requests;
    private boolean stopped;

    SimProducer(Cluster cluster, String tenant, String name, String queue) {
        this.cluster = cluster;
        this.tenant = tenant;
        this.name = name;
        this.queue = queue;
        this.client = new SimClient(cluster, tenant, this);
        publishOn();
    }

    SimClient client() {
        return client;
    }

    void stop() {
        stopped = true;
    }

    int openCount() {
        return open.size();
    }

    private void publishOn() {
        cluster.world.after(cluster.world.drawNs(2_000, 120_000), () -> {
            if (!stopped) {
                if (open.size() < WINDOW) {
                    publish();
                }
                publishOn();
            }
        });
    }

    private void publish() {
        long sequence = ++lastSequence;
        String key = queue.equals("created") ? "k" + cluster.world.random.nextInt(3) : "";
        String body = tenant + "|" + queue + "|" + name + "|" + sequence + "|" + key;
        Message message = Message.of(body);
        open.put(sequence, key.isEmpty() ? message : message.withKey(key));
        cluster.history.published(body);
        if (handle != 0) {
            send(sequence);
        }
    }

    private void send(long sequence) {
        ByteBuffer bytes = MessageWriter.toBuffer(open.get(sequence));
        Publish.Section section = new Publish.Section(queue, 1, bytes.remaining());
        client.send(new Publish(handle, 0, sequence, List.of(section), bytes));
    }

    @Override
    public void connected() {
        handle = 0;
        openProducer();
    }

    private void openProducer() {
        opening = ++requests;
        client.send(new OpenProducer(opening, false, "orders", name));
    }

    @Override
    public void received(Frame frame) {
        if (frame instanceof ProducerOpened opened && opened.requestId() == opening) {
            handle = opened.handle();
            open.keySet().forEach(this::send);
        } else if (frame instanceof Confirm confirm && confirm.handle() == handle) {
            for (int i = 0; i < confirm.sequences().count(); i++) {
                confirmed(confirm.sequences().first(i), confirm.sequences().last(i));
            }
        } else if (frame instanceof Reject reject && reject.handle() == handle) {
            rejected(reject);
        } else if (frame instanceof ProducerClosed closed && closed.handle() == handle
                || frame instanceof Failure failure && failure.requestId() == opening) {
            handle = 0;
            SimClient mine = client;
            cluster.world.after(cluster.world.drawNs(50_000, 400_000), () -> {
                if (mine.ready() && handle == 0) {
                    openProducer();
                }
            });
        }
    }

    private void confirmed(long first, long last) {
        Map<Long, Message> done = open.subMap(first, true, last, true);
        done.values().forEach(message -> cluster.history.confirmed(new String(message.body(), StandardCharsets.UTF_8)));
        done.clear();
    }

    private void rejected(Reject reject) {
        cluster.world.note(name + ": " + reject);
        Map<Long, Message> done = open.subMap(reject.firstSequence(), true, reject.lastSequence(), true);
        boolean unknown = reject.code() == ErrorCode.INTERNAL || reject.code() == ErrorCode.UNAVAILABLE;
        if (!unknown) {
            done.values()
                    .forEach(message -> cluster.history.rejected(
                            new String(message.body(), StandardCharsets.UTF_8), reject.code()));
        }
        done.clear();
    }

    @Override
    public void lost() {
        handle = 0;
    }
}
