package io.sluice.gateway.session;

import io.sluice.metrics.Meters.Counter;
import io.sluice.metrics.Meters.TenantMeters;
import io.sluice.protocol.ErrorCode;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicReferenceArray;

/** What the gateway alone knows of a tenant; the shards and admission count the rest. Safe for any thread. */
final class TenantFigures {
    final Counter publishedBytes;
    private final TenantMeters meters;
    /** By the code's ordinal; made when first needed, since most tenants see none of most codes. */
    private final AtomicReferenceArray<Counter> rejected = new AtomicReferenceArray<>(ErrorCode.values().length);

    TenantFigures(TenantMeters meters) {
        this.meters = meters;
        this.publishedBytes = meters.counter("published.bytes", "Bytes of messages that clients sent");
    }

    /** Messages that were rejected, whoever did it. */
    Counter rejected(ErrorCode code) {
        Counter made = rejected.get(code.ordinal());
        if (made == null) {
            made = meters.counter(
                    "rejected", "Messages rejected", "reason", code.name().toLowerCase(Locale.ROOT));
            rejected.set(code.ordinal(), made);
        }
        return made;
    }
}
