package io.sluice.tenantmanager.admission;

import io.sluice.protocol.ErrorCode;
import io.sluice.tenantmanager.api.Admission.TenantGate;
import io.sluice.tenantmanager.api.Limits;
import io.sluice.tenantmanager.api.Verdict;
import io.sluice.tenantmanager.spi.TokenSource;
import io.sluice.tenantmanager.spi.TokenSource.TokenBucket;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * One tenant's gate on this node.
 *
 * <p>Rates: a publish takes its tokens even when too few are left, so the bucket goes into debt and the verdict says exactly how long until it is paid; a batch
 * larger than the burst passes in this way too. In reject mode the tokens must be there (at least a full bucket for a batch larger than the burst); two loops that ask
 * in the same instant may both pass, and the debt is then paid by who comes next.
 *
 * <p>Quotas: connections and reserved unacked messages are counted on this node, exactly, and added to what the other nodes said last; storage is what the shards said last.
 * All say it about once a second, so a quota can be overshot by what happens on other nodes (of storage: anywhere) between two reports, and by nothing on a node alone.
 */
final class Gate implements TenantGate {
    private final String tenant;
    private final TokenSource source;
    private final GateMeters meters;
    private final AtomicLong connections = new AtomicLong();
    private final AtomicLong reservedUnacked = new AtomicLong();
    private volatile Buckets buckets;
    private volatile boolean gone;
    private volatile Held held = Held.NONE;

    Gate(String tenant, Buckets buckets, TokenSource source, GateMeters meters) {
        this.tenant = tenant;
        this.buckets = buckets;
        this.source = source;
        this.meters = meters;
    }

    String tenant() {
        return tenant;
    }

    Buckets buckets() {
        return buckets;
    }

    void replace(Buckets replaced) {
        buckets = replaced;
    }

    void close() {
        gone = true;
        buckets.close();
    }

    void reported(Held now) {
        held = now;
    }

    long connectionsHere() {
        return connections.get();
    }

    long reservedHere() {
        return reservedUnacked.get();
    }

    Usage usage() {
        Buckets b = buckets;
        Held known = held;
        return new Usage(
                connections.get() + known.connectionsElsewhere(),
                known.storageBytes(),
                known.unackedMessages(),
                reservedUnacked.get() + known.reservedElsewhere(),
                left(b.publishMessages()),
                left(b.publishBytes()),
                left(b.deliverMessages()),
                left(b.deliverBytes()));
    }

    private static @Nullable Long left(@Nullable TokenBucket bucket) {
        return bucket == null ? null : bucket.available();
    }

    @Override
    public Verdict connect() {
        Buckets b = buckets;
        Verdict closed = closed(b);
        if (closed != null) {
            return closed;
        }
        long now = connections.incrementAndGet() + held.connectionsElsewhere();
        long most = b.limits().connections();
        if (most >= 0 && now > most) {
            connections.decrementAndGet();
            return quota("connections", most, now - 1, "close a connection or raise the limit");
        }
        return Verdict.ADMITTED;
    }

    @Override
    public void disconnected() {
        connections.decrementAndGet();
    }

    @Override
    public Verdict checkPublish(int messages, long bytes, int largestBytes) {
        Buckets b = buckets;
        Verdict closed = closed(b);
        if (closed != null) {
            return closed;
        }
        Limits limits = b.limits();
        long largest = limits.messageBytes();
        if (largest >= 0 && largestBytes > largest) {
            meters.refused("messageBytes");
            return new Verdict.Refused(
                    ErrorCode.TOO_LARGE,
                    "messageBytes",
                    "message of " + largestBytes + " bytes is over quota 'messageBytes' of tenant '" + tenant
                            + "', which is " + largest + ": send smaller messages or raise the limit",
                    0);
        }
        long storage = limits.storageBytes();
        long stored = held.storageBytes();
        if (storage >= 0 && stored + bytes > storage) {
            return quota("storageBytes", storage, stored, "consume, purge or raise the limit");
        }
        return Verdict.ADMITTED;
    }

    @Override
    public Verdict takePublish(int messages, long bytes, boolean reject) {
        Buckets b = buckets;
        TokenBucket perMessage = b.publishMessages();
        TokenBucket perByte = b.publishBytes();
        if (perMessage == null && perByte == null) {
            return Verdict.ADMITTED;
        }
        if (reject || b.limits().rejectOverRate()) {
            Verdict refused = tooEarly(b, messages, bytes);
            if (refused != null) {
                return refused;
            }
        }
        return take(perMessage, messages, Buckets.PUBLISH_MESSAGES, perByte, bytes, Buckets.PUBLISH_BYTES);
    }

