package io.sluice.log.api;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Reads applied entries again, by index. Safe for any thread. */
public interface LogReader {
    /** The entry if it is still in the tail cache, else null. Never blocks. The view is read-only, position 0. */
    @Nullable
    ByteBuffer cached(long index);

    /**
     * The entry from the cache or the disk, its CRC32C checked. Blocks on disk: never call it on an event loop.
     *
     * @throws IOException when it cannot be read; {@link DamagedLogException} when what was read is not what was written
     * @throws IllegalArgumentException when no such entry is held
     */
    ByteBuffer read(long index) throws IOException;
}
