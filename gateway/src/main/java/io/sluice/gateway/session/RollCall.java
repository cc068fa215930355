package io.sluice.gateway.session;

import io.sluice.queuegroups.api.ConsumerAsk;
import it.unimi.dsi.fastutil.objects.ObjectLinkedOpenHashSet;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Asks the shards whether this loop's consumers still exist: a shard that took the gateway for lost has given them up, and nothing else would tell those that
 * wait for their next message.
 *
 * <p>A few in turn, now and then, and all of a shard when contact to it was regained. <em>Confined to:</em> one event loop.
 */
final class RollCall {
    private static final int EVERY_SWEEPS = 40;
    private static final int MOST_AT_ONCE = 512;

    private final Asks asks;
    private final ObjectLinkedOpenHashSet<Member> members = new ObjectLinkedOpenHashSet<>();
    private int sweeps;

    /** The way to the shards. */
    interface Asks {
        void ask(int shard, List<ConsumerAsk> asks);
    }

    /** Someone who may be called. */
    interface Member {
        Route route();

        /** Null while there is nothing to ask. */
        @Nullable
        ConsumerAsk presence();
    }

    RollCall(Asks asks) {
        this.asks = asks;
    }

    void add(Member member) {
        members.add(member);
    }

    /** It is gone. Not left to its turn: that comes far later than a client that subscribes and leaves over and over makes others. */
    void remove(Member member) {
        members.remove(member);
    }

    int size() {
        return members.size();
    }

    /** @param shards number of shards */
    void sweep(int shards) {
        if (++sweeps < EVERY_SWEEPS) {
            return;
        }
        sweeps = 0;
        List<List<ConsumerAsk>> byShard = new ArrayList<>();
        for (int i = 0; i < shards; i++) {
            byShard.add(new ArrayList<>());
        }
        for (int left = Math.min(members.size(), MOST_AT_ONCE); left > 0; left--) {
            Member member = members.first();
            members.addAndMoveToLast(member);
            ConsumerAsk presence = member.presence();
            if (presence != null) {
                byShard.get(member.route().shard()).add(presence);
            }
        }
        for (int i = 0; i < shards; i++) {
            send(i, byShard.get(i));
        }
    }

    /** All members of the shard. */
    void callAll(int shard) {
        List<ConsumerAsk> batch = new ArrayList<>();
        for (Member member : members) {
            ConsumerAsk presence = member.route().shard() == shard ? member.presence() : null;
            if (presence != null) {
                batch.add(presence);
            }
            if (batch.size() == MOST_AT_ONCE) {
                send(shard, batch);
                batch = new ArrayList<>();
            }
        }
        send(shard, batch);
    }

    private void send(int shard, List<ConsumerAsk> batch) {
        if (!batch.isEmpty()) {
            asks.ask(shard, batch);
        }
    }
}
