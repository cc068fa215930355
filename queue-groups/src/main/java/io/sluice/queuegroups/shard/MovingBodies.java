package io.sluice.queuegroups.shard;

import io.sluice.log.api.LogReader;
import io.sluice.queuegroups.machine.EntryMessages;
import io.sluice.queuegroups.machine.LiveRun;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Reads messages of a held group from the log that it leaves. One thread at a time, which may block. */
final class MovingBodies {
    private final LogReader reader;
    private long entryIndex = -1;
    private EntryMessages entry = EntryMessages.of(ByteBuffer.allocate(0));

    MovingBodies(LogReader reader) {
        this.reader = reader;
    }

    /** The messages in wire form, in this order. */
    ByteBuffer read(List<LiveRun> runs) throws IOException {
        List<ByteBuffer> parts = new ArrayList<>(runs.size());
        int bytes = 0;
        for (LiveRun run : runs) {
            if (run.index() != entryIndex) {
                entry = EntryMessages.of(reader.read(run.index()));
                entryIndex = run.index();
            }
            ByteBuffer part = entry.slice(run.firstOrdinal(), run.count());
            parts.add(part);
            bytes += part.remaining();
        }
        ByteBuffer all = ByteBuffer.allocate(bytes);
        parts.forEach(all::put);
        return all.flip();
    }
}
