package io.sluice.queuegroups.shard;

import io.sluice.queuegroups.machine.Effect;
import java.util.function.LongSupplier;

/**
 * A group's contribution to its tenant's meters, from the effects that its verticle performs.
 *
 * <p><em>Confined to:</em> the verticle's context.
 */
final class GroupFigures {
    private final TenantFigures tenant;
    private final LongSupplier clockMs;

    GroupFigures(TenantFigures tenant, LongSupplier clockMs) {
        this.tenant = tenant;
        this.clockMs = clockMs;
    }

    void performed(Effect effect) {
        if (effect instanceof Effect.Confirmed e) {
            tenant.confirmed(e.lastSequence() - e.firstSequence() + 1);
        } else if (effect instanceof Effect.Settled e) {
            tenant.acked(e.acked());
        }
    }

    void bodyRead() {
        tenant.bodyRead();
    }

    void delivered(Effect.Deliver deliver) {
        tenant.delivered(deliver.count(), deliver.bytes());
        if (deliver.deliveryCount() > 1) {
            tenant.redelivered(deliver.count());
        } else {
            long dwellMs = Math.max(0, clockMs.getAsLong() - deliver.timestampMs());
            tenant.dwelt(dwellMs * 1_000_000, deliver.count());
        }
    }
}
