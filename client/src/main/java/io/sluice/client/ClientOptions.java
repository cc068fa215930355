package io.sluice.client;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a client connects; made by {@link #builder()}.
 *
 * @param seeds {@code host:port} of some nodes, tried in turn
 * @param name of this client, for the server's logs
 * @param tls whether to use TLS
 * @param trustPem certificates to trust instead of the JVM's, or null
 * @param connectTimeoutMs for one attempt, the handshake included
 * @param heartbeatMs how often both sides show that they live; a peer silent for three times as long is given up
 * @param minBackoffMs wait before the first attempt to reconnect; doubles, with jitter, up to {@code maxBackoffMs}
 * @param maxFrameBytes largest frame taken from the server
 * @param maxBodyBytes largest body after decompression
 */
public record ClientOptions(
        List<String> seeds,
        String tenant,
        String key,
        String name,
        boolean tls,
        @Nullable Path trustPem,
        long connectTimeoutMs,
        int heartbeatMs,
        long minBackoffMs,
        long maxBackoffMs,
        int maxFrameBytes,
        int maxBodyBytes,
        ClientListener listener) {

    public static Builder builder() {
        return new Builder();
    }

    /** Without the key. */
    @Override
    public String toString() {
        return "ClientOptions[seeds=" + seeds + ", tenant=" + tenant + ", name=" + name + ", tls=" + tls + "]";
    }

    /** Collects options; each has a default except seeds, tenant and key. */
    public static final class Builder {
        private List<String> seeds = List.of();
        private String tenant = "";
        private String key = "";
        private String name = "java";
        private boolean tls;
        private @Nullable Path trustPem;
        private long connectTimeoutMs = 5_000;
        private int heartbeatMs = 10_000;
        private long minBackoffMs = 50;
        private long maxBackoffMs = 5_000;
        private int maxFrameBytes = 32 << 20;
        private int maxBodyBytes = 64 << 20;
        private ClientListener listener = ClientListener.NONE;

        private Builder() {}

        public Builder seeds(String... hostPorts) {
            seeds = List.of(hostPorts);
            return this;
        }

        public Builder tenant(String value) {
            tenant = value;
            return this;
        }

        public Builder key(String value) {
            key = value;
            return this;
        }

        public Builder name(String value) {
            name = value;
            return this;
        }

        /** TLS, trusting what the JVM trusts. */
        public Builder tls() {
            tls = true;
            return this;
        }

        /** TLS, trusting these certificates only. */
        public Builder tls(Path trustedPem) {
            tls = true;
            trustPem = trustedPem;
            return this;
        }

        public Builder connectTimeoutMs(long value) {
            connectTimeoutMs = value;
            return this;
        }

        public Builder heartbeatMs(int value) {
            heartbeatMs = value;
            return this;
        }

        public Builder backoffMs(long min, long max) {
            minBackoffMs = min;
            maxBackoffMs = max;
            return this;
        }

        public Builder maxFrameBytes(int value) {
            maxFrameBytes = value;
            return this;
        }

        public Builder maxBodyBytes(int value) {
            maxBodyBytes = value;
            return this;
        }

        public Builder listener(ClientListener value) {
            listener = value;
            return this;
        }

        /** @throws IllegalArgumentException naming the option that is missing or wrong */
        public ClientOptions build() {
            require(!seeds.isEmpty(), "seeds: at least one host:port is needed");
            seeds.forEach(Endpoint::parse);
            require(!tenant.isEmpty(), "tenant: is needed");
            require(!key.isEmpty(), "key: is needed");
            require(connectTimeoutMs > 0, "connectTimeoutMs: must be above 0, is " + connectTimeoutMs);
            require(heartbeatMs >= 10, "heartbeatMs: must be at least 10, is " + heartbeatMs);
            require(
                    minBackoffMs > 0 && minBackoffMs <= maxBackoffMs,
                    "backoffMs: needs 0 < min <= max, is " + minBackoffMs + ", " + maxBackoffMs);
            require(maxFrameBytes >= 1024, "maxFrameBytes: must be at least 1024, is " + maxFrameBytes);
            require(maxBodyBytes >= 0, "maxBodyBytes: must be at least 0, is " + maxBodyBytes);
            return new ClientOptions(
                    seeds,
                    tenant,
                    key,
                    name,
                    tls,
                    trustPem,
                    connectTimeoutMs,
                    heartbeatMs,
                    minBackoffMs,
                    maxBackoffMs,
                    maxFrameBytes,
                    maxBodyBytes,
                    listener);
        }

        private static void require(boolean holds, String problem) {
            if (!holds) {
                throw new IllegalArgumentException(problem);
            }
        }
    }
}
