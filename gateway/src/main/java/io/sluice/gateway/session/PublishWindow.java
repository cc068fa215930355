package io.sluice.gateway.session;

import io.sluice.gateway.session.OutcomeTime.Patience;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * A producer's publish credit: how many message bytes it may have sent in all since it was opened.
 *
 * <p>Terms: <em>sent</em> – message bytes that arrived; <em>resolved</em> – those with an outcome; <em>limit</em> – the total that the client was told it may send;
 * <em>window</em> – how far the limit may lead the resolved bytes. A window starts small, doubles while the client uses it up, shrinks when its tenant is
 * over a rate, and halves when others want the bytes or when outcomes
 * take so long that its bytes only wait in line ({@link OutcomeTime}; sooner and further where other tenants publish too). What all windows hold is taken from the budgets of the connection, the tenant and the loop.
 *
 * <p><em>Invariants:</em> {@code resolved <= sent}; the limit never falls; a window never falls below {@link #MIN_BYTES}. <em>Confined to:</em> one event loop.
 */
final class PublishWindow {
    static final int MIN_BYTES = 4 * 1024;
    static final int START_BYTES = 64 * 1024;
    /** What a producer gets however crowded it is, as far as its tenant's limits and the machine allow: a slow disk makes its window larger. */
    private static final long ASSURED_BYTES_PER_SECOND = 16_000_000;

    static final long GOOD_WAIT_NS = 50_000_000;

    private final List<Budget> budgets;
    private final OutcomeTime outcomeTime;
    private final BooleanSupplier crowded;
    private long windowBytes;
    private long sentBytes;
    private long resolvedBytes;
    private long limitBytes;
    /** The window that the credit is from that is being used up, once its tenant has to wait. */
    private long pacedBytes;

    private Patience patience = Patience.ALONE;

    /**
     * @param budgets every budget that the window draws on
     * @param nowNs the loop's clock
     * @param crowded whether other tenants publish now
     */
    PublishWindow(List<Budget> budgets, LongSupplier nowNs, BooleanSupplier crowded) {
        this.budgets = budgets;
        this.outcomeTime = new OutcomeTime(nowNs);
        this.crowded = crowded;
        budgets.forEach(budget -> budget.force(MIN_BYTES));
        windowBytes = MIN_BYTES + take(START_BYTES - MIN_BYTES);
        limitBytes = windowBytes;
    }

    long limitBytes() {
        return limitBytes;
    }

    long unresolvedBytes() {
        return sentBytes - resolvedBytes;
    }

    long windowBytes() {
        return windowBytes;
    }

    /** Whether a client that keeps to its credit can have sent this: while some is left and nothing is unresolved, one message may exceed it. */
    boolean admits(long bytes, int count) {
        boolean alone = count == 1 && sentBytes == resolvedBytes && sentBytes < limitBytes;
        return sentBytes + bytes <= limitBytes || alone;
    }

    /** Bytes sent beyond the credit. */
    long overdraftBytes() {
        return Math.max(0, sentBytes - limitBytes);
    }

    void sent(long bytes) {
        sentBytes += bytes;
        outcomeTime.sent(sentBytes);
    }

    void resolved(long bytes) {
        resolvedBytes += bytes;
        if (outcomeTime.resolved(resolvedBytes)) {
            patience = crowded.getAsBoolean() ? Patience.CROWDED : Patience.ALONE;
            if (outcomeTime.slow(patience) && windowBytes > floorBytes()) {
                narrow();
            }
        }
    }

    /** Raises the limit if that is worth a frame; answers whether it did. */
    boolean raise() {
        long left = limitBytes - sentBytes;
        adapt(left);
        long target = resolvedBytes + windowBytes;
        if (target - limitBytes < windowBytes / 4 && !(left <= 0 && target > limitBytes)) {
            return false;
        }
        limitBytes = target;
        pacedBytes = 0;
        return true;
    }

    private void adapt(long left) {
        if (windowBytes > START_BYTES && budgets.stream().anyMatch(Budget::scarce)) {
            narrow();
        } else if (left < windowBytes / 4 && resolvedBytes >= windowBytes && !outcomeTime.slow(patience)) {
            windowBytes += take(windowBytes);
        }
    }

    private long floorBytes() {
        if (patience == Patience.ALONE) {
            return START_BYTES;
        }
        return Math.min(
                START_BYTES, Math.max(MIN_BYTES, outcomeTime.leastNs() * ASSURED_BYTES_PER_SECOND / 1_000_000_000));
    }

    /** Halves the window; credit that was given stays given. */
    void narrow() {
        narrowTo(windowBytes / 2);
    }

    /**
     * The tenant must wait: a window so small that the next wait is about {@link #GOOD_WAIT_NS}, so that its rate is even and not in bursts of a full window. The first
     * wait that a window's credit leads to is short, whatever its size: the longest counts, which is the last.
     */
    void narrowFor(long waitNs) {
        pacedBytes = Math.max(pacedBytes, windowBytes);
        if (waitNs > GOOD_WAIT_NS) {
            narrowTo((long) (pacedBytes * ((double) GOOD_WAIT_NS / waitNs)));
        }
    }

    private void narrowTo(long bytes) {
        long less = windowBytes - Math.max(MIN_BYTES, bytes);
        if (less <= 0) {
            return;
        }
        windowBytes -= less;
        budgets.forEach(budget -> budget.give(less));
    }

    /** Gives back what it holds. */
    void close() {
        long held = windowBytes;
        windowBytes = 0;
        budgets.forEach(budget -> budget.give(held));
    }

    /** The part of {@code bytes} that every budget has. */
    private long take(long bytes) {
        long taken = bytes;
        for (int i = 0; i < budgets.size(); i++) {
            long got = budgets.get(i).take(taken);
            for (int j = 0; j < i; j++) {
                budgets.get(j).give(taken - got);
            }
            taken = got;
        }
        return taken;
    }
}
