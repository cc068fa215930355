package io.sluice.gateway.testkit;

import io.sluice.config.SluiceConfig.GatewaySettings;
import io.sluice.config.SluiceConfig.TlsSettings;

/** Settings of a gateway under test. */
public final class TestSettings {
    public static final int FRAME_BYTES = 1 << 20;

    private TestSettings() {}

    public static GatewaySettings plain() {
        return with(new TlsSettings("", ""), 5_000);
    }

    public static GatewaySettings tls(String cert, String key) {
        return with(new TlsSettings(cert, key), 5_000);
    }

    /** @param writeStallTimeoutMs see the setting of this name */
    public static GatewaySettings stalling(int writeStallTimeoutMs) {
        return with(new TlsSettings("", ""), writeStallTimeoutMs);
    }

    private static GatewaySettings with(TlsSettings tls, int writeStallTimeoutMs) {
        return new GatewaySettings(
                "127.0.0.1",
                "",
                0,
                0,
                tls,
                2_000,
                10_000,
                FRAME_BYTES,
                100,
                50,
                4,
                4,
                4 << 20,
                8 << 20,
                1_000,
                4 << 20,
                writeStallTimeoutMs,
                5_000);
    }
}
