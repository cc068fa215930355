package io.sluice.gateway.session;

import io.sluice.queuegroups.api.ShardEvent;
import it.unimi.dsi.fastutil.longs.Long2ObjectOpenHashMap;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Numbers the producers and consumers of one event loop and brings them what the shards say. A number is never used again in this boot.
 *
 * <p><em>Confined to:</em> one event loop.
 */
final class Senders {
    private static final Logger LOG = LoggerFactory.getLogger(Senders.class);

    private final Long2ObjectOpenHashMap<Consumer<ShardEvent>> byNumber = new Long2ObjectOpenHashMap<>();
    private final LongSupplier secretNumbers;
    private long last;

    /** @param secretNumbers random ones, positive and large, so that none comes twice in a boot */
    Senders(LongSupplier secretNumbers) {
        this.secretNumbers = secretNumbers;
    }

    long add(Consumer<ShardEvent> sender) {
        byNumber.put(++last, sender);
        return last;
    }

    /** Under a number that nobody can guess. */
    long addSecretly(Consumer<ShardEvent> sender) {
        long number = secretNumbers.getAsLong();
        while (byNumber.containsKey(number)) {
            number = secretNumbers.getAsLong();
        }
        byNumber.put(number, sender);
        return number;
    }

    /** Someone else takes what the number is told from now on. */
    void replace(long number, Consumer<ShardEvent> sender) {
        byNumber.put(number, sender);
    }

    void remove(long sender) {
        byNumber.remove(sender);
    }

    boolean has(long sender) {
        return byNumber.containsKey(sender);
    }

    int size() {
        return byNumber.size();
    }

    /** Events for a sender that is gone are dropped. */
    void dispatch(List<ShardEvent> events) {
        for (ShardEvent event : events) {
            Consumer<ShardEvent> sender = byNumber.get(event.sender());
            if (sender != null) {
                dispatchOne(sender, event);
            }
        }
    }

    /** A bug in the service of one connection must not reach the others. */
    private static void dispatchOne(Consumer<ShardEvent> sender, ShardEvent event) {
        try {
            sender.accept(event);
        } catch (RuntimeException e) {
            LOG.error(
                    "an event of type {} could not be worked off",
                    event.getClass().getSimpleName(),
                    e);
        }
    }
}
