package io.sluice.tenantmanager.rest;

import io.sluice.log.api.LogUnavailableException;
import io.sluice.log.api.NotLeaderException;
import io.sluice.tenantmanager.control.ControlResult.Refused;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.concurrent.TimeoutException;

/**
 * An error as problem details (RFC 9457).
 *
 * @param code stable name of the reason
 * @param field where in the request, or empty
 * @param detail what is wrong and what to do about it
 */
record Problem(int status, String code, String title, String field, String detail) {
    static Problem invalid(String field, String detail) {
        return new Problem(400, "INVALID", "The request is not valid", field, detail);
    }

    static Problem notFound(String detail) {
        return new Problem(404, "NOT_FOUND", "There is no such thing", "", detail);
    }

    static Problem unavailable(String detail) {
        return new Problem(503, "UNAVAILABLE", "Not possible at the moment", "", detail);
    }

    static Problem of(Refused refused) {
        return switch (refused.reason()) {
            case INVALID -> invalid(refused.field(), refused.message());
            case NOT_FOUND -> notFound(refused.message());
            case CONFLICT ->
                new Problem(409, "CONFLICT", "It does not go with what exists", refused.field(), refused.message());
            case QUOTA_EXCEEDED ->
                new Problem(409, "QUOTA_EXCEEDED", "A quota is used up", refused.field(), refused.message());
        };
    }

    /** What went wrong behind the interface; what is not expected there says nothing of the inside. */
    static Problem of(Throwable failure) {
        if (failure instanceof NotLeaderException notLeader) {
            String leader = notLeader.leader();
            return unavailable("nothing was changed: "
                    + (leader.isEmpty()
                            ? "the control shard has no leader now"
                            : "node '" + leader + "' leads the control shard")
                    + "; send the request again" + (leader.isEmpty() ? " shortly" : " to that node"));
        }
        if (failure instanceof LogUnavailableException || failure instanceof TimeoutException) {
            return unavailable("it is not known whether the change was made (" + failure.getMessage()
                    + "); sending the same request again is safe");
        }
        return new Problem(500, "INTERNAL", "Something broke in this node", "", "the node's log says more");
    }

    void send(RoutingContext ctx) {
        JsonObject body = new JsonObject()
                .put("type", "about:blank")
                .put("title", title)
                .put("status", status)
                .put("detail", detail)
                .put("code", code);
        if (!field.isEmpty()) {
            body.put("field", field);
        }
        if (status == 503) {
            ctx.response().putHeader("Retry-After", "1");
        }
        if (status == 401) {
            ctx.response().putHeader("WWW-Authenticate", "Bearer realm=\"sluice\"");
        }
        ctx.response()
                .setStatusCode(status)
                .putHeader("Content-Type", "application/problem+json")
                .end(body.toBuffer());
    }
}
