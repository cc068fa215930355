package io.sluice.log.raft;

import io.sluice.log.api.LogReader;
import io.sluice.log.segment.LogRecord;
import io.sluice.log.segment.SegmentStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** {@link LogReader} over a segment store. */
record StoreReader(SegmentStore store, Repairs repairs) implements LogReader {
    @Override
    public @Nullable ByteBuffer cached(long index) {
        LogRecord record = store.cached(index);
        return record == null ? null : view(record);
    }

    @Override
    public ByteBuffer read(long index) throws IOException {
        LogRecord record = repairs.entry(store, () -> store.read(index));
        if (record == null) {
            throw new IllegalArgumentException("entry " + index + " is not held");
        }
        return view(record);
    }

    private static ByteBuffer view(LogRecord record) {
        return record.body().slice().asReadOnlyBuffer();
    }
}
