package io.sluice.cli;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** How to reach the admin interface, and how to print what it answers. */
final class AdminOptions {
    @Option(
            names = "--server",
            defaultValue = "${env:SLUICE_SERVER:-http://127.0.0.1:7611}",
            description = "address of the admin interface (default: ${DEFAULT-VALUE})")
    private String server;

    @Option(
            names = "--admin-token",
            description = "the operator's token; else SLUICE_ADMIN_TOKEN, else DATA/admin.token")
    private @Nullable String token;

    @Option(
            names = "--data",
            defaultValue = "data",
            description = "data folder of a node on this machine, to read its admin.token (default: ${DEFAULT-VALUE})")
    private Path data;

    @Option(names = "--json", description = "print the answer as JSON, for scripts")
    private boolean json;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec mixee;

    AdminApi api() {
        URI uri = URI.create(server);
        if (uri.getScheme() == null || uri.getHost() == null) {
            throw new CliException("--server: '" + server + "' is no address; expected http://HOST:PORT");
        }
        return new AdminApi(uri, token());
    }

    Printer printer() {
        return new Printer(mixee.commandLine().getOut(), json);
    }

    private String token() {
        if (token != null && !token.isBlank()) {
            return token.strip();
        }
        String fromEnvironment = System.getenv("SLUICE_ADMIN_TOKEN");
        if (fromEnvironment != null && !fromEnvironment.isBlank()) {
            return fromEnvironment.strip();
        }
        Path file = data.resolve("admin.token");
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw new CliException(
                    "no admin token: set --admin-token or SLUICE_ADMIN_TOKEN, or point --data at the node's data folder ("
                            + file + " cannot be read)");
        }
    }
}
