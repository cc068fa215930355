package io.sluice.queuegroups.machine;

import io.sluice.protocol.GroupForm;
import io.sluice.queuegroups.api.CommandType;
import io.sluice.queuegroups.api.ShardCommand;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Walks over the commands of one log entry without copying; a view that is set on the next command again and again.
 *
 * <p><em>Invariants:</em> never reads outside the entry, nor a payload outside its command. <em>Confined to:</em> one thread.
 */
public final class CommandReader {
    private final ByteBuffer entry;
    private final boolean known;
    private final int end;
    private int nextCommand;
    private int remainingCommands;
    private boolean damaged;
    private boolean unknownType;

    private CommandType type = CommandType.TICK;
    private int commandStart;
    private int position;
    private int payloadEnd;

    /** @param entry read by absolute positions only; never moved */
    public CommandReader(ByteBuffer entry) {
        this.entry = entry;
        int start = entry.position();
        this.end = entry.limit();
        this.known = end - start >= ShardEntry.HEADER_BYTES
                && entry.get(start) == ShardEntry.VERSION
                && entry.get(start + 1) == ShardEntry.KIND_COMMANDS;
        this.damaged = !known;
        this.remainingCommands = known ? entry.getInt(start + 10) : 0;
        this.nextCommand = start + ShardEntry.HEADER_BYTES;
    }

    /** The leader's time in ms; 0 where the entry has no header this release knows. */
    public long timeMs() {
        return known ? entry.getLong(entry.position() + 2) : 0;
    }

    /** Moves to the next command; false at the end, or where the rest cannot be read ({@link #damaged()}). */
    public boolean next() {
        if (remainingCommands <= 0 || damaged) {
            return false;
        }
        if (end - nextCommand < ShardCommand.HEADER_BYTES) {
            damaged = true;
            return false;
        }
        int length = entry.getInt(nextCommand);
        if (length < ShardCommand.HEADER_BYTES - 4 || length > end - nextCommand - 4) {
            damaged = true;
            return false;
        }
        commandStart = nextCommand;
        nextCommand += 4 + length;
        remainingCommands--;
        position = commandStart + ShardCommand.HEADER_BYTES;
        payloadEnd = nextCommand;
        return readType();
    }

    private boolean readType() {
        int wire = entry.get(commandStart + 4) & 0xFF;
        for (CommandType candidate : TYPES) {
            if (candidate.wire() == wire && entry.get(commandStart + 5) == ShardCommand.VERSION) {
                type = candidate;
                return true;
            }
        }
        unknownType = true;
        damaged = true;
        return false;
    }

    private static final CommandType[] TYPES = CommandType.values();

    /** What a newer release wrote into an entry, as a message; null where it can be read to its end or is garbage, which a log's checksums rule out. */
    public static @Nullable String newerIn(ByteBuffer entry) {
        CommandReader reader = new CommandReader(entry);
        boolean more = reader.next();
        while (more) {
            more = reader.next();
        }
        return reader.newer();
    }

    private @Nullable String newer() {
        int start = entry.position();
        if (!damaged || end - start < ShardEntry.HEADER_BYTES) {
            return null;
        }
        if (!known) {
            return "entry version " + entry.get(start) + ", kind " + entry.get(start + 1)
                    + "; this release reads version " + ShardEntry.VERSION + ", kind " + ShardEntry.KIND_COMMANDS;
        }
        return !unknownType
                ? null
                : "command type " + (entry.get(commandStart + 4) & 0xFF) + ", version " + entry.get(commandStart + 5)
                        + "; this release does not know it, or reads version " + ShardCommand.VERSION;
    }

    /** Whether reading stopped at something that is no command of this release. */
    public boolean damaged() {
        return damaged;
    }

    public CommandType type() {
        return type;
    }

    public int flags() {
        return entry.getShort(commandStart + 6) & 0xFFFF;
    }

    public long tenantId() {
        return entry.getLong(commandStart + 8);
    }

    public long groupId() {
        return entry.getLong(commandStart + 16);
    }

    public long origin() {
        return entry.getLong(commandStart + 24);
    }

    public long sender() {
        return entry.getLong(commandStart + 32);
    }

    ByteBuffer entry() {
        return entry;
    }

    /** Where the next payload field starts. */
    int position() {
        return position;
    }

    int payloadEnd() {
        return payloadEnd;
    }

    int remaining() {
        return payloadEnd - position;
    }

    GroupForm form() {
        int wire = u8();
        try {
            return GroupForm.ofWire(wire);
        } catch (IllegalArgumentException e) {
            throw new MalformedCommandException("unknown form " + wire);
        }
    }

    /** Sets the payload back to its first field. */
    void rewind() {
        position = commandStart + ShardCommand.HEADER_BYTES;
    }

    int u8() {
        return entry.get(advance(1)) & 0xFF;
    }

    int u16() {
        return entry.getShort(advance(2)) & 0xFFFF;
    }

    int i32() {
        return entry.getInt(advance(4));
    }

    long i64() {
        return entry.getLong(advance(8));
    }

    String string() {
        byte[] bytes = new byte[u16()];
        int at = advance(bytes.length);
        entry.get(at, bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** All that is left of the payload. */
    byte[] rest() {
        byte[] bytes = new byte[remaining()];
        entry.get(advance(bytes.length), bytes);
        return bytes;
    }

    /** The payload must end here. */
    void end() {
        if (position != payloadEnd) {
            throw new MalformedCommandException(remaining() + " bytes too many in " + type);
        }
    }

    private int advance(int bytes) {
        if (bytes > payloadEnd - position) {
            throw new MalformedCommandException("payload of " + type + " ends early");
        }
        int at = position;
        position += bytes;
        return at;
    }
}
