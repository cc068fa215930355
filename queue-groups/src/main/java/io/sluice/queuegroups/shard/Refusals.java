package io.sluice.queuegroups.shard;

import io.sluice.protocol.ErrorCode;
import io.sluice.queuegroups.api.Commands;
import io.sluice.queuegroups.api.ShardCommand;
import io.sluice.queuegroups.api.ShardEvent;
import java.nio.ByteBuffer;

/** What a shard answers to commands that it does not take as they are. */
final class Refusals {
    /** More than any consumer may have checked out. */
    private static final long MAX_RANGE = 1 << 24;

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

    /** Messages that a SETTLE acks, as its sender claims; a nonsensical range counts for nothing. */
    static long ackedCount(ShardCommand settle) {
        ByteBuffer head = settle.head();
        int at = head.position() + 16;
        long acked = 0;
        for (; at + 25 <= head.limit(); at += 25) {
            if (head.get(at) == Commands.Outcome.ACK.ordinal()) {
                long count = head.getLong(at + 17) - head.getLong(at + 9) + 1;
                acked += count > 0 && count <= MAX_RANGE ? count : 0;
            }
        }
        return acked;
    }

    /** The command was not logged, or nobody knows whether it was. */
    static ShardEvent failed(ShardCommand command, ErrorCode code, String message) {
        return new ShardEvent.Failed(command.sender(), command.type(), code, message);
    }
}
