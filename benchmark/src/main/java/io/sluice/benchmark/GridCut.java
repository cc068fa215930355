package io.sluice.benchmark;

import io.sluice.benchmark.chaos.Namespaces;
import io.sluice.client.local.LocalCluster;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Cuts the grid's connections between nodes, and only these, where network namespaces can be made; consensus and event bus go on. */
final class GridCut implements AutoCloseable {
    /** Of the ports of a node in {@link LocalCluster}: the grid's comes last. */
    private static final int GRID_PORT_OFFSET = 4;

    private static final int FIRST_PORT = 17_610;

    private final @Nullable Namespaces network;
    private final String reason;
    private final int nodeCount;

    private GridCut(@Nullable Namespaces network, String reason, int nodeCount) {
        this.network = network;
        this.reason = reason;
        this.nodeCount = nodeCount;
    }

    static GridCut prepare(int nodeCount) {
        try {
            return new GridCut(Namespaces.make(nodeCount), "", nodeCount);
        } catch (IOException e) {
            return new GridCut(
                    null,
                    "the grid is not cut: network namespaces can't be made here (" + e.getMessage() + ")",
                    nodeCount);
        }
    }

    boolean possible() {
        return network != null;
    }

    /** Why it is not possible. */
    String reason() {
        return reason;
    }

    LocalCluster.Spec placed(LocalCluster.Spec spec) {
        return network == null ? spec : new LocalCluster.Spec(spec.node(), spec.count(), FIRST_PORT, network.places());
    }

    void cut() throws IOException {
        if (network == null) {
            throw new IllegalStateException(reason);
        }
        for (int from = 0; from < nodeCount; from++) {
            for (int to = 0; to < nodeCount; to++) {
                if (from != to) {
                    network.cutPort(from, to, gridPort(from), gridPort(to));
                }
            }
        }
    }

    private static int gridPort(int node) {
        return FIRST_PORT + 10 * node + GRID_PORT_OFFSET;
    }

    void heal() throws IOException {
        if (network != null) {
            network.heal();
        }
    }

    @Override
    public void close() {
        if (network != null) {
            network.close();
        }
    }
}
