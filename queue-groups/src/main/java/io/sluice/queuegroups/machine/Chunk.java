package io.sluice.queuegroups.machine;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.function.Consumer;

/**
 * Runs that are sealed: encoded once, never altered, shared between the state and its snapshots.
 *
 * @param data runs as {@link RunCodec#writeAll} writes them
 * @param minExpiryMs of all its runs; {@link Run#NEVER} if none expires
 */
record Chunk(
        byte[] data, int crc, int runs, long messages, long bytes, long minExpiryMs, long minIndex, long maxIndex) {

    static Chunk seal(Collection<Run> runs) {
        StateWriter out = new StateWriter();
        RunCodec.writeAll(runs, runs.size(), out);
        return of(out.toByteArray(), runs);
    }

    private static Chunk of(byte[] data, Collection<Run> runs) {
        long messages = 0;
        long bytes = 0;
        long minExpiryMs = Run.NEVER;
        long minIndex = Long.MAX_VALUE;
        long maxIndex = 0;
        for (Run run : runs) {
            messages += run.count();
            bytes += run.bytes();
            minExpiryMs = Math.min(minExpiryMs, run.expiryMs());
            minIndex = Math.min(minIndex, run.index());
            maxIndex = Math.max(maxIndex, run.index());
        }
        return new Chunk(data, StateWriter.crc(data), runs.size(), messages, bytes, minExpiryMs, minIndex, maxIndex);
    }

    void forEach(Consumer<Run> visitor) {
        RunCodec.readAll(new StateReader(ByteBuffer.wrap(data)), visitor);
    }

    Run first() {
        StateReader in = new StateReader(ByteBuffer.wrap(data));
        in.count();
        return new RunCodec().read(in);
    }

    void write(StateWriter out) {
        out.varint(data.length);
        out.shared(data, crc);
    }

    static Chunk read(StateReader in) {
        byte[] data = in.bytes(in.count());
        ArrayList<Run> runs = new ArrayList<>();
        RunCodec.readAll(new StateReader(ByteBuffer.wrap(data)), runs::add);
        return of(data, runs);
    }
}
