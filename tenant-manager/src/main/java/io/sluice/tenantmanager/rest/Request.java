package io.sluice.tenantmanager.rest;

import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import org.jspecify.annotations.Nullable;

/** A request that passed the schema: its parameters, its body, its answer. */
record Request(RoutingContext ctx) {
    /** A path parameter; the schema made sure of it. */
    String path(String name) {
        String value = ctx.pathParam(name);
        if (value == null) {
            throw new IllegalStateException("no path parameter " + name);
        }
        return value;
    }

    @Nullable
    String parameter(String name) {
        return ctx.queryParams().get(name);
    }

    int intParameter(String name, int otherwise) {
        return (int) longParameter(name, otherwise);
    }

    long longParameter(String name, long otherwise) {
        String value = parameter(name);
        return value == null ? otherwise : Long.parseLong(value);
    }

    boolean dryRun() {
        return "true".equals(parameter("dryRun"));
    }

    /** Whether the client would rather not wait until the data shards confirmed (RFC 7240). */
    boolean asynchronous() {
        String prefer = ctx.request().getHeader("Prefer");
        return prefer != null && prefer.contains("respond-async");
    }

    JsonObject body() {
        return ctx.body().asJsonObject();
    }

    String remoteAddress() {
        return ctx.request().remoteAddress() == null
                ? ""
                : ctx.request().remoteAddress().hostAddress();
    }

    void answer(int status, JsonObject body) {
        // A key that is shown once must not stay in a cache.
        ctx.response()
                .setStatusCode(status)
                .putHeader("Content-Type", "application/json")
                .putHeader("Cache-Control", "no-store")
                .end(body.toBuffer());
    }

    void refuse(Problem problem) {
        problem.send(ctx);
    }
}
