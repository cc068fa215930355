package io.sluice.tenantmanager.lease;

import io.sluice.tenantmanager.api.Limits;
import io.sluice.tenantmanager.spi.ClusterBuckets.Balance;
import io.sluice.tenantmanager.spi.ClusterBuckets.ClusterBucket;
import io.sluice.tenantmanager.spi.TokenSource.TokenBucket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * One node's part of a bucket that all nodes share.
 *
 * <p><i>Held</i>: tokens leased and not spent; below 0, spent and not yet paid for. Who takes only counts that down. When it runs low the bucket <i>settles</i> in the
 * background: pays what is owed, leases what a tenth of a second may need, and learns what the cluster's bucket holds. Everything spent is paid for in the end, so whatever
 * a node lets through too early is missing later, and the rate holds over all nodes however the load is split.
 *
 * <p>Before an answer is there a node trusts only in half its share of what the cluster's bucket should hold, so that all nodes at once don't spend the burst twice: what it
 * knows of it is up to 10 ms old, and the others draw on it too.
 *
 * <p><i>Cut off</i> (the grid fails, is late, does not answer most of the nodes, or this side of a split is the smaller one): it goes on with its share of rate and burst, from empty. When the grid is back it
 * pays for what it let through meanwhile, at most what its share is short of full: what happened longer ago would have been refilled.
 *
 * <p>Safe for any thread: {@code held} is atomic, the rest guarded by this object, which no one holds while waiting.
 */
final class LeasedBucket implements TokenBucket {
    /** A lease is worth so much of the limit, over all nodes together. */
    private static final double LEASE_S = 0.1;

    private static final long SETTLE_EVERY_NS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final long ASK_AGAIN_NS = TimeUnit.MILLISECONDS.toNanos(2);
    private static final long LATE_NS = TimeUnit.MILLISECONDS.toNanos(250);
    private static final long ABANDON_NS = TimeUnit.SECONDS.toNanos(10);
    private static final long IDLE_NS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final long RETRY_NS = TimeUnit.SECONDS.toNanos(1);
    private static final long LONGEST_RETRY_NS = TimeUnit.SECONDS.toNanos(8);

    private final LeasedTokenSource source;
    private final ClusterBucket grid;
    private final AtomicLong held = new AtomicLong();
    private volatile long lowWater;
    private volatile long burst;

    private Limits.Rate rate;
    private final Refill cluster;
    private @Nullable Refill share;
    private double shareSpent;
    private long largestAsk;
    private boolean configured;
    private boolean closed;

    private boolean planned;
    private boolean settling;
    private long callId;
    private long sentNs;
    private long retryNs = RETRY_NS;
    private boolean retryPlanned;
    /** Whether the last call failed or is late, and whether the other nodes were told so. */
    private boolean unanswered;

    private boolean told;
    private boolean idleCheck;
    private long heldAtCheck;

    LeasedBucket(LeasedTokenSource source, ClusterBucket grid, Limits.Rate rate) {
        this.source = source;
        this.grid = grid;
        this.rate = rate;
        this.burst = rate.burst();
        long nowNs = source.nowNs();
        this.sentNs = nowNs - SETTLE_EVERY_NS;
        this.cluster = new Refill((double) rate.perSecond(), (double) rate.burst(), (double) rate.burst(), nowNs);
        synchronized (this) {
            lowWater = leaseSize() / 2;
            plan(nowNs);
        }
    }

    @Override
    public long take(long tokens) {
        if (tokens <= 0) {
            return 0;
        }
        long left = held.addAndGet(-tokens);
        return left >= 0 && left >= lowWater ? 0 : ranLow();
    }

    private synchronized long ranLow() {
        long nowNs = source.nowNs();
        if (share == null) {
            plan(nowNs);
        } else {
            shareAnew(share, nowNs);
            payFromShare(share, nowNs);
        }
        return waitFor(-held.get(), nowNs);
    }

    @Override
    public long waitNs(long tokens) {
        long wanted = Math.min(tokens, burst);
        return wanted <= held.get() ? 0 : ask(wanted);
    }

