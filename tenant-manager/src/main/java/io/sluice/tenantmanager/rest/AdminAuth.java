package io.sluice.tenantmanager.rest;

import io.vertx.core.Handler;
import io.vertx.ext.web.RoutingContext;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/** Lets requests with the operator's token pass. The comparison takes as long for a wrong token as for the right one. */
final class AdminAuth implements Handler<RoutingContext> {
    private static final String SCHEME = "bearer ";

    private final byte[] token;

    AdminAuth(String token) {
        this.token = token.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void handle(RoutingContext ctx) {
        String header = ctx.request().getHeader("Authorization");
        if (matches(header)) {
            ctx.next();
            return;
        }
        new Problem(
                        401,
                        "UNAUTHENTICATED",
                        "The operator's token is needed",
                        "",
                        header == null
                                ? "send the header Authorization: Bearer TOKEN with the admin token (SLUICE_ADMIN_TOKEN, or DATA/admin.token)"
                                : "the token in the Authorization header is not the admin token")
                .send(ctx);
    }

    private boolean matches(@Nullable String header) {
        boolean bearer = header != null && header.regionMatches(true, 0, SCHEME, 0, SCHEME.length());
        String given =
                header != null && bearer ? header.substring(SCHEME.length()).trim() : "";
        return MessageDigest.isEqual(token, given.getBytes(StandardCharsets.UTF_8)) && bearer;
    }
}
