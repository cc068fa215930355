package io.sluice.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Plans: named sets of limits. */
@Command(name = "plan", description = "Show and edit plans.", mixinStandardHelpOptions = true)
final class PlanCommand extends CommandGroup {
    @Command(description = "List plans.", mixinStandardHelpOptions = true)
    void list(@Mixin AdminOptions admin) {
        admin.printer().print(admin.api().get("/v1/plans"));
    }

    @Command(description = "Make or edit a plan; tenants on it follow at once.", mixinStandardHelpOptions = true)
    void put(
            @Mixin AdminOptions admin,
            @Parameters(index = "0", paramLabel = "PLAN") String plan,
            @Parameters(index = "1..*", arity = "0..*", paramLabel = "NAME=VALUE") Map<String, String> limits) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.set("limits", limits == null ? JsonNodeFactory.instance.objectNode() : KeyValues.limits(limits));
        admin.printer().print(admin.api().put(AdminApi.path("plans", plan), body));
    }
}
