package io.sluice.queuegroups.shard;

import io.sluice.log.api.LogReader;
import io.sluice.queuegroups.api.Commands;
import io.sluice.queuegroups.api.Commands.Move;
import io.sluice.queuegroups.api.ShardCommand;
import io.sluice.queuegroups.machine.EntryMessages;
import io.sluice.queuegroups.machine.LiveRun;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads live messages from the log and makes RELOCATE commands of them, each for one queue and of bounded size.
 *
 * <p>Use once, on one thread that may block.
 */
final class RelocationReader {
    private final LogReader reader;
    private final int maxCommandBytes;
    private final List<ShardCommand> commands = new ArrayList<>();
    private final List<Move> moves = new ArrayList<>();
    private final List<ByteBuffer> bodies = new ArrayList<>();
    private @Nullable LiveRun queueOf;
    private int bytes;
    private long entryIndex = -1;
    private @Nullable EntryMessages entry;

    RelocationReader(LogReader reader, int maxCommandBytes) {
        this.reader = reader;
        this.maxCommandBytes = maxCommandBytes;
    }

    /** @param runs per queue sorted by index and ordinal, as {@code ShardMachine.liveRuns} answers them */
    List<ShardCommand> read(List<LiveRun> runs) throws IOException {
        for (LiveRun run : runs) {
            EntryMessages messages = entry(run.index());
            if (messages != null) {
                add(run, messages.slice(run.firstOrdinal(), run.count()));
            }
        }
        finishCommand();
        return commands;
    }

    private void add(LiveRun run, ByteBuffer messages) {
        LiveRun before = queueOf;
        boolean sameQueue = before != null && before.queueId() == run.queueId() && before.groupId() == run.groupId();
        if (!sameQueue || bytes + messages.remaining() > maxCommandBytes) {
            finishCommand();
        }
        queueOf = run;
        moves.add(new Move(run.index(), run.firstOrdinal(), run.count()));
        bodies.add(messages);
        bytes += messages.remaining();
    }

    private void finishCommand() {
        LiveRun queue = queueOf;
        if (queue == null || moves.isEmpty()) {
            return;
        }
        ByteBuffer messages = ByteBuffer.allocate(bytes);
        bodies.forEach(messages::put);
        commands.add(Commands.relocate(
                queue.tenantId(), queue.groupId(), queue.queueId(), List.copyOf(moves), messages.flip()));
        moves.clear();
        bodies.clear();
        bytes = 0;
    }

    /** The entry; null where it was released since the machine was asked. */
    private @Nullable EntryMessages entry(long index) throws IOException {
        if (index != entryIndex) {
            entryIndex = index;
            try {
                entry = EntryMessages.of(reader.read(index));
            } catch (IllegalArgumentException released) {
                entry = null;
            }
        }
        return entry;
    }
}
