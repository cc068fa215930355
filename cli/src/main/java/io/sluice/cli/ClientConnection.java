package io.sluice.cli;

import io.sluice.client.ClientListener;
import io.sluice.client.ClientOptions;
import io.sluice.client.SluiceClient;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How a client of a tenant connects. */
final class ClientConnection {
    @Option(
            names = "--tcp",
            defaultValue = "${env:SLUICE_TCP:-127.0.0.1:7610}",
            description = "HOST:PORT of a node, several separated by commas (default: ${DEFAULT-VALUE})")
    private String tcp;

    @Option(names = "--tenant", defaultValue = "${env:SLUICE_TENANT}", description = "the tenant; else SLUICE_TENANT")
    private @Nullable String tenant;

    @Option(names = "--key", defaultValue = "${env:SLUICE_KEY}", description = "its key; else SLUICE_KEY")
    private @Nullable String key;

    @Option(names = "--tls", description = "connect with TLS, trusting what the JVM trusts")
    private boolean tls;

    @Option(
            names = "--tls-trust",
            paramLabel = "PEM",
            description = "connect with TLS, trusting the certificates in this file")
    private @Nullable Path trust;

    SluiceClient connect(ClientListener listener) {
        ClientOptions.Builder options = ClientOptions.builder()
                .seeds(tcp.split(","))
                .tenant(need(tenant, "--tenant", "SLUICE_TENANT"))
                .key(need(key, "--key", "SLUICE_KEY"))
                .name("sluice-cli")
                .listener(listener);
        if (trust != null) {
            options.tls(trust);
        } else if (tls) {
            options.tls();
        }
        return SluiceClient.connect(options.build());
    }

    private static String need(@Nullable String value, String option, String variable) {
        if (value == null || value.isBlank()) {
            throw new CliException(option + ": is missing; give it, or set " + variable);
        }
        return value.strip();
    }
}
