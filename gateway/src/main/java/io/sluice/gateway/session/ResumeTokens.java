package io.sluice.gateway.session;

import io.sluice.tenantmanager.api.Principal;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The secrets by which a reconnected client takes over the consumers of its lost connection, in the memory of this node.
 *
 * <p>A token lives as long as its session and the grace after it. Safe for any thread.
 */
public final class ResumeTokens {
    private static final int TOKEN_BYTES = 24;

    private final SecureRandom random = new SecureRandom();
    private final ConcurrentHashMap<String, Ticket> byToken = new ConcurrentHashMap<>();

    /** @param displace closes the connection that the token was given to as lost; any thread may call it */
    Ticket issue(Principal principal, Runnable displace) {
        byte[] token = randomBytes(TOKEN_BYTES);
        Ticket ticket =
                new Ticket(token, principal.tenantId(), principal.keyName(), displace, new ConcurrentHashMap<>());
        byToken.put(HexFormat.of().formatHex(token), ticket);
        return ticket;
    }

    /** The ticket of a token, if the same key of the same tenant shows it. */
    @Nullable
    Ticket find(byte[] token, Principal principal) {
        Ticket ticket = token.length == 0 ? null : byToken.get(HexFormat.of().formatHex(token));
        boolean mine =
                ticket != null && ticket.tenantId == principal.tenantId() && ticket.keyName.equals(principal.keyName());
        return mine ? ticket : null;
    }

    void drop(Ticket ticket) {
        byToken.remove(HexFormat.of().formatHex(ticket.token));
    }

    byte[] randomBytes(int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }

    int size() {
        return byToken.size();
    }

    /** @param consumers what can be resumed, by the consumer id that the client was told */
    record Ticket(
            byte[] token,
            long tenantId,
            String keyName,
            Runnable displace,
            ConcurrentHashMap<Long, ConsumerRef> consumers) {}

    /** A consumer as the machine knows it: who made it, and where. */
    record ConsumerRef(long origin, long sender, QueueRef queue, Prefetch prefetch) {}
}