    @Override
    public Verdict takeDeliver(int messages, long bytes) {
        Buckets b = buckets;
        TokenBucket perMessage = b.deliverMessages();
        TokenBucket perByte = b.deliverBytes();
        if (perMessage == null && perByte == null) {
            return Verdict.ADMITTED;
        }
        return take(perMessage, messages, Buckets.DELIVER_MESSAGES, perByte, bytes, Buckets.DELIVER_BYTES);
    }

    private Verdict take(
            @Nullable TokenBucket perMessage,
            int messages,
            String messageLimit,
            @Nullable TokenBucket perByte,
            long bytes,
            String byteLimit) {
        long messageWaitNs = perMessage == null ? 0 : perMessage.take(messages);
        long byteWaitNs = perByte == null ? 0 : perByte.take(bytes);
        if (messageWaitNs <= 0 && byteWaitNs <= 0) {
            return Verdict.ADMITTED;
        }
        long waitNs = Math.max(messageWaitNs, byteWaitNs);
        meters.throttledUntil(source.nowNs(), waitNs);
        boolean byMessages = perByte == null || perMessage != null && messageWaitNs >= byteWaitNs;
        TokenBucket slower = byMessages ? perMessage : perByte;
        return new Verdict.Paced(
                byMessages ? messageLimit : byteLimit, waitNs, slower == null ? 0 : slower.available());
    }

    private @Nullable Verdict tooEarly(Buckets b, int messages, long bytes) {
        TokenBucket perMessage = b.publishMessages();
        TokenBucket perByte = b.publishBytes();
        long messageWaitNs = perMessage == null ? 0 : perMessage.waitNs(messages);
        long byteWaitNs = perByte == null ? 0 : perByte.waitNs(bytes);
        if (messageWaitNs <= 0 && byteWaitNs <= 0) {
            return null;
        }
        boolean byMessages = messageWaitNs >= byteWaitNs;
        String limit = byMessages ? Buckets.PUBLISH_MESSAGES : Buckets.PUBLISH_BYTES;
        Limits.Rate rate =
                byMessages ? b.limits().publishMessages() : b.limits().publishBytes();
        long asked = byMessages ? messages : bytes;
        long waitMs = ceilMs(Math.max(messageWaitNs, byteWaitNs));
        meters.refused(limit);
        String set = rate == null ? "" : rate.perSecond() + " (burst " + rate.burst() + ")";
        return new Verdict.Refused(
                ErrorCode.THROTTLED,
                limit,
                "limit '" + limit + "' of tenant '" + tenant + "' is " + set + "; " + asked + " more can be taken in "
                        + waitMs + " ms",
                waitMs);
    }

    private static long ceilMs(long ns) {
        return Math.max(1, (ns + 999_999) / 1_000_000);
    }

    @Override
    public Verdict reserveUnacked(int prefetchCount) {
        Buckets b = buckets;
        Verdict closed = closed(b);
        if (closed != null) {
            return closed;
        }
        long now = reservedUnacked.addAndGet(prefetchCount) + held.reservedElsewhere();
        long most = b.limits().unackedMessages();
        if (most >= 0 && now > most) {
            reservedUnacked.addAndGet(-prefetchCount);
            return quota(
                    "unackedMessages",
                    most,
                    now - prefetchCount,
                    "a prefetch of " + prefetchCount + " does not fit: ask for less, or raise the limit");
        }
        return Verdict.ADMITTED;
    }

    @Override
    public void releaseUnacked(int prefetchCount) {
        reservedUnacked.addAndGet(-prefetchCount);
    }

    private @Nullable Verdict closed(Buckets b) {
        if (gone) {
            meters.refused("deleted");
            return new Verdict.Refused(ErrorCode.UNAUTHENTICATED, "", "the tenant does not exist any more", 0);
        }
        if (b.suspended()) {
            meters.refused("suspended");
            return new Verdict.Refused(
                    ErrorCode.TENANT_SUSPENDED, "", "tenant '" + tenant + "' is suspended: ask the operator", 0);
        }
        return null;
    }

    private Verdict quota(String limit, long most, long used, String remedy) {
        meters.refused(limit);
        return new Verdict.Refused(
                ErrorCode.QUOTA_EXCEEDED,
                limit,
                "quota '" + limit + "' of tenant '" + tenant + "' is " + most + ", " + used + " are in use: " + remedy,
                0);
    }
}
