package io.sluice.queuegroups.machine;

import java.util.function.Consumer;

/**
 * Runs as bytes, each relative to the one before it: four to six bytes for a run of one message in a queue that is published to steadily.
 *
 * <p>Form: u8 saying which fields differ from what the previous run lets expect, then those fields. One instance per sequence of runs.
 */
final class RunCodec {
    private static final int POSITION = 1;
    private static final int INDEX = 2;
    private static final int ORDINAL = 4;
    private static final int COUNT = 8;
    private static final int EXPIRY = 16;
    private static final int PUBLISHED = 32;
    private static final int KEY = 64;
    private static final int MOVED = 128;

    private Run previous = new Run(0, 0, 0, 0, 0, Run.NEVER, 0, 0, false);

    void write(Run run, StateWriter out) {
        int ordinal = expectedOrdinal(run.index());
        int fields = (run.position() != previous.endPosition() ? POSITION : 0)
                | (run.index() != previous.index() ? INDEX : 0)
                | (run.ordinal() != ordinal ? ORDINAL : 0)
                | (run.count() != 1 ? COUNT : 0)
                | (run.expiryMs() != Run.NEVER ? EXPIRY : 0)
                | (run.publishedMs() != previous.publishedMs() ? PUBLISHED : 0)
                | (run.key() != 0 ? KEY : 0)
                | (run.moved() ? MOVED : 0);
        out.u8(fields);
        out.zigzag(run.bytes() - previous.bytes());
        if ((fields & POSITION) != 0) {
            out.zigzag(run.position() - previous.endPosition());
        }
        if ((fields & INDEX) != 0) {
            out.zigzag(run.index() - previous.index());
        }
        if ((fields & ORDINAL) != 0) {
            out.varint(run.ordinal());
        }
        if ((fields & COUNT) != 0) {
            out.varint(run.count());
        }
        if ((fields & EXPIRY) != 0) {
            out.zigzag(run.expiryMs() - run.publishedMs());
        }
        if ((fields & PUBLISHED) != 0) {
            out.zigzag(run.publishedMs() - previous.publishedMs());
        }
        if ((fields & KEY) != 0) {
            out.i32(run.key());
        }
        previous = run;
    }

    Run read(StateReader in) {
        int fields = in.u8();
        long bytes = previous.bytes() + in.zigzag();
        long position = previous.endPosition() + ((fields & POSITION) != 0 ? in.zigzag() : 0);
        long index = previous.index() + ((fields & INDEX) != 0 ? in.zigzag() : 0);
        int ordinal = (fields & ORDINAL) != 0 ? (int) in.varint() : expectedOrdinal(index);
        int count = (fields & COUNT) != 0 ? (int) in.varint() : 1;
        long life = (fields & EXPIRY) != 0 ? in.zigzag() : 0;
        long published = previous.publishedMs() + ((fields & PUBLISHED) != 0 ? in.zigzag() : 0);
        int key = (fields & KEY) != 0 ? in.i32() : 0;
        long expiry = (fields & EXPIRY) != 0 ? published + life : Run.NEVER;
        previous = new Run(position, index, ordinal, count, bytes, expiry, published, key, (fields & MOVED) != 0);
        return previous;
    }

    private int expectedOrdinal(long index) {
        return index == previous.index() ? previous.ordinal() + previous.count() : 0;
    }

    static void writeAll(Iterable<Run> runs, int count, StateWriter out) {
        out.varint(count);
        RunCodec codec = new RunCodec();
        for (Run run : runs) {
            codec.write(run, out);
        }
    }

    static void readAll(StateReader in, Consumer<Run> into) {
        RunCodec codec = new RunCodec();
        for (int left = in.count(); left > 0; left--) {
            into.accept(codec.read(in));
        }
    }
}
