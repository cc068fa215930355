package io.sluice.gateway.session;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many connections this node holds, in all and per client address before authentication.
 *
 * <p>The count per address ends with authentication, so that many clients may share an address while nobody without a key can fill the node. Safe for any thread.
 */
public final class ConnectionLimits {
    private final int maxConnections;
    private final int maxPerAddress;
    private final AtomicInteger open;
    private final ConcurrentHashMap<String, Integer> anonymous = new ConcurrentHashMap<>();

    public ConnectionLimits(int maxConnections, int maxPerAddress, GatewayMeters meters) {
        this.maxConnections = maxConnections;
        this.maxPerAddress = maxPerAddress;
        this.open = meters.connections;
    }

    /** Empty if the connection may stay, or which limit it is over; then nothing was taken. */
    String enter(String host) {
        if (open.incrementAndGet() > maxConnections) {
            open.decrementAndGet();
            return "the node has its " + maxConnections + " connections (gateway.maxConnections)";
        }
        int count = anonymous.merge(host, 1, Integer::sum);
        if (count > maxPerAddress) {
            authenticated(host);
            open.decrementAndGet();
            return maxPerAddress
                    + " connections of this address have no session yet (gateway.maxConnectionsPerAddress)";
        }
        return "";
    }

    /** The connection no longer counts for its address. */
    void authenticated(String host) {
        anonymous.computeIfPresent(host, (key, count) -> count == 1 ? null : count - 1);
    }

    void leave(String host, boolean wasAuthenticated) {
        if (!wasAuthenticated) {
            authenticated(host);
        }
        open.decrementAndGet();
    }

    int openCount() {
        return open.get();
    }
}
