package io.sluice.log.rpc;

import com.alipay.sofa.jraft.option.RpcOptions;
import com.alipay.sofa.jraft.rpc.RaftRpcFactory;
import com.alipay.sofa.jraft.rpc.RpcClient;
import com.alipay.sofa.jraft.rpc.RpcServer;
import com.alipay.sofa.jraft.util.Endpoint;
import com.alipay.sofa.jraft.util.SPI;

/** Found by JRaft through {@code META-INF/services}; makes RPC clients that use the transport in the Raft node's options. */
@SPI(name = "vertx", priority = 100)
public final class VertxRpcFactory implements RaftRpcFactory {
    @Override
    public void registerProtobufSerializer(String className, Object... args) {
        // Messages are parsed through JRaft's own table.
    }

    @Override
    public RpcClient createRpcClient(ConfigHelper<RpcClient> helper) {
        VertxRpcClient client = new VertxRpcClient();
        helper.config(client);
        return client;
    }

    @Override
    public ConfigHelper<RpcClient> defaultJRaftClientConfigHelper(RpcOptions options) {
        RpcTransport.Holder holder = (RpcTransport.Holder) options;
        return client -> ((VertxRpcClient) client).use(holder.transport(), holder::replicators);
    }

    @Override
    public RpcServer createRpcServer(Endpoint endpoint, ConfigHelper<RpcServer> helper) {
        throw new UnsupportedOperationException("the node makes its RPC server itself");
    }
}
