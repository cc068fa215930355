package io.sluice.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.client.Consumer;
import io.sluice.client.Publisher;
import io.sluice.client.PublisherOptions;
import io.sluice.client.SluiceClient;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A tenant's steady traffic through a cluster, ordered by key, while nodes come and go: one producer, any number of consumers, and a history of what they saw.
 *
 * <p>Safe for the test's thread; {@link #finish} judges the history.
 */
final class Load implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Load.class.getName());
    private static final int KEYS = 64;
    private static final int BODY_BYTES = 300;
    private static final int BURST = 20;
    private static final long PAUSE_NS = 5_000_000;
    private static final String QUEUE = "orders/created";

    private final TestCluster cluster;
    private final String tenant;
    private final String key;
    private final History history = new History();
    private final List<SluiceClient> clients = new ArrayList<>();
    private final List<Consumer> consumers = new ArrayList<>();
    private Publisher publisher;
    private Thread publishing;
    private volatile boolean stopped;
    private volatile long confirmedNs;
    private volatile long longestGapNs;

    private Load(TestCluster cluster, String tenant, String key) {
        this.cluster = cluster;
        this.tenant = tenant;
        this.key = key;
    }

    /** Makes the tenant and its queue, which orders by key. */
    static Load of(TestCluster cluster, String tenant) throws Exception {
        String key = cluster.onboard(0, tenant, QUEUE, "orders/kept");
        cluster.define(0, tenant, QUEUE, new JsonObject().put("orderByKey", true));
        return new Load(cluster, tenant, key);
    }

    /** The tenant's key. */
    String key() {
        return key;
    }

    /** The node that leads the tenant's queues, as another one sees it. */
    int leader(int through) throws Exception {
        return cluster.leaderOf(through, tenant, "orders");
    }

    SluiceClient connect(int node) {
        SluiceClient client = cluster.connect(node, tenant, key);
        clients.add(client);
        return client;
    }

    Load consumeOn(int node) {
        consumers.add(Traffic.consume(history, connect(node), QUEUE));
        return this;
    }

    /** Publishes from now on. */
    Load produceOn(int node) {
        publisher = connect(node)
                .publisher(
                        "orders",
                        PublisherOptions.DEFAULT.withProducerName("load").withWindow(2_048, 4 << 20));
        publishing = new Thread(this::publish, "publishing");
        publishing.start();
        return this;
    }

    private void publish() {
        while (!stopped) {
            for (int i = 0; i < BURST; i++) {
                Traffic.publish(history, publisher, BODY_BYTES, KEYS, this::confirmed);
            }
            LockSupport.parkNanos(PAUSE_NS);
        }
    }

    /** The client's callback thread only. */
    private void confirmed() {
        long now = System.nanoTime();
        if (confirmedNs != 0) {
            longestGapNs = Math.max(longestGapNs, now - confirmedNs);
        }
        confirmedNs = now;
    }

    /** Waits until so many further messages were confirmed and so many delivered. */
    Load passes(int count) {
        int confirmed = history.confirmedCount() + count;
        int delivered = history.deliveredCount() + count;
        Eventually.holds(
                () -> history.confirmedCount() >= confirmed && history.deliveredCount() >= delivered,
                () -> "not " + count + " more confirmed and delivered: " + history);
        return this;
    }

    History history() {
        return history;
    }

    /** The longest time between two confirms so far; forgets it. */
    long takeLongestGapMs() {
        long gapNs = longestGapNs;
        longestGapNs = 0;
        return TimeUnit.NANOSECONDS.toMillis(gapNs);
    }

    /** Shows a figure to who runs the tests; nothing is asserted about it. */
    static void tell(String figure) {
        LOG.log(System.Logger.Level.INFO, figure);
    }

    /** Stops publishing, waits until everything was delivered, and judges what was seen. */
    void finish(String scenario) throws Exception {
        stopped = true;
        publishing.join();
        assertThat(publisher.awaitOutcomes(60_000)).as("outcomes: %s", history).isTrue();
        Eventually.holds(history::isSettled, () -> scenario + ": not everything came: " + history);
        tell(scenario + ": " + history + ", longest pause between confirms " + takeLongestGapMs() + " ms");
        consumers.forEach(consumer -> assertThat(consumer.ended()).isNotDone());
        assertThat(history.faults()).as("%s: %s", scenario, history).isEqualTo(History.Faults.NONE);
        assertThat(history.confirmedCount()).as("%s: %s", scenario, history).isEqualTo(history.publishedCount());
    }

    /** Waits until a node answers for the tenant's queue, which another one leads. */
    void awaitAnswers(int through) {
        cluster.awaitAnswer(through, TestNode.path(tenant, QUEUE));
    }

    void awaitEmpty(int through) {
        cluster.awaitEmpty(through, tenant, QUEUE);
    }

    @Override
    public void close() {
        stopped = true;
        clients.forEach(SluiceClient::close);
    }
}
