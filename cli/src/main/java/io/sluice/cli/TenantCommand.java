package io.sluice.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Tenants: onboard, look, change, suspend, delete. */
@Command(
        name = "tenant",
        description = "Onboard and manage tenants.",
        mixinStandardHelpOptions = true,
        subcommandsRepeatable = false)
final class TenantCommand extends CommandGroup {
    @Command(
            description = "Onboard a tenant, or bring it to what is said; repeating it changes nothing.",
            mixinStandardHelpOptions = true)
    void put(
            @Mixin AdminOptions admin,
            @Parameters(paramLabel = "TENANT") String tenant,
            @Mixin TenantDefinition definition,
            @Option(names = "--dry-run", description = "tell what would change, change nothing") boolean dryRun) {
        String path = AdminApi.path("tenants", tenant) + (dryRun ? "?dryRun=true" : "");
        admin.printer().print(admin.api().put(path, definition.toJson()));
    }

    @Command(description = "List tenants.", mixinStandardHelpOptions = true)
    void list(@Mixin AdminOptions admin) {
        admin.printer().print(admin.api().get("/v1/tenants"));
    }

    @Command(description = "Show a tenant.", mixinStandardHelpOptions = true)
    void get(@Mixin AdminOptions admin, @Parameters(paramLabel = "TENANT") String tenant) {
        admin.printer().print(admin.api().get(AdminApi.path("tenants", tenant)));
    }

    @Command(description = "Show what a tenant uses of its limits.", mixinStandardHelpOptions = true)
    void usage(@Mixin AdminOptions admin, @Parameters(paramLabel = "TENANT") String tenant) {
        admin.printer().print(admin.api().get(AdminApi.path("tenants", tenant, "usage")));
    }

    @Command(description = "Close a tenant's connections and refuse new ones.", mixinStandardHelpOptions = true)
    void suspend(@Mixin AdminOptions admin, @Parameters(paramLabel = "TENANT") String tenant) {
        admin.api().post(AdminApi.path("tenants", tenant, "suspend"), null);
        admin.printer().say("suspended " + tenant);
    }

    @Command(description = "Let a suspended tenant in again.", mixinStandardHelpOptions = true)
    void resume(@Mixin AdminOptions admin, @Parameters(paramLabel = "TENANT") String tenant) {
        admin.api().post(AdminApi.path("tenants", tenant, "resume"), null);
        admin.printer().say("resumed " + tenant);
    }

    @Command(
            description = "Delete a tenant with all its queues and messages, for good.",
            mixinStandardHelpOptions = true)
    void delete(
            @Mixin AdminOptions admin,
            @Parameters(paramLabel = "TENANT") String tenant,
            @Option(names = "--yes", required = true, description = "say that you mean it") boolean yes) {
        admin.api().delete(AdminApi.path("tenants", tenant));
        admin.printer().say("deleted " + tenant);
    }

    /** The body of an onboarding, from a file or from options. */
    static final class TenantDefinition {
        @Option(
                names = "--file",
                paramLabel = "FILE",
                description = "the whole definition as JSON; the options below are added to it")
        private @Nullable Path file;

        @Option(names = "--display-name", paramLabel = "TEXT")
        private @Nullable String displayName;

        @Option(names = "--plan", description = "free, standard, unlimited or one of yours")
        private @Nullable String plan;

        @Option(names = "--weight", description = "share of the log under load, 1-100")
        private @Nullable Integer weight;

        @Option(
                names = "--limit",
                paramLabel = "NAME=VALUE",
                description =
                        "a limit of its own, for example publish.messagesPerSecond=1000 or =1000:2000 with a burst")
        private Map<String, String> limits = new LinkedHashMap<>();

        @Option(names = "--queue", paramLabel = "GROUP/QUEUE", description = "a work queue; its group is made with it")
        private List<String> queues = List.of();

        @Option(
                names = "--key",
                paramLabel = "NAME=PERMISSION[,PERMISSION]",
                description = "a key, for example app=publish:orders/*,consume:orders/*")
        private List<String> keys = List.of();

        JsonNode toJson() {
            ObjectNode body = file == null ? JsonNodeFactory.instance.objectNode() : read(file);
            if (displayName != null) {
                body.put("displayName", displayName);
            }
            if (plan != null) {
                body.put("plan", plan);
            }
            if (weight != null) {
                body.put("weight", weight);
            }
            if (!limits.isEmpty()) {
                body.withObject("/limits").setAll(KeyValues.limits(limits));
            }
            addQueues(body);
            for (String key : keys) {
                addKey(body.withArray("keys"), key);
            }
            return body;
        }

        private void addQueues(ObjectNode body) {
            Map<String, ArrayNode> byGroup = new LinkedHashMap<>();
            for (String queue : queues) {
                String[] parts = Addresses.split(queue);
                byGroup.computeIfAbsent(
                                parts[0],
                                group -> body.withArray("groups")
                                        .addObject()
                                        .put("name", group)
                                        .put("form", "work")
                                        .putArray("queues"))
                        .addObject()
                        .put("name", parts[1]);
            }
        }

        private static void addKey(ArrayNode keys, String text) {
            int equals = text.indexOf('=');
            if (equals < 1 || equals == text.length() - 1) {
                throw new CliException("--key: '" + text + "' should be NAME=PERMISSION[,PERMISSION]");
            }
            ArrayNode permissions =
                    keys.addObject().put("name", text.substring(0, equals)).putArray("permissions");
            for (String permission : text.substring(equals + 1).split(",")) {
                permissions.add(permission);
            }
        }

        private static ObjectNode read(Path file) {
            try {
                JsonNode node = AdminApi.JSON.readTree(file.toFile());
                if (node instanceof ObjectNode object) {
                    return object;
                }
                throw new CliException("--file: " + file + " should hold one JSON object");
            } catch (IOException e) {
                throw new CliException("--file: " + file + " cannot be read: " + e.getMessage());
            }
        }
    }
}
