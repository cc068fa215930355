package io.sluice.gateway.session;

import io.sluice.metrics.Meters;
import io.sluice.metrics.Meters.Counter;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** The gateway's figures on this node. Safe for any thread. */
public final class GatewayMeters {
    private final Meters meters;
    private final ConcurrentHashMap<Long, TenantFigures> tenants = new ConcurrentHashMap<>();

    final AtomicInteger connections = new AtomicInteger();
    final Counter refusedConnections;
    final Counter badFrames;
    final Counter stalledConnections;

    public GatewayMeters(Meters meters) {
        this.meters = meters;
        meters.gauge("gateway.connections", "Client connections, with or without a session", connections::get);
        refusedConnections =
                meters.counter("gateway.connections.refused", "Connections refused by a limit of the node");
        badFrames = meters.counter("gateway.frames.bad", "Connections closed for what they sent");
        stalledConnections = meters.counter(
                "gateway.connections.stalled", "Connections closed because the client was silent or did not read");
    }

    /** Counts what a protocol reads and writes. */
    public LinkMeters link(String protocol) {
        return new LinkMeters(
                meters.counter("gateway.bytes", "Bytes on client connections", "protocol", protocol, "direction", "in"),
                meters.counter(
                        "gateway.bytes", "Bytes on client connections", "protocol", protocol, "direction", "out"),
                meters.counter(
                        "gateway.frames", "Frames on client connections", "protocol", protocol, "direction", "in"),
                meters.counter(
                        "gateway.frames", "Frames on client connections", "protocol", protocol, "direction", "out"));
    }

    /** @param bytesIn and the others count bytes and frames by direction */
    public record LinkMeters(Counter bytesIn, Counter bytesOut, Counter framesIn, Counter framesOut) {}

    TenantFigures tenant(long tenantId, String name) {
        return tenants.computeIfAbsent(tenantId, id -> new TenantFigures(meters.tenant(name)));
    }

    /** The tenant is gone. */
    public void forget(long tenantId) {
        tenants.remove(tenantId);
    }
}
