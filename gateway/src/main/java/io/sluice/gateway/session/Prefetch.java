package io.sluice.gateway.session;

import io.sluice.config.SluiceConfig.GatewaySettings;

/** How much a consumer may have checked out at once: messages, and bytes (one message may always be out). */
record Prefetch(int count, int bytes) {
    private static final int LEAST_BYTES = 64 * 1024;

    /**
     * What a client asked for, within the bounds of the node.
     *
     * @param bytes 0 for as many as allowed
     * @param othersBytes what the connection's other consumers have: together they get at most twice {@code maxPrefetchBytes}
     */
    static Prefetch bounded(int count, int bytes, long othersBytes, GatewaySettings settings) {
        long most = Math.min(settings.maxPrefetchBytes(), 2L * settings.maxPrefetchBytes() - othersBytes);
        long granted = Math.min(bytes == 0 ? most : bytes, Math.max(LEAST_BYTES, most));
        return new Prefetch(Math.min(count, settings.maxPrefetchCount()), (int) Math.max(1, granted));
    }
}
