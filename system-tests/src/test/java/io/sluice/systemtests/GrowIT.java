package io.sluice.systemtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Under load, a node is added to a cluster of three, and then one of the first three removed, which may be dead already. */
@Tag("long")
@Timeout(300)
class GrowIT {
    private static final int REMOVED = 0;
    private static final int THROUGH = 1;
    private static final int DEAD = 2;

    @TempDir
    Path dir;

    private TestCluster cluster;

    @BeforeEach
    void startNodes() throws Exception {
        cluster = TestCluster.start(dir.resolve("data"), "--log-shards", "3");
    }

    @AfterEach
    void stopNodes() {
        cluster.close();
    }

    @Test
    void theShardsOfARemovedNodeAreReplicatedOnTheOneThatWasAddedAndNothingIsLost() throws Exception {
        try (Load load = Load.of(cluster, "grow")) {
            load.produceOn(THROUGH).consumeOn(2).passes(500);
            assertThatThrownBy(() -> remove("n1"))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("CONFLICT");

            addNode();
            assertThat(voters()).allSatisfy((log, voters) -> assertThat(voters).hasSize(3));
            assertThat(voters().values())
                    .anySatisfy(voters -> assertThat(voters).contains("n4"));
            load.passes(500);

            remove("n1");
            awaitSettled();
            Eventually.holds(() -> !cluster.node(REMOVED).alive(), () -> "the removed node goes on");
            assertThat(voters()).allSatisfy((log, voters) -> assertThat(voters).containsOnly("n2", "n3", "n4"));
            assertThat(view().getJsonArray("nodes").encode()).doesNotContain("\"n1\"");
            assertThatThrownBy(() -> cluster.local().start(REMOVED)).hasMessageContaining("it was removed");
            load.passes(500);

            // The new one carries a majority.
            cluster.local().kill(2);
            load.passes(500);
            cluster.local().start(2);
            load.finish("a node added, another removed");
        }
    }

    @Test
    void aNodeThatIsDeadIsRemovedAndItsShardsAreReplicatedOnTheOthers() throws Exception {
        try (Load load = Load.of(cluster, "dead")) {
            load.produceOn(THROUGH).consumeOn(THROUGH).passes(500);
            addNode();
            cluster.local().kill(DEAD);
            load.passes(500);
            remove("n3");
            awaitSettled();
            assertThat(voters()).allSatisfy((log, voters) -> assertThat(voters).containsOnly("n1", "n2", "n4"));
            assertThatThrownBy(() -> cluster.local().start(DEAD)).hasMessageContaining("it was removed");

            // The three that are left can do without one of them.
            cluster.local().kill(0);
            load.passes(500);
            cluster.local().start(0);
            load.finish("a dead node removed");
        }
    }

    @Test
    void aNodeThatCarriesAMajorityIsNotRemovedWhileAnotherIsDead() throws Exception {
        addNode();
        cluster.local().kill(DEAD);
        Eventually.holds(() -> refusal("n1").contains("majority"), () -> "n1 may go");
        cluster.local().start(DEAD);
        assertThat(view().getJsonArray("changing")).isEmpty();
    }

    private String refusal(String node) {
        try {
            return cluster.node(THROUGH).admin("DELETE", "/v1/cluster/nodes/" + node + "?dryRun=true", "");
        } catch (IOException refused) {
            return String.valueOf(refused.getMessage());
        }
    }

    private void addNode() throws IOException {
        int added = cluster.local().add();
        add(added);
        cluster.local().start(added);
        awaitSettled();
    }

    private void add(int node) throws IOException {
        JsonObject body = new JsonObject()
                .put("id", "n" + (node + 1))
                .put("host", "127.0.0.1")
                .put("raftPort", cluster.local().raftPort(node));
        cluster.node(THROUGH).admin("POST", "/v1/cluster/nodes", body.encode());
    }

    private void remove(String node) throws IOException {
        cluster.node(THROUGH).admin("DELETE", "/v1/cluster/nodes/" + node, "");
    }

    private void awaitSettled() {
        Eventually.holds(() -> view().getJsonArray("changing").isEmpty() && allReported(), () -> "does not settle");
    }

    /** What nodes tell each other once a second follows what is so. */
    private boolean allReported() throws IOException {
        return voters().values().stream().allMatch(voters -> voters.size() == 3);
    }

    private JsonObject view() throws IOException {
        return new JsonObject(cluster.node(THROUGH).admin("GET", "/v1/cluster", ""));
    }

    private Map<String, Set<String>> voters() throws IOException {
        Map<String, Set<String>> voters = new TreeMap<>();
        for (Object each : view().getJsonArray("shards")) {
            JsonObject shard = (JsonObject) each;
            Set<String> nodes = new TreeSet<>();
            shard.getJsonArray("replicas", new JsonArray()).stream()
                    .map(JsonObject.class::cast)
                    .filter(replica -> replica.getString("role").equals("voter"))
                    .forEach(replica -> nodes.add(replica.getString("node")));
            voters.put(shard.getString("name"), nodes);
        }
        return voters;
    }
}
