package io.sluice.queuegroups.machine;

import io.sluice.protocol.ErrorCode;
import java.util.ArrayDeque;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one named producer: how far its sequences have an outcome, which of them were rejected, who owns it.
 *
 * <p><em>Invariants:</em> rejected ranges are ascending, apart, and lie in {@code (outcomeFloor, lastSequence]}.
 */
final class Producer {
    private final String name;
    private final ArrayDeque<Range> rejected = new ArrayDeque<>(2);
    private int epoch;
    private long lastSequence;
    /** Outcomes up to here are no longer known one by one. */
    private long outcomeFloor;

    private long lastUsedMs;
    private @Nullable ClientKey owner;
    private @Nullable ClientKey fenced;

    /** Sequences rejected for one reason. */
    record Range(long first, long last, ErrorCode code) {}

    Producer(String name) {
        this.name = name;
    }

    String name() {
        return name;
    }

    int epoch() {
        return epoch;
    }

    long lastSequence() {
        return lastSequence;
    }

    long outcomeFloor() {
        return outcomeFloor;
    }

    long lastUsedMs() {
        return lastUsedMs;
    }

    @Nullable
    ClientKey owner() {
        return owner;
    }

    /** The owner before this one, so that it can be told that it was fenced. */
    @Nullable
    ClientKey fenced() {
        return fenced;
    }

    void open(ClientKey newOwner, int newEpoch, long nowMs) {
        fenced = newOwner.equals(owner) ? null : owner;
        owner = newOwner;
        epoch = newEpoch;
        lastUsedMs = nowMs;
    }

    void disown(long nowMs) {
        owner = null;
        fenced = null;
        lastUsedMs = nowMs;
    }

    void forgetFenced() {
        fenced = null;
    }

    void used(long sequence, long nowMs) {
        lastSequence = sequence;
        lastUsedMs = nowMs;
    }

    /** Sequences follow all earlier ones. @param maxRanges more are forgotten, the oldest first */
    void reject(long first, long last, ErrorCode code, int maxRanges) {
        Range newest = rejected.peekLast();
        if (newest != null && newest.last() == first - 1 && newest.code() == code) {
            rejected.pollLast();
            rejected.addLast(new Range(newest.first(), last, code));
        } else {
            rejected.addLast(new Range(first, last, code));
        }
        if (rejected.size() > maxRanges) {
            outcomeFloor = rejected.removeFirst().last();
        }
    }

    Iterable<Range> rejected() {
        return rejected;
    }

    void verify() {
        long last = outcomeFloor;
        for (Iterator<Range> ranges = rejected.iterator(); ranges.hasNext(); ) {
            Range range = ranges.next();
            Check.that(range.first() > last && range.last() >= range.first(), "rejected ranges overlap");
            last = range.last();
        }
        Check.that(last <= lastSequence, "a rejected sequence lies above the last one");
    }

    void write(StateWriter out) {
        out.string(name);
        out.i32(epoch);
        out.varint(lastSequence);
        out.varint(outcomeFloor);
        out.i64(lastUsedMs);
        writeKey(owner, out);
        writeKey(fenced, out);
        out.varint(rejected.size());
        for (Range range : rejected) {
            out.varint(range.first());
            out.varint(range.last());
            out.u8(range.code().wire());
        }
    }

    private static void writeKey(@Nullable ClientKey key, StateWriter out) {
        out.bool(key != null);
        if (key != null) {
            key.write(out);
        }
    }

    static Producer read(StateReader in) {
        Producer producer = new Producer(in.string());
        producer.epoch = in.i32();
        producer.lastSequence = in.varint();
        producer.outcomeFloor = in.varint();
        producer.lastUsedMs = in.i64();
        producer.owner = in.bool() ? ClientKey.read(in) : null;
        producer.fenced = in.bool() ? ClientKey.read(in) : null;
        for (int left = in.count(); left > 0; left--) {
            producer.rejected.addLast(new Range(in.varint(), in.varint(), ErrorCode.ofWire(in.u8())));
        }
        return producer;
    }
}
