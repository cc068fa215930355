package io.sluice.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Queues of a group. */
@Command(name = "queue", description = "Manage queues.", mixinStandardHelpOptions = true)
final class QueueCommand extends CommandGroup {
    @Command(description = "Make a queue or change its options.", mixinStandardHelpOptions = true)
    void put(
            @Mixin AdminOptions admin,
            @Parameters(paramLabel = "TENANT") String tenant,
            @Parameters(paramLabel = "GROUP/QUEUE") String queue,
            @Option(
                            names = "--set",
                            paramLabel = "OPTION=VALUE",
                            description =
                                    "for example maxMessages=1000, overflow=drop-oldest, maxDeliveries=5, deadLetterQueue=dead, ttlMs=60000, orderByKey=true")
                    Map<String, String> options) {
        Map<String, String> values = options == null ? new LinkedHashMap<>() : options;
        admin.printer().print(admin.api().put(path(tenant, queue), KeyValues.toJson(values)));
    }

    @Command(
            description = "Show a queue: depth, unacked, consumers, bytes, oldest age.",
            mixinStandardHelpOptions = true)
    void get(
            @Mixin AdminOptions admin,
            @Parameters(paramLabel = "TENANT") String tenant,
            @Parameters(paramLabel = "GROUP/QUEUE") String queue) {
        admin.printer().print(admin.api().get(path(tenant, queue)));
    }

    @Command(description = "Release every waiting message of a queue.", mixinStandardHelpOptions = true)
    void purge(
            @Mixin AdminOptions admin,
            @Parameters(paramLabel = "TENANT") String tenant,
            @Parameters(paramLabel = "GROUP/QUEUE") String queue,
            @Option(names = "--yes", required = true, description = "say that you mean it") boolean yes) {
        admin.api().post(path(tenant, queue) + "/purge", null);
        admin.printer().say("purged " + tenant + " " + queue);
    }

    @Command(description = "Delete a queue with its messages.", mixinStandardHelpOptions = true)
    void delete(
            @Mixin AdminOptions admin,
            @Parameters(paramLabel = "TENANT") String tenant,
            @Parameters(paramLabel = "GROUP/QUEUE") String queue,
            @Option(names = "--yes", required = true, description = "say that you mean it") boolean yes) {
        admin.api().delete(path(tenant, queue));
        admin.printer().say("deleted " + tenant + " " + queue);
    }

    private static String path(String tenant, String queue) {
        String[] parts = Addresses.split(queue);
        return AdminApi.path("tenants", tenant, "groups", parts[0], "queues", parts[1]);
    }
}
