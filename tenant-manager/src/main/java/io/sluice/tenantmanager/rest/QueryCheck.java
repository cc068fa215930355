package io.sluice.tenantmanager.rest;

import io.vertx.ext.web.RoutingContext;
import io.vertx.openapi.contract.Location;
import io.vertx.openapi.contract.Operation;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Refuses query parameters that an operation does not have: a mistyped {@code dryRun} must not become the real thing. */
final class QueryCheck {
    private final Set<String> known = new TreeSet<>();

    QueryCheck(Operation operation) {
        operation.getParameters().stream()
                .filter(parameter -> parameter.getIn() == Location.QUERY)
                .forEach(parameter -> known.add(parameter.getName()));
    }

    @Nullable
    Problem check(RoutingContext ctx) {
        for (String name : ctx.queryParams().names()) {
            if (!known.contains(name)) {
                return Problem.invalid(
                        name,
                        "there is no parameter '" + name + "' here"
                                + (known.isEmpty() ? "" : "; parameters are " + String.join(", ", known)));
            }
            if (ctx.queryParams().getAll(name).size() > 1) {
                return Problem.invalid(name, "parameter '" + name + "' is given more than once");
            }
        }
        return null;
    }
}
