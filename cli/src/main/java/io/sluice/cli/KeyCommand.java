package io.sluice.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Keys of a tenant. */
@Command(name = "key", description = "Make and revoke keys.", mixinStandardHelpOptions = true)
final class KeyCommand extends CommandGroup {
    @Command(description = "Make a key; it is shown once.", mixinStandardHelpOptions = true)
    void create(
            @Mixin AdminOptions admin,
            @Parameters(paramLabel = "TENANT") String tenant,
            @Parameters(paramLabel = "NAME") String name,
            @Option(
                            names = {"-p", "--permission"},
                            required = true,
                            paramLabel = "PERMISSION",
                            description = "publish:GROUP/QUEUE or consume:GROUP/QUEUE, * for any")
                    List<String> permissions) {
        ObjectNode body = JsonNodeFactory.instance.objectNode().put("name", name);
        ArrayNode array = body.putArray("permissions");
        permissions.forEach(array::add);
        admin.printer().print(admin.api().post(AdminApi.path("tenants", tenant, "keys"), body));
    }

    @Command(description = "Revoke a key; its connections are closed.", mixinStandardHelpOptions = true)
    void revoke(
            @Mixin AdminOptions admin,
            @Parameters(paramLabel = "TENANT") String tenant,
            @Parameters(paramLabel = "NAME") String name) {
        admin.api().delete(AdminApi.path("tenants", tenant, "keys", name));
        admin.printer().say("revoked " + tenant + " " + name);
    }
}
