package io.sluice.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The nodes and what was done to them. */
@Command(name = "node", description = "Show nodes and shards, and the audit log.", mixinStandardHelpOptions = true)
final class NodeCommand extends CommandGroup {
    @Command(description = "Nodes, shards, leaders, replicas.", mixinStandardHelpOptions = true)
    void status(@Mixin AdminOptions admin) {
        admin.printer().print(admin.api().get("/v1/cluster"));
    }

    @Command(description = "Who did what, when, from where; newest first.", mixinStandardHelpOptions = true)
    void audit(
            @Mixin AdminOptions admin,
            @Option(names = "--limit", defaultValue = "50", description = "records shown (default: ${DEFAULT-VALUE})")
                    int limit) {
        admin.printer().print(admin.api().get("/v1/audit?limit=" + limit));
    }
}
