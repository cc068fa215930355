package io.sluice.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Queue groups of a tenant. */
@Command(name = "group", description = "Manage virtual queue groups.", mixinStandardHelpOptions = true)
final class GroupCommand extends CommandGroup {
    @Command(description = "Make a group; repeating it changes nothing.", mixinStandardHelpOptions = true)
    void put(
            @Mixin AdminOptions admin,
            @Parameters(paramLabel = "TENANT") String tenant,
            @Parameters(paramLabel = "GROUP") String group,
            @Option(
                            names = "--form",
                            defaultValue = "work",
                            description = "the group's form (default: ${DEFAULT-VALUE})")
                    String form) {
        admin.printer()
                .print(admin.api()
                        .put(
                                path(tenant, group),
                                JsonNodeFactory.instance.objectNode().put("form", form)));
    }

    @Command(description = "Show a group.", mixinStandardHelpOptions = true)
    void get(
            @Mixin AdminOptions admin,
            @Parameters(paramLabel = "TENANT") String tenant,
            @Parameters(paramLabel = "GROUP") String group) {
        admin.printer().print(admin.api().get(path(tenant, group)));
    }

    @Command(
            description = "Move a group to another shard while it is in use; 'node status' says which there are.",
            mixinStandardHelpOptions = true)
    void move(
            @Mixin AdminOptions admin,
            @Parameters(paramLabel = "TENANT") String tenant,
            @Parameters(paramLabel = "GROUP") String group,
            @Parameters(paramLabel = "SHARD", description = "number of the shard that it goes to") int shard) {
        admin.printer()
                .print(admin.api()
                        .post(
                                path(tenant, group) + "/move",
                                JsonNodeFactory.instance.objectNode().put("shard", shard)));
    }

    @Command(description = "Delete a group with all its queues and messages.", mixinStandardHelpOptions = true)
    void delete(
            @Mixin AdminOptions admin,
            @Parameters(paramLabel = "TENANT") String tenant,
            @Parameters(paramLabel = "GROUP") String group,
            @Option(names = "--yes", required = true, description = "say that you mean it") boolean yes) {
        admin.api().delete(path(tenant, group));
        admin.printer().say("deleted " + tenant + " " + group);
    }

    private static String path(String tenant, String group) {
        return AdminApi.path("tenants", tenant, "groups", group);
    }
}