    private synchronized long ask(long tokens) {
        long nowNs = source.nowNs();
        largestAsk = Math.max(largestAsk, tokens);
        if (share == null) {
            plan(nowNs);
            return waitFor(tokens - held.get(), nowNs);
        }
        shareAnew(share, nowNs);
        payFromShare(share, nowNs);
        return share.waitNs(Math.min((double) (tokens - held.get()), shareOf(rate.burst())), nowNs);
    }

    /** ns until that many tokens more than those held may be taken. */
    private long waitFor(long missing, long nowNs) {
        if (share != null) {
            return share.waitNs((double) Math.max(0, missing), nowNs);
        }
        double level = cluster.level(nowNs);
        double trusted = Math.max(Math.min(level, 1), level / (2.0 * source.sharers()));
        return missing <= trusted || missing <= 0 ? 0 : Math.max(ASK_AGAIN_NS, cluster.waitNs((double) missing, nowNs));
    }

    @Override
    public synchronized void configure(Limits.Rate changed) {
        long nowNs = source.nowNs();
        rate = changed;
        burst = changed.burst();
        configured = false;
        largestAsk = 0;
        cluster.grow((double) changed.perSecond(), (double) changed.burst(), nowNs);
        if (share == null) {
            lowWater = leaseSize() / 2;
        } else {
            share.grow(shareOf(changed.perSecond()), shareOf(changed.burst()), nowNs);
        }
        // A lease of a higher rate would be a burst of the lower one.
        held.updateAndGet(h -> Math.min(h, leaseSize()));
        plan(nowNs);
    }

