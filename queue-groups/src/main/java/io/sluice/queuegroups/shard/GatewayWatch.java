package io.sluice.queuegroups.shard;

import io.sluice.queuegroups.api.Origin;
import it.unimi.dsi.fastutil.ints.Int2ObjectLinkedOpenHashMap;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which gateways a shard's leader hears, and which it has to give up: those silent for too long, and boots of a node that a newer one follows.
 *
 * <p>Times are a monotonic clock's, handed in. A leader that was itself frozen does not count that time as anyone's silence.
 *
 * <p><em>Confined to:</em> the shard's context.
 */
final class GatewayWatch {
    private final long lostAfterMs;
    private final long graceMs;
    private final Int2ObjectLinkedOpenHashMap<Gateway> byNode = new Int2ObjectLinkedOpenHashMap<>();
    private long lookedMs;

    private static final class Gateway {
        private int boot;
        private long heardMs;
        private boolean lost;
    }

    /** Every origin of the node with this boot or an older one is gone. @param graceMs for which its clients may still take their consumers over elsewhere */
    record Lost(int node, int boot, long graceMs) {}

    /** @param graceMs for which a consumer is kept whose connection is lost */
    GatewayWatch(long lostAfterMs, long graceMs) {
        this.lostAfterMs = lostAfterMs;
        this.graceMs = graceMs;
    }

    /** This replica leads from now on; nobody was heard yet. */
    void reset(long nowMs) {
        byNode.clear();
        lookedMs = nowMs;
    }

    /** The state holds something of this origin: its silence counts from now, unless it was heard before. */
    void expect(Origin origin, long nowMs) {
        Gateway known = byNode.get(origin.node());
        if (known == null || known.boot < origin.boot()) {
            add(origin, nowMs);
        }
    }

    /** A group came here that holds something of this origin: if it was given up already, it must be once more. */
    void expectAgain(Origin origin, long nowMs) {
        expect(origin, nowMs);
        Gateway known = byNode.get(origin.node());
        if (known != null && known.boot == origin.boot()) {
            known.lost = false;
        }
    }

    /** Something came from the origin. Answers the boots of its node that must be given up now, or null. */
    @Nullable
    Lost heard(Origin origin, long nowMs) {
        Gateway known = byNode.get(origin.node());
        if (known == null || known.boot < origin.boot()) {
            add(origin, nowMs);
            return new Lost(origin.node(), origin.boot() - 1, known == null ? graceMs : graceLeftMs(known, nowMs));
        }
        if (known.boot == origin.boot()) {
            known.heardMs = nowMs;
            known.lost = false;
        }
        return null;
    }

    /** Its clients lost their connections when it fell silent, or later. */
    private long graceLeftMs(Gateway silent, long nowMs) {
        return Math.max(0, graceMs - (nowMs - silent.heardMs));
    }

    /** Whether a newer boot of its node is known: what it sent came late, and nobody waits for an answer. */
    boolean isOutdated(Origin origin) {
        Gateway known = byNode.get(origin.node());
        return known != null && known.boot > origin.boot();
    }

    /** Those that have been silent for too long now; each is named once. */
    List<Lost> look(long nowMs) {
        long sinceLastMs = nowMs - lookedMs;
        lookedMs = nowMs;
        List<Lost> lost = new ArrayList<>();
        byNode.int2ObjectEntrySet().forEach(each -> {
            Gateway gateway = each.getValue();
            if (sinceLastMs > lostAfterMs / 4) {
                gateway.heardMs += sinceLastMs;
            }
            if (!gateway.lost && nowMs - gateway.heardMs >= lostAfterMs) {
                gateway.lost = true;
                lost.add(new Lost(each.getIntKey(), gateway.boot, graceLeftMs(gateway, nowMs)));
            }
        });
        return lost;
    }

    /** That it is lost could not be logged: it will be named again. */
    void notLogged(Lost lost) {
        Gateway gateway = byNode.get(lost.node());
        if (gateway != null) {
            gateway.lost = false;
        }
    }

    private void add(Origin origin, long nowMs) {
        Gateway gateway = new Gateway();
        gateway.boot = origin.boot();
        gateway.heardMs = nowMs;
        byNode.put(origin.node(), gateway);
    }
}
