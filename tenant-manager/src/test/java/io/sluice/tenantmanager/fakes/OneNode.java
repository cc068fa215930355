package io.sluice.tenantmanager.fakes;

import io.sluice.tenantmanager.spi.ClusterView;
import java.util.List;

/** A cluster of one node. */
public final class OneNode implements ClusterView {
    @Override
    public List<Node> nodes() {
        return List.of(new Node("n1", "127.0.0.1:7610", "http://127.0.0.1:7611", "ws://127.0.0.1:7611/ws", true));
    }

    @Override
    public List<Shard> shards() {
        return List.of(new Shard("shard-0", "n1", List.of(new Replica("n1", "voter", 7, 0)), 1024));
    }
}
