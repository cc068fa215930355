package io.sluice.queuegroups.machine;

import io.sluice.queuegroups.api.ShardCommand;
import java.nio.ByteBuffer;

/**
 * Packs commands into one log entry of bounded size.
 *
 * <p>Use once: add, then finish. <em>Confined to:</em> one thread.
 */
public final class ShardEntryWriter {
    private final ByteBuffer target;
    private final int startPosition;
    private int commandCount;

    /** @param target the entry is written from its position on; its limit bounds the entry. At least {@link ShardEntry#HEADER_BYTES} must remain */
    public ShardEntryWriter(ByteBuffer target) {
        this.target = target;
        this.startPosition = target.position();
        target.position(startPosition + ShardEntry.HEADER_BYTES);
    }

    /** Adds the command, or returns false and changes nothing where it does not fit. */
    public boolean tryAdd(ShardCommand command) {
        if (command.sizeBytes() > target.remaining()) {
            return false;
        }
        command.writeTo(target);
        commandCount++;
        return true;
    }

    public int commandCount() {
        return commandCount;
    }

    /** Bytes of the entry so far, its header included. */
    public int sizeBytes() {
        return target.position() - startPosition;
    }

    /**
     * Completes the entry.
     *
     * @param timeMs the leader's clock; the machine never lets it go back
     * @return the entry as a slice of the target, position 0, ready for the log
     */
    public ByteBuffer finish(long timeMs) {
        target.put(startPosition, (byte) ShardEntry.VERSION);
        target.put(startPosition + 1, (byte) ShardEntry.KIND_COMMANDS);
        target.putLong(startPosition + 2, timeMs);
        target.putInt(startPosition + 10, commandCount);
        return target.slice(startPosition, sizeBytes());
    }
}
