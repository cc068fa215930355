package io.sluice.queuegroups.shard;

import io.sluice.log.api.LogReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** The reader of a log that is being opened: its machine has to exist first. Safe for any thread. */
final class LateReader implements LogReader {
    private volatile @Nullable LogReader reader;

    void opened(LogReader opened) {
        reader = opened;
    }

    @Override
    public @Nullable ByteBuffer cached(long index) {
        return reader().cached(index);
    }

    @Override
    public ByteBuffer read(long index) throws IOException {
        return reader().read(index);
    }

    private LogReader reader() {
        LogReader here = reader;
        if (here == null) {
            throw new IllegalStateException("the log is not open yet");
        }
        return here;
    }
}
