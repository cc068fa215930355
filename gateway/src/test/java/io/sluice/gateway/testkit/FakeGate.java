package io.sluice.gateway.testkit;

import io.sluice.protocol.ErrorCode;
import io.sluice.tenantmanager.api.Admission.TenantGate;
import io.sluice.tenantmanager.api.Verdict;

/** A tenant's limits as a test sets them. Safe for any thread. */
public final class FakeGate implements TenantGate {
    /** Wait of each publish over the rate; 0: not over it. */
    public volatile long publishWaitNs;

    public volatile long deliverWaitNs;
    public volatile boolean storageFull;
    public volatile int maxConnections = Integer.MAX_VALUE;
    private int connections;
    private int unacked;
    private int delivered;

    public synchronized int connections() {
        return connections;
    }

    public synchronized int unacked() {
        return unacked;
    }

    public synchronized int delivered() {
        return delivered;
    }

    @Override
    public synchronized Verdict connect() {
        if (connections >= maxConnections) {
            return new Verdict.Refused(ErrorCode.QUOTA_EXCEEDED, "connections", "connections is " + maxConnections, 0);
        }
        connections++;
        return Verdict.ADMITTED;
    }

    @Override
    public synchronized void disconnected() {
        connections--;
    }

    @Override
    public Verdict checkPublish(int messages, long bytes, int largestBytes) {
        return storageFull
                ? new Verdict.Refused(ErrorCode.QUOTA_EXCEEDED, "storageBytes", "storageBytes is used up", 0)
                : Verdict.ADMITTED;
    }

    @Override
    public Verdict takePublish(int messages, long bytes, boolean reject) {
        long waitNs = publishWaitNs;
        if (waitNs == 0) {
            return Verdict.ADMITTED;
        }
        return reject
                ? new Verdict.Refused(ErrorCode.THROTTLED, "publish.messagesPerSecond", "over the rate", 70)
                : new Verdict.Paced("publish.messagesPerSecond", waitNs, -7);
    }

    @Override
    public synchronized Verdict takeDeliver(int messages, long bytes) {
        delivered += messages;
        return deliverWaitNs == 0
                ? Verdict.ADMITTED
                : new Verdict.Paced("deliver.messagesPerSecond", deliverWaitNs, -9);
    }

    @Override
    public synchronized Verdict reserveUnacked(int prefetchCount) {
        unacked += prefetchCount;
        return Verdict.ADMITTED;
    }

    @Override
    public synchronized void releaseUnacked(int prefetchCount) {
        unacked -= prefetchCount;
    }
}
