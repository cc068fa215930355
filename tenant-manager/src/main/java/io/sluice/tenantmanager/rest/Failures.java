package io.sluice.tenantmanager.rest;

import io.vertx.core.Handler;
import io.vertx.core.json.DecodeException;
import io.vertx.ext.web.RoutingContext;
import io.vertx.openapi.validation.ValidatorException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers what the routes before the handlers refused, and what broke in a handler. */
final class Failures implements Handler<RoutingContext> {
    private static final Logger LOG = LoggerFactory.getLogger(Failures.class);

    private final int maxBodyBytes;

    Failures(int maxBodyBytes) {
        this.maxBodyBytes = maxBodyBytes;
    }

    @Override
    public void handle(RoutingContext ctx) {
        if (ctx.response().headWritten()) {
            ctx.response().reset();
            return;
        }
        problem(ctx).send(ctx);
    }

    private Problem problem(RoutingContext ctx) {
        Throwable failure = ctx.failure();
        if (ctx.statusCode() == 413) {
            return new Problem(
                    413,
                    "TOO_LARGE",
                    "The request is too large",
                    "",
                    "a request body has at most " + maxBodyBytes + " bytes (admin.maxBodyBytes): send less at once");
        }
        if (failure instanceof ValidatorException violation) {
            return SchemaProblems.of(violation);
        }
        if (failure != null && failure.getCause() instanceof ValidatorException violation) {
            return SchemaProblems.of(violation);
        }
        if (failure instanceof DecodeException) {
            return Problem.invalid("", "the body is not JSON: " + failure.getMessage());
        }
        if (failure == null && ctx.statusCode() < 500) {
            return new Problem(
                    ctx.statusCode(), "INVALID", "The request is not valid", "", "status " + ctx.statusCode());
        }
        LOG.error("{} {} failed", ctx.request().method(), ctx.request().path(), failure);
        return failure == null
                ? Problem.of(new IllegalStateException("status " + ctx.statusCode()))
                : Problem.of(failure);
    }
}
