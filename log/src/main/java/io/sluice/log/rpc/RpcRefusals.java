package io.sluice.log.rpc;

import io.sluice.metrics.Meters;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts and tells why Raft connections were refused: every one in a metric, at most one line a second in the log, so that whoever
 * knocks can't fill it. Safe for any thread.
 */
public final class RpcRefusals {
    private static final Logger LOG = LoggerFactory.getLogger(RpcRefusals.class);
    private static final long LINE_NS = 1_000_000_000L;

    private final Map<Reason, Meters.Counter> counters = new EnumMap<>(Reason.class);
    private long nextLineNs = System.nanoTime();
    private long untold;

    /** Why; the tag of the metric. */
    enum Reason {
        TLS,
        IDENTITY,
        FRAME,
        SILENT,
        CROWD
    }

    public RpcRefusals(Meters meters) {
        for (Reason reason : Reason.values()) {
            counters.put(
                    reason,
                    meters.counter(
                            "sluice.raft.refused",
                            "Raft connections refused or closed for what came over them",
                            "reason",
                            reason.name().toLowerCase(Locale.ROOT)));
        }
    }

    /** @param peer its address, or its node where that is known */
    void refuse(Reason reason, Object peer, String why) {
        Meters.Counter counter = counters.get(reason);
        if (counter != null) {
            counter.add(1);
        }
        long others;
        synchronized (this) {
            long now = System.nanoTime();
            if (now - nextLineNs < 0) {
                untold++;
                return;
            }
            nextLineNs = now + LINE_NS;
            others = untold;
            untold = 0;
        }
        LOG.warn("Raft connection with {} refused: {}{}", peer, why, others == 0 ? "" : " (and " + others + " before)");
    }
}
