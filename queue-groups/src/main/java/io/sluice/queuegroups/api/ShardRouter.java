package io.sluice.queuegroups.api;

import io.vertx.core.Future;
import java.util.List;
import java.util.function.Consumer;

/** The way from this node's gateway loops, and its tenant manager, to the shards, wherever they lead. */
public interface ShardRouter {
    /**
     * Opens the port of one gateway loop; call it on that loop's context. Events arrive on that context, batched.
     *
     * @param loop 0-based index of the loop on this node
     */
    ShardPort open(int loop, Consumer<List<ShardEvent>> events);

    /** Sends a definition command and completes when the shard has applied it; any thread. Retries while the shard has no leader, up to 10 s. */
    Future<Void> define(int shard, ShardCommand command);

    /** As {@link #define}, but once: fails at once where the shard does not take it now. */
    Future<Void> tell(int shard, ShardCommand command);

    /** Has the shard that a group is in move it away, or go on with that; answers within seconds how far it is. Retries as {@link #define}. */
    Future<MoveProgress> move(int shard, MoveOrder order);

    /** How far a move is, as the shard sees it; asks once. */
    Future<MoveStatus> moveStatus(int shard, long groupId, long moveId);

    /** Figures of one queue as its shard's leader has them now. */
    Future<QueueStats> stats(int shard, long groupId, long queueId);

    /** One gateway loop's connection to all shards. Confined to the loop's context. */
    interface ShardPort {
        Origin origin();

        /** Queues a command; what gathered is sent at the end of the loop's turn. */
        void send(int shard, ShardCommand command);

        /** Number of shards; they are {@code 0..shards-1}. */
        int shards();

        /** Asks the shard's leader about consumers of this loop, outside of the log; the question may be lost. */
        void ask(int shard, List<ConsumerAsk> asks);

        /** Bytes of PUBLISH commands of this tenant that this loop has sent to the shard and that have no outcome yet. */
        long unresolvedBytes(int shard, long tenantId);
    }
}
