package io.sluice.log.raft;

import com.alipay.sofa.jraft.ReplicatorGroup;
import com.alipay.sofa.jraft.core.Replicator;
import com.alipay.sofa.jraft.option.NodeOptions;
import io.sluice.log.rpc.RpcTransport;
import org.jspecify.annotations.Nullable;

/** JRaft's options with our transport in them: JRaft makes its RPC clients through a static factory that gets nothing but these. */
final class RaftNodeOptions extends NodeOptions implements RpcTransport.Holder {
    private final RpcTransport transport;
    private volatile @Nullable ReplicatorGroup replicators;

    RaftNodeOptions(RpcTransport transport) {
        this.transport = transport;
    }

    @Override
    public RpcTransport transport() {
        return transport;
    }

    @Override
    public void replicators(ReplicatorGroup group) {
        replicators = group;
    }

    /** The first entry that a replica may not have yet; {@code Long.MAX_VALUE} where we do not lead. Any thread, without waiting. */
    long lowestMissing() {
        ReplicatorGroup group = replicators;
        return group == null
                ? Long.MAX_VALUE
                : group.listReplicators().stream()
                        .mapToLong(Replicator::getNextIndexUnsafe)
                        .filter(index -> index > 0)
                        .min()
                        .orElse(Long.MAX_VALUE);
    }
}
