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
    private static final int MAGIC = 0x534C5348;
    private static final int FORMAT = 1;
    private static final int CRC_BYTES = 4;

    private final long index;
    private final List<byte[]> parts;

    Snapshot(long index, List<byte[]> parts) {
        this.index = index;
        this.parts = List.copyOf(parts);
    }

    static void begin(StateWriter out) {
        out.i32(MAGIC);
        out.i32(FORMAT);
    }

    /** The state within a snapshot, its checksum and format checked. */
    static StateReader open(ByteBuffer snapshot) {
        ByteBuffer all = snapshot.slice();
        int stateEnd = all.remaining() - CRC_BYTES;
        if (stateEnd < 8) {
            throw new IllegalArgumentException("damaged snapshot: only " + all.remaining() + " bytes");
        }
        CRC32C crc = new CRC32C();
        crc.update(all.slice(0, stateEnd));
        if ((int) crc.getValue() != all.getInt(stateEnd)) {
            throw new IllegalArgumentException("damaged snapshot: the checksum is wrong");
        }
        if (all.getInt() != MAGIC || all.getInt() != FORMAT) {
            throw new IllegalArgumentException("not a snapshot of format " + FORMAT);
        }
        return new StateReader(all.limit(stateEnd));
    }

    /** Log index up to which everything is in it. */
    public long index() {
        return index;
    }

    /** Bytes of all {@link #parts()}. */
    public long sizeBytes() {
        long bytes = CRC_BYTES;
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
        buffers.add(ByteBuffer.allocate(CRC_BYTES)
                .putInt((int) crc.getValue())
                .flip()
                .asReadOnlyBuffer());
        return buffers;
    }
}
