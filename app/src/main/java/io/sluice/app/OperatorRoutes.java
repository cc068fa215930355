package io.sluice.app;

import io.sluice.metrics.MicrometerMeters;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves what is not a client's WebSocket: health to anyone, metrics and the admin interface to the operator.
 *
 * <p>Safe for any event loop.
 */
final class OperatorRoutes {
    private static final Logger LOG = LoggerFactory.getLogger(OperatorRoutes.class);
    private static final String TEXT = "text/plain; version=0.0.4; charset=utf-8";

    private final Vertx vertx;
    private final Readiness readiness;
    private final MicrometerMeters meters;
    private final AdminToken token;
    private final Handler<HttpServerRequest> admin;

    OperatorRoutes(
            Vertx vertx,
            Readiness readiness,
            MicrometerMeters meters,
            AdminToken token,
            Handler<HttpServerRequest> admin) {
        this.vertx = vertx;
        this.readiness = readiness;
        this.meters = meters;
        this.token = token;
        this.admin = admin;
    }

    /** Every path. */
    void all(HttpServerRequest request) {
        String path = request.path();
        if (path != null && path.equals("/metrics")) {
            metrics(request);
        } else if (path != null && path.startsWith("/v1/")) {
            admin.handle(request);
        } else {
            healthOnly(request);
        }
    }

    /** What clients' listeners serve when the operator has a listener of its own. */
    void healthOnly(HttpServerRequest request) {
        String path = request.path() == null ? "" : request.path();
        switch (path) {
            case "/healthz" -> answer(request, 200, "application/json", "{\"status\":\"up\"}");
            case "/readyz" -> ready(request);
            default -> problem(request, 404, "Not found", "there is nothing at " + path);
        }
    }

    private void ready(HttpServerRequest request) {
        List<String> missing = readiness.missing();
        JsonObject body = new JsonObject().put("ready", missing.isEmpty()).put("missing", new JsonArray(missing));
        answer(request, missing.isEmpty() ? 200 : 503, "application/json", body.encode());
    }

    private void metrics(HttpServerRequest request) {
        if (!token.authorizes(request.getHeader(HttpHeaders.AUTHORIZATION))) {
            request.response().putHeader("WWW-Authenticate", "Bearer");
            problem(request, 401, "Unauthenticated", "/metrics needs Authorization: Bearer <admin token>");
            return;
        }
        // A scrape reads thousands of series: not on a loop that serves messages.
        vertx.executeBlocking(meters::scrape, false)
                .onSuccess(text -> answer(request, 200, TEXT, text))
                .onFailure(cause -> {
                    LOG.error("the scrape failed", cause);
                    problem(request, 500, "Internal error", "the scrape failed; see the node's log");
                });
    }

    private static void problem(HttpServerRequest request, int status, String title, String detail) {
        JsonObject body = new JsonObject()
                .put("type", "about:blank")
                .put("title", title)
                .put("status", status)
                .put("detail", detail);
        answer(request, status, "application/problem+json", body.encode());
    }

    private static void answer(HttpServerRequest request, int status, String type, String body) {
        if (request.response().ended() || request.response().closed()) {
            return;
        }
        request.response()
                .setStatusCode(status)
                .putHeader(HttpHeaders.CONTENT_TYPE, type)
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                .end(body);
    }
}
