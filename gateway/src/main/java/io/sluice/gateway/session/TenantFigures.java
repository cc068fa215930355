package io.sluice.gateway.session;

import io.sluice.metrics.Meters.Counter;
import io.sluice.metrics.Meters.TenantMeters;
import io.sluice.protocol.ErrorCode;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;

/** One tenant's figures at the gateway of this node. Safe for any thread. */
final class TenantFigures {
    final AtomicInteger sessions = new AtomicInteger();
    final Counter publishedMessages;
    final Counter publishedBytes;
    final Counter confirmedMessages;
    final Counter deliveredMessages;
    final Counter deliveredBytes;
    final Counter settledMessages;
    final Counter publishThrottledMs;
    final Counter deliverThrottledMs;
    /** By the code's ordinal. */
    private final Counter[] rejected = new Counter[ErrorCode.values().length];

    TenantFigures(TenantMeters meters) {
        meters.gauge("gateway.sessions", "Authenticated connections", sessions::get);
        publishedMessages = meters.counter("gateway.published.messages", "Messages that clients sent");
        publishedBytes = meters.counter("gateway.published.bytes", "Bytes of messages that clients sent");
        confirmedMessages = meters.counter("gateway.confirmed.messages", "Messages confirmed to clients");
        deliveredMessages = meters.counter("gateway.delivered.messages", "Messages sent to consumers");
        deliveredBytes = meters.counter("gateway.delivered.bytes", "Bytes of messages sent to consumers");
        settledMessages = meters.counter("gateway.settled.messages", "Messages that consumers acked or nacked");
        publishThrottledMs = throttled(meters, "publish");
        deliverThrottledMs = throttled(meters, "deliver");
        for (ErrorCode code : ErrorCode.values()) {
            String reason = code.name().toLowerCase(Locale.ROOT);
            rejected[code.ordinal()] =
                    meters.counter("gateway.rejected.messages", "Messages rejected", "reason", reason);
        }
    }

    private static Counter throttled(TenantMeters meters, String direction) {
        return meters.counter(
                "gateway.throttled.ms",
                "Time for which the tenant was held back, per event loop",
                "direction",
                direction);
    }

    Counter rejected(ErrorCode code) {
        return rejected[code.ordinal()];
    }
}
