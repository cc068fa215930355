package io.sluice.queuegroups.machine;

import io.sluice.protocol.ErrorCode;
import io.sluice.queuegroups.api.CommandType;
import org.jspecify.annotations.Nullable;

/** What the sender of a command that changed nothing is told. */
final class RefusedCommand {
    private RefusedCommand() {}

    /** A publish has the outcome for its sequences, if these can be read. */
    static Effect effect(CommandReader command, ErrorCode code, String message) {
        Effect effect = new Effect.Failed(command.sender(), command.type(), code, message);
        if (command.type() == CommandType.PUBLISH || command.type() == CommandType.SKIP_SEQUENCES) {
            Effect rejected = rejected(command, code, message);
            effect = rejected == null ? effect : rejected;
        }
        return effect;
    }

    private static @Nullable Effect rejected(CommandReader command, ErrorCode code, String message) {
        command.rewind();
        if (command.remaining() < 20) {
            return null;
        }
        command.i32();
        long first = command.i64();
        long last = command.type() == CommandType.PUBLISH ? first + command.i32() - 1 : command.i64();
        return last < first ? null : new Effect.Rejected(command.sender(), first, last, code, message);
    }
}
