package io.sluice.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** A tenant's limits. */
@Command(name = "limits", description = "Show and change a tenant's limits, live.", mixinStandardHelpOptions = true)
final class LimitsCommand extends CommandGroup {
    @Command(description = "Show the limits in force.", mixinStandardHelpOptions = true)
    void get(@Mixin AdminOptions admin, @Parameters(paramLabel = "TENANT") String tenant) {
        admin.printer().print(admin.api().get(AdminApi.path("tenants", tenant)).path("limits"));
    }

    @Command(
            description = "Change limits for connected clients at once; NAME=none takes one away.",
            mixinStandardHelpOptions = true)
    void set(
            @Mixin AdminOptions admin,
            @Parameters(index = "0", paramLabel = "TENANT") String tenant,
            @Parameters(
                            index = "1..*",
                            arity = "1..*",
                            paramLabel = "NAME=VALUE",
                            description = "for example publish.messagesPerSecond=1000 or =1000:2000 with a burst")
                    Map<String, String> limits) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.set("limits", KeyValues.limits(limits));
        admin.printer().print(admin.api().patch(AdminApi.path("tenants", tenant), body));
    }
}
