package io.sluice.gateway.simulation;

import io.sluice.log.api.LogReader;
import java.nio.ByteBuffer;
import java.util.function.LongFunction;

/** Entries by index, all of them in memory. */
record EntryReader(LongFunction<byte[]> entries) implements LogReader {
    @Override
    public ByteBuffer cached(long index) {
        return read(index);
    }

    @Override
    public ByteBuffer read(long index) {
        return ByteBuffer.wrap(entries.apply(index)).asReadOnlyBuffer();
    }
}
