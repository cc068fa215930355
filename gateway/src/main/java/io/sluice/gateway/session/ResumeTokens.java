package io.sluice.gateway.session;

import io.sluice.queuegroups.api.Origin;
import io.sluice.tenantmanager.api.Principal;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The tokens that connections are given: where a connection was, for whichever node its client comes back on, and a secret by which this node ends the
 * connection if it is still there.
 *
 * <p>Taking a consumer over needs its id too, see {@link ConsumerIds}. Safe for any thread.
 */
public final class ResumeTokens {
    private static final int SECRET_BYTES = 16;
    private static final int TOKEN_BYTES = SECRET_BYTES + Long.BYTES;

    private final Random random;
    private final ConcurrentHashMap<String, Ticket> byToken = new ConcurrentHashMap<>();

    /** @param random unguessable, where it matters */
    public ResumeTokens(Random random) {
        this.random = random;
    }

    /** @param displace closes the connection that the token was given to as lost; any thread may call it */
    Ticket issue(Origin origin, Principal principal, Runnable displace) {
        byte[] token = ByteBuffer.allocate(TOKEN_BYTES)
                .put(randomBytes(SECRET_BYTES))
                .putLong(origin.pack())
                .array();
        Ticket ticket = new Ticket(token, principal.tenantId(), principal.keyName(), displace);
        byToken.put(HexFormat.of().formatHex(token), ticket);
        return ticket;
    }

    /** The ticket of a connection that is still here, if the same key of the same tenant shows its token. */
    @Nullable
    Ticket find(byte[] token, Principal principal) {
        Ticket ticket = token.length == 0 ? null : byToken.get(HexFormat.of().formatHex(token));
        boolean mine =
                ticket != null && ticket.tenantId == principal.tenantId() && ticket.keyName.equals(principal.keyName());
        return mine ? ticket : null;
    }

    /** The packed origin of the connection that was given a token, wherever that was; null for what is no token. */
    static @Nullable Long origin(byte[] token) {
        return token.length == TOKEN_BYTES ? ByteBuffer.wrap(token).getLong(SECRET_BYTES) : null;
    }

    void drop(Ticket ticket) {
        byToken.remove(HexFormat.of().formatHex(ticket.token));
    }

    byte[] randomBytes(int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }

    /** A positive number that nobody can guess. */
    long randomNumber() {
        return 1 + (random.nextLong() >>> 2);
    }

    int size() {
        return byToken.size();
    }

    record Ticket(byte[] token, long tenantId, String keyName, Runnable displace) {}
}
