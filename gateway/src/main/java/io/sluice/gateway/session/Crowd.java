package io.sluice.gateway.session;

import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.LongSupplier;

/**
 * Whether other tenants publish on this node now: then nobody may keep much waiting in line, since all wait for the same cores and disk.
 *
 * <p>Tenants share slots by hash, so one neighbour in {@link #SLOTS} goes unnoticed: a tenant that floods is noticed by all the others. Safe for any thread.
 */
public final class Crowd {
    private static final int SLOTS = 64;
    private static final long RECENT_NS = 1_000_000_000L;
    private static final long GRAIN_NS = 100_000_000L;

    private final AtomicLongArray publishedNs = new AtomicLongArray(SLOTS);
    private final LongSupplier nowNs;

    public Crowd(LongSupplier nowNs) {
        this.nowNs = nowNs;
        long longAgoNs = nowNs.getAsLong() - 2 * RECENT_NS;
        for (int slot = 0; slot < SLOTS; slot++) {
            publishedNs.set(slot, longAgoNs);
        }
    }

    void published(long tenantId) {
        int slot = slot(tenantId);
        long now = nowNs.getAsLong();
        if (now - publishedNs.getPlain(slot) > GRAIN_NS) {
            publishedNs.setOpaque(slot, now);
        }
    }

    /** Whether a tenant other than this one published within the last second. */
    boolean others(long tenantId) {
        int own = slot(tenantId);
        long now = nowNs.getAsLong();
        for (int slot = 0; slot < SLOTS; slot++) {
            if (slot != own && now - publishedNs.getOpaque(slot) < RECENT_NS) {
                return true;
            }
        }
        return false;
    }

    private static int slot(long tenantId) {
        return (int) (tenantId * 0x9E3779B97F4A7C15L >>> 58);
    }
}
