package io.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.config.ConfigException;
import io.sluice.config.ConfigLoader;
import io.vertx.core.Promise;
import io.vertx.core.spi.cluster.NodeInfo;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class BusDirectoryTest {
    private static final String NODES = "n1=127.0.0.1:1:2:3,n2=127.0.0.1:4:5:6,n3=127.0.0.1:7:8:9";

    private final BusDirectory directory;

    BusDirectoryTest() throws ConfigException {
        List<String> flags = List.of(
                "--node-id", "n1", "--cluster-nodes", NODES, "--raft-port", "1", "--grid-port", "2", "--bus-port", "3");
        directory = new BusDirectory(
                new ConfigLoader().load(null, Map.of(), flags, 512L << 20).config());
    }

    private int port(String node) {
        Promise<NodeInfo> found = Promise.promise();
        directory.getNodeInfo(node, found);
        return found.future().result().port();
    }

    @Test
    void aNodeThatWasRemovedAndAddedAgainElsewhereIsFoundThere() {
        directory.learn("n4", "127.0.0.1", 1_001);
        directory.learn("n4", "127.0.0.1", 1_002);
        assertThat(port("n4")).isEqualTo(1_002);
    }

    @Test
    void whatTheConfigurationSaysOfANodeCountsMore() {
        directory.learn("n2", "127.0.0.1", 1_001);
        assertThat(port("n2")).isEqualTo(6);
    }
}
