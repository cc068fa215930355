package io.sluice.log.api;

import org.jspecify.annotations.Nullable;

/** The replicated logs of one node, over one RPC endpoint. Made by {@code LogNodes.start}. */
public interface LogNode extends AutoCloseable {
    /**
     * Opens a log, recovers it, joins its Raft group and returns once its state is restored and everything locally known to be
     * committed can be applied (it need not lead yet).
     *
     * @param name {@code control} or {@code shard-<n>}; also its folder
     * @throws java.io.IOException with a message that names file and offset for damage, or the cause for anything else
     */
    ReplicatedLog open(String name, LogStateMachine machine) throws java.io.IOException;

    /**
     * As {@link #open(String, LogStateMachine)}, where not every peer has a vote, or a replica at all.
     *
     * <p>A replica without a vote file and log waits here until it is certain that nobody has this log yet and all voters are there to form it. When the
     * log is there already and this node has lost its replica, it is refused unless {@link LogNodeOptions#replace}; a node that {@code members} does not
     * name as a voter joins without a vote.
     *
     * @param members of the group when it is formed; once it has a log, what stands there counts
     * @throws java.io.IOException also when this node's replica has lost its vote or log
     */
    default ReplicatedLog open(String name, LogMembers members, LogStateMachine machine) throws java.io.IOException {
        return open(name, machine);
    }

    /** The members of a log that is open here, or null. */
    default @Nullable LogMembership membership(String name) {
        return null;
    }

    /** Closes a log, if it is open here, and deletes what there is of it: others hold it now. */
    default void drop(String name) throws java.io.IOException {
        throw new UnsupportedOperationException("this node keeps its logs");
    }

    /** Where a node that {@link LogNodeOptions#peers} does not name, or names otherwise, is reached. */
    default void know(String node, String host, int raftPort) {}

    /** @param listener told, on any thread, when a log's leader says that this node is not among its members any more, and why */
    default void onRemoved(java.util.function.BiConsumer<String, String> listener) {}

    /** The port its RPC server is bound to. */
    int port();

    @Override
    void close();
}