    @Override
    public synchronized long available() {
        long nowNs = source.nowNs();
        double level = share == null ? cluster.level(nowNs) : share.level(nowNs);
        return Math.min(burst, held.get() + (long) Math.floor(level));
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            if (share != null) {
                source.reconnected();
            }
            heard();
            giveBack(Math.max(0, held.getAndSet(0)));
        }
    }

    /** Settles soon, in the background. */
    private void plan(long nowNs) {
        if (!planned && !settling && !closed) {
            planned = true;
            source.run(this::settle, Math.max(0, sentNs + SETTLE_EVERY_NS - nowNs));
        }
    }

    private synchronized void settle() {
        planned = false;
        long nowNs = source.nowNs();
        if (settling || closed) {
            return;
        }
        if (!source.inMajority()) {
            cutOff(nowNs);
            probe(nowNs);
            return;
        }
        long owed = share == null ? Math.max(0, -held.get()) : spentOfShare(share, nowNs);
        long ahead = share == null ? Math.max(0, leaseTarget() - Math.max(0, held.get())) : 0;
        if (owed > 0 || ahead > 0 || !configured || share != null) {
            send(owed, ahead, nowNs);
        }
    }

    private void send(long owed, long ahead, long nowNs) {
        long id = begin(nowNs);
        Limits.Rate sent = rate;
        call(sent, owed, ahead).whenComplete((balance, failure) -> answered(id, sent, owed, balance));
    }

    /** Asks for nothing but an answer: the others want to know whether there is one. */
    private void probe(long nowNs) {
        long id = begin(nowNs);
        call(rate, 0, 0).whenComplete((balance, failure) -> probed(id, balance));
    }

    private long begin(long nowNs) {
        settling = true;
        long id = ++callId;
        sentNs = nowNs;
        source.run(() -> late(id), LATE_NS);
        return id;
    }

    private synchronized void probed(long id, @Nullable Balance balance) {
        if (id != callId || closed) {
            return;
        }
        settling = false;
        if (balance == null) {
            unanswered = true;
        } else {
            heard();
        }
    }

    private void heard() {
        unanswered = false;
        if (told) {
            told = false;
            retryNs = RETRY_NS;
            source.answeredAgain();
        }
    }

    private CompletionStage<Balance> call(Limits.Rate sent, long owed, long ahead) {
        try {
            return configured
                    ? grid.settle(owed, ahead)
                    : grid.configure(sent).thenCompose(done -> grid.settle(owed, ahead));
        } catch (RuntimeException e) {
            // A grid that is shutting down throws at once what it else would answer.
            return CompletableFuture.failedFuture(e);
        }
    }

    private synchronized void answered(long id, Limits.Rate sent, long owed, @Nullable Balance balance) {
        if (id != callId || closed) {
            return;
        }
        settling = false;
        long nowNs = source.nowNs();
        if (balance == null) {
            unanswered = true;
            cutOff(nowNs);
            return;
        }
        heard();
        source.settled();
        configured = sent.equals(rate);
        cluster.set((double) balance.left(), nowNs);
        if (share == null) {
            held.addAndGet(owed + balance.granted());
        } else {
            held.addAndGet(balance.granted() - Math.max(0, spentOfShare(share, nowNs) - owed));
            reconnect();
        }
        if (!configured || held.get() < 0) {
            plan(nowNs);
        }
        watchIdle();
    }

    private synchronized void late(long id) {
        if (id == callId && settling && !closed) {
            unanswered = true;
            cutOff(source.nowNs());
        }
    }

    private void cutOff(long nowNs) {
        if (share == null) {
            share = new Refill(shareOf(rate.perSecond()), shareOf(rate.burst()), 0, nowNs);
            shareSpent = 0;
            lowWater = 0;
            retryNs = RETRY_NS;
            source.cutOff();
        }
        planRetry(retryNs);
    }

    private void planRetry(long delayNs) {
        if (!retryPlanned) {
            retryPlanned = true;
            source.run(this::retry, delayNs);
        }
    }

    private synchronized void retry() {
        retryPlanned = false;
        if (closed || share == null) {
            return;
        }
        if (unanswered && !told) {
            told = true;
            source.unanswered();
        }
        retryNs = Math.min(2 * retryNs, LONGEST_RETRY_NS);
        long nowNs = source.nowNs();
        shareAnew(share, nowNs);
        if (settling && nowNs - sentNs < ABANDON_NS) {
            planRetry(RETRY_NS);
        } else {
            settling = false;
            settle();
        }
    }

    /** Members of a grid that falls apart go one after the other: each change makes the shares others. */
    private void shareAnew(Refill from, long nowNs) {
        from.grow(shareOf(rate.perSecond()), shareOf(rate.burst()), nowNs);
    }

    private void reconnect() {
        share = null;
        lowWater = leaseSize() / 2;
        source.reconnected();
    }

    private void payFromShare(Refill from, long nowNs) {
        long owed = -held.get();
        if (owed > 0) {
            held.addAndGet(owed);
            from.add((double) -owed, nowNs);
            shareSpent += owed;
        }
    }

    private long spentOfShare(Refill from, long nowNs) {
        return (long) Math.ceil(Math.min(shareSpent, from.missing(nowNs)));
    }

    private double shareOf(long amount) {
        return (double) amount / source.sharers();
    }

    /** Small against the burst too: what one node holds, another can't spend. */
    private long leaseSize() {
        double byRate = rate.perSecond() * LEASE_S / source.sharers();
        return (long) Math.min(byRate, rate.burst() / (2.0 * source.sharers()));
    }

    /** Publishes that are refused rather than paced must find a whole batch. */
    private long leaseTarget() {
        return Math.max(leaseSize(), largestAsk);
    }

    private void watchIdle() {
        if (!idleCheck && held.get() > 0) {
            idleCheck = true;
            heldAtCheck = Long.MIN_VALUE;
            source.run(this::checkIdle, IDLE_NS);
        }
    }

    /** What nobody took from for a while goes back. */
    private synchronized void checkIdle() {
        idleCheck = false;
        long now = held.get();
        if (closed || now <= 0) {
            return;
        }
        if (now == heldAtCheck && share == null) {
            largestAsk = 0;
            if (held.compareAndSet(now, 0)) {
                giveBack(now);
                return;
            }
        }
        idleCheck = true;
        heldAtCheck = now;
        largestAsk /= 2;
        source.run(this::checkIdle, IDLE_NS);
    }

    private void giveBack(long tokens) {
        if (tokens > 0) {
            cluster.add((double) tokens, source.nowNs());
            // If it fails the tokens are lost: at most a lease.
            source.giveBack(grid, tokens);
        }
    }
}
