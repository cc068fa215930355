package io.sluice.log.raft;

import com.alipay.sofa.jraft.option.NodeOptions;
import io.sluice.log.rpc.RpcTransport;

/** JRaft's options with our transport in them: JRaft makes its RPC clients through a static factory that gets nothing but these. */
final class RaftNodeOptions extends NodeOptions implements RpcTransport.Holder {
    private final RpcTransport transport;

    RaftNodeOptions(RpcTransport transport) {
        this.transport = transport;
    }

    @Override
    public RpcTransport transport() {
        return transport;
    }
}
