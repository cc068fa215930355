package io.sluice.queuegroups.machine;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * A consistent picture of a shard at one log index: small mutable state, copied, and references to immutable chunks.
 *
 * <p>Immutable; safe for any thread, so it is written while the machine goes on. Form: magic and format version, the state, CRC32C of all before it (u32).
 */
public final class Snapshot {
    private final long index;
    private final List<byte[]> parts;

    Snapshot(long index, List<byte[]> parts) {
        this.index = index;
        this.parts = List.copyOf(parts);
    }

    /** Log index up to which everything is in it. */
    public long index() {
        return index;
    }

    /** Bytes of all {@link #parts()}. */
    public long sizeBytes() {
        long bytes = 4;
        for (byte[] part : parts) {
            bytes += part.length;
        }
        return bytes;
    }

    /** The snapshot as buffers to be written one after the other; the last is the checksum. Costs a pass over all bytes. */
    public List<ByteBuffer> parts() {
        CRC32C crc = new CRC32C();
        List<ByteBuffer> buffers = new ArrayList<>(parts.size() + 1);
        for (byte[] part : parts) {
            crc.update(part);
            buffers.add(ByteBuffer.wrap(part).asReadOnlyBuffer());
        }
        buffers.add(ByteBuffer.allocate(4).putInt((int) crc.getValue()).flip().asReadOnlyBuffer());
        return buffers;
    }
}
