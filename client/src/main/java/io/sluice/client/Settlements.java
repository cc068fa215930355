package io.sluice.client;

import io.sluice.protocol.frame.Ack;
import io.sluice.protocol.frame.Frame;
import io.sluice.protocol.frame.Nack;
import io.sluice.protocol.frame.Ranges;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * What a consumer's application decided about its tags: gathered into ranges, framed once a turn, and kept until the server reports it applied, because a frame
 * may be lost with its connection.
 *
 * <p>A server that reports nothing is trusted after {@link #MAX_KEPT} frames. Safe for any thread.
 */
final class Settlements {
    static final int MAX_KEPT = 4_096;

    private final TagRanges acks = new TagRanges();
    private final List<NackGroup> nacks = new ArrayList<>();
    private final Deque<Decision> kept = new ArrayDeque<>();
    private long keptFrom = 1;
    private long generation;

    /** Tags given back in one way. */
    private record NackGroup(boolean discard, long delayMs, TagRanges tags) {}

    /** A frame without the handle it goes out under. */
    private record Decision(boolean ack, boolean discard, long delayMs, Ranges tags) {
        Frame frame(int handle) {
            return ack ? new Ack(handle, tags) : new Nack(handle, discard, delayMs, tags);
        }
    }

    /** Answers whether this is the first since the last {@link #drain}; of no effect for deliveries of an older generation. */
    synchronized boolean ack(long ofGeneration, long firstTag, long lastTag) {
        if (ofGeneration != generation) {
            return false;
        }
        boolean first = acks.isEmpty() && nacks.isEmpty();
        acks.add(firstTag, lastTag);
        return first;
    }

    /** As {@link #ack}. */
    synchronized boolean nack(long ofGeneration, long tag, boolean discard, long delayMs) {
        if (ofGeneration != generation) {
            return false;
        }
        boolean first = acks.isEmpty() && nacks.isEmpty();
        NackGroup last = nacks.isEmpty() ? null : nacks.get(nacks.size() - 1);
        if (last == null || last.discard() != discard || last.delayMs() != delayMs) {
            last = new NackGroup(discard, delayMs, new TagRanges());
            nacks.add(last);
        }
        last.tags().add(tag, tag);
        return first;
    }

    /** Frames for all that gathered. */
    synchronized List<Frame> drain(int handle) {
        List<Frame> frames = new ArrayList<>();
        for (Ranges tags : acks.drain()) {
            frames.add(keep(new Decision(true, false, 0, tags)).frame(handle));
        }
        for (NackGroup group : nacks) {
            for (Ranges tags : group.tags().drain()) {
                frames.add(keep(new Decision(false, group.discard(), group.delayMs(), tags))
                        .frame(handle));
            }
        }
        nacks.clear();
        return frames;
    }

    private Decision keep(Decision decision) {
        kept.add(decision);
        if (kept.size() > MAX_KEPT) {
            kept.remove();
            keptFrom++;
        }
        return decision;
    }

    /** Frames up to this number of the current handle are applied. */
    synchronized void settled(long frames) {
        while (keptFrom <= frames && !kept.isEmpty()) {
            kept.remove();
            keptFrom++;
        }
    }

    /** The consumer was taken over under a new handle: what is not known to be applied goes out again, numbered from 1. */
    synchronized List<Frame> resumed(int handle) {
        keptFrom = 1;
        return kept.stream().map(decision -> decision.frame(handle)).toList();
    }

    /** The consumer was made anew: tags of before mean nothing any more. */
    synchronized long restarted() {
        acks.clear();
        nacks.clear();
        kept.clear();
        keptFrom = 1;
        return ++generation;
    }
}
