package io.sluice.gateway.session;

import io.sluice.queuegroups.api.Commands.Outcome;
import io.sluice.queuegroups.api.Commands.Settlement;
import io.sluice.queuegroups.api.ShardCommand;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * Gathers what a consumer says about its messages into one SETTLE a turn, numbered 1, 2, 3 … per epoch, and keeps each until the shard has applied it.
 *
 * <p>Terms: a <em>frame</em> is one ACK or NACK of the client, counted per handle; a SETTLE covers a number of them. With {@link #MAX_IN_FLIGHT} commands under
 * way settlements gather on, so that what is kept stays bounded by what is checked out. <em>Confined to:</em> one event loop.
 */
final class SettleBatcher {
    private static final int MAX_IN_FLIGHT = 8;

    /** Where commands go, and what names the consumer in them. */
    interface Target {
        ShardCommand command(int epoch, long settleSequence, List<Settlement> settlements);

        void send(ShardCommand command);
    }

    private record Pending(long settleSequence, long frames, ShardCommand command) {}

    private final Target target;
    private final int epoch;
    private final ArrayDeque<Pending> pending = new ArrayDeque<>();
    private List<Settlement> gathered = new ArrayList<>();
    private long settleSequence;
    private long frames;
    private long appliedFrames;

    SettleBatcher(Target target, int epoch) {
        this.target = target;
        this.epoch = epoch;
    }

    int epoch() {
        return epoch;
    }

    /** Settlements that wait for a command. */
    int gatheredCount() {
        return gathered.size();
    }

    /** Number of the last frame of the client that is applied. */
    long appliedFrames() {
        return appliedFrames;
    }

    boolean isIdle() {
        return gathered.isEmpty() && pending.isEmpty();
    }

    /** Whether a command has no answer yet. */
    boolean waits() {
        return !pending.isEmpty();
    }

    /** Counts one ACK or NACK frame; call it after its ranges were added. */
    void frameDone() {
        frames++;
    }

    void add(Outcome outcome, long delayMs, long firstTag, long lastTag) {
        int lastIndex = gathered.size() - 1;
        if (lastIndex >= 0) {
            Settlement before = gathered.get(lastIndex);
            if (before.outcome() == outcome && before.delayMs() == delayMs && before.lastTag() + 1 == firstTag) {
                gathered.set(lastIndex, new Settlement(outcome, delayMs, before.firstTag(), lastTag));
                return;
            }
        }
        gathered.add(new Settlement(outcome, delayMs, firstTag, lastTag));
    }

    /** Sends what gathered, unless enough is under way. */
    void flush() {
        if (pending.size() < MAX_IN_FLIGHT) {
            flushAll();
        }
    }

    /** Sends what gathered in any case: the consumer leaves. */
    void flushAll() {
        if (!gathered.isEmpty()) {
            List<Settlement> batch = gathered;
            gathered = new ArrayList<>();
            ShardCommand command = target.command(epoch, ++settleSequence, batch);
            pending.addLast(new Pending(settleSequence, frames, command));
            target.send(command);
        }
    }

    /** The shard has applied commands up to this one; answers whether that was news. */
    boolean settled(long appliedSequence) {
        boolean news = false;
        for (Pending head = pending.peekFirst();
                head != null && head.settleSequence <= appliedSequence;
                head = pending.peekFirst()) {
            appliedFrames = head.frames;
            pending.removeFirst();
            news = true;
        }
        return news;
    }

    /** Sends again what is not known to be applied; the machine ignores what it has. */
    void resend() {
        pending.forEach(each -> target.send(each.command));
    }
}
