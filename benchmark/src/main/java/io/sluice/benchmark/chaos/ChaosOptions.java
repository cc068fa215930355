package io.sluice.benchmark.chaos;

import java.nio.file.Path;
import java.util.List;

/**
 * What to do to a cluster.
 *
 * @param runMs how long to go on drawing faults; 0 for each of them once, in the given order
 * @param seed of every choice
 * @param nodes at least 3
 * @param faults to draw from
 * @param perSecond messages published a second, by all producers together
 * @param heap of each node
 * @param folder that gets data, logs and journal; removed after a run without a violation
 * @param loopback whether all nodes share the loopback interface even where namespaces could be made
 */
public record ChaosOptions(
        long runMs,
        long seed,
        int nodes,
        List<Fault> faults,
        int perSecond,
        String heap,
        Path folder,
        boolean loopback) {
    public ChaosOptions {
        faults = List.copyOf(faults);
        if (nodes < 3 || nodes > 9 || nodes % 2 == 0) {
            throw new IllegalArgumentException("nodes: 3, 5, 7 or 9 are allowed, not " + nodes);
        }
        if (faults.isEmpty() || perSecond < 1 || runMs < 0) {
            throw new IllegalArgumentException("faults: at least one; rate: at least 1; minutes: at least 0");
        }
    }
}
