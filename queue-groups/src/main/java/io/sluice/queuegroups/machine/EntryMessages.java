package io.sluice.queuegroups.machine;

import it.unimi.dsi.fastutil.ints.IntArrayList;
import java.nio.ByteBuffer;

/**
 * Where the messages of one log entry are, by ordinal: the messages of all its commands that hold some ({@link MessageArea}), counted in order.
 *
 * <p>Immutable once made, safe for any thread; keeps the entry's buffer alive.
 */
public final class EntryMessages {
    private final ByteBuffer entry;
    private final int[] positions;
    /** Ordinals at which a new contiguous block starts, then the message count. */
    private final int[] blockStarts;

    private EntryMessages(ByteBuffer entry, int[] positions, int[] blockStarts) {
        this.entry = entry;
        this.positions = positions;
        this.blockStarts = blockStarts;
    }

    /** Scans the entry once. */
    public static EntryMessages of(ByteBuffer entry) {
        IntArrayList positions = new IntArrayList();
        IntArrayList blocks = new IntArrayList();
        CommandReader reader = new CommandReader(entry);
        while (reader.next()) {
            MessageArea area = MessageArea.of(reader);
            if (area.count() == 0) {
                continue;
            }
            blocks.add(positions.size());
            int at = area.position();
            for (int i = 0; i < area.count(); i++) {
                positions.add(at);
                at += 4 + entry.getInt(at);
            }
        }
        blocks.add(positions.size());
        return new EntryMessages(entry, positions.toIntArray(), blocks.toIntArray());
    }

    public int count() {
        return positions.length;
    }

    /** Position of the message in the entry's buffer. */
    public int position(int ordinal) {
        return positions[ordinal];
    }

    /**
     * The messages in wire form, one after the other: a read-only view of the entry where they are contiguous there (those of one command are), else a copy.
     *
     * @throws IndexOutOfBoundsException when the entry has no such messages: a bug, or another entry
     */
    public ByteBuffer slice(int firstOrdinal, int count) {
        int last = firstOrdinal + count - 1;
        int blockEnd = blockEnd(firstOrdinal);
        if (last < blockEnd) {
            return view(firstOrdinal, last);
        }
        int bytes = 0;
        for (int i = firstOrdinal; i <= last; i++) {
            bytes += 4 + entry.getInt(positions[i]);
        }
        ByteBuffer copy = ByteBuffer.allocate(bytes);
        for (int first = firstOrdinal; first <= last; first = blockEnd) {
            blockEnd = Math.min(blockEnd(first), last + 1);
            copy.put(view(first, blockEnd - 1));
        }
        return copy.flip().asReadOnlyBuffer();
    }

    private ByteBuffer view(int first, int last) {
        int start = positions[first];
        int end = positions[last] + 4 + entry.getInt(positions[last]);
        return entry.slice(start, end - start).asReadOnlyBuffer();
    }

    /** Ordinal after the last message of the contiguous block that holds {@code ordinal}. */
    private int blockEnd(int ordinal) {
        int low = 0;
        int high = blockStarts.length - 1;
        while (low + 1 < high) {
            int middle = (low + high) >>> 1;
            if (blockStarts[middle] <= ordinal) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return blockStarts[high];
    }
}
