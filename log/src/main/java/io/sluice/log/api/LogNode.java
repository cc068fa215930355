package io.sluice.log.api;

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
     * @param members of the group when it is formed; once it has a log, what stands there counts
     */
    default ReplicatedLog open(String name, LogMembers members, LogStateMachine machine) throws java.io.IOException {
        return open(name, machine);
    }

    /** The port its RPC server is bound to. */
    int port();

    @Override
    void close();
}
