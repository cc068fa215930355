package io.sluice.queuegroups.shard;

import io.sluice.protocol.ErrorCode;
import io.sluice.queuegroups.api.Commands;
import io.sluice.queuegroups.api.ShardCommand;
import io.sluice.queuegroups.api.ShardEvent;
import java.nio.ByteBuffer;

/** What a shard answers to commands that it does not take as they are. */
final class Refusals {
    private Refusals() {}

    /** Uses up the sequences of a PUBLISH that is refused, through the log, so that the producer's numbering goes on behind it. */
    static ShardCommand skip(ShardCommand publish, ErrorCode code, String message) {
        ByteBuffer head = publish.head();
        int at = head.position();
        long first = head.getLong(at + 4);
        return Commands.skipSequences(
                publish.tenantId(),
                publish.groupId(),
                publish.origin(),
                publish.sender(),
                head.getInt(at),
                first,
                first + head.getInt(at + 12) - 1,
                code,
                message);
    }

    /** Messages of a PUBLISH. */
    static int messageCount(ShardCommand publish) {
        return publish.head().getInt(publish.head().position() + 12);
    }

    /** The command was not logged, or nobody knows whether it was. */
    static ShardEvent failed(ShardCommand command, ErrorCode code, String message) {
        return new ShardEvent.Failed(command.sender(), command.type(), code, message);
    }
}
