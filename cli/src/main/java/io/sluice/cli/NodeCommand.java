package io.sluice.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The nodes and what was done to them. */
@Command(name = "node", description = "Show nodes and shards, and the audit log.", mixinStandardHelpOptions = true)
final class NodeCommand extends CommandGroup {
    @Command(description = "Nodes, shards, leaders, replicas.", mixinStandardHelpOptions = true)
    void status(@Mixin AdminOptions admin) {
        admin.printer().print(admin.api().get("/v1/cluster"));
    }

    @Command(
            description = "Add a node that is going to start with itself and the others in cluster.nodes.",
            mixinStandardHelpOptions = true)
    void add(
            @Mixin AdminOptions admin,
            @Parameters(paramLabel = "NODE") String node,
            @Option(names = "--host", required = true, description = "where the other nodes reach it") String host,
            @Option(names = "--raft-port", required = true, description = "its cluster.raftPort") int raftPort) {
        JsonNode body = JsonNodeFactory.instance
                .objectNode()
                .put("id", node)
                .put("host", host)
                .put("raftPort", raftPort);
        admin.printer().print(admin.api().post("/v1/cluster/nodes", body));
    }

    @Command(
            description = "Remove a node for good; the others take over what it holds.",
            mixinStandardHelpOptions = true)
    void remove(
            @Mixin AdminOptions admin,
            @Parameters(paramLabel = "NODE") String node,
            @Option(names = "--yes", required = true, description = "say that you mean it") boolean yes) {
        admin.printer().print(admin.api().delete(AdminApi.path("cluster", "nodes", node)));
    }

    @Command(description = "Who did what, when, from where; newest first.", mixinStandardHelpOptions = true)
    void audit(
            @Mixin AdminOptions admin,
            @Option(names = "--limit", defaultValue = "50", description = "records shown (default: ${DEFAULT-VALUE})")
                    int limit) {
        admin.printer().print(admin.api().get("/v1/audit?limit=" + limit));
    }
}
