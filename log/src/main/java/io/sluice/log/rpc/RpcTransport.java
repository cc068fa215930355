package io.sluice.log.rpc;

import com.alipay.sofa.jraft.ReplicatorGroup;
import com.alipay.sofa.jraft.error.RemotingException;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.SocketAddress;
import java.util.Map;

/**
 * What every RPC client of a node shares.
 *
 * @param clusterId of our cluster; messages of another one are refused
 * @param addresses where each node listens; Raft itself knows nodes by id only, so an address can change
 * @param maxFrameBytes largest message taken
 * @param refusals where connections that are refused are told
 */
public record RpcTransport(
        Vertx vertx,
        NetClient client,
        long clusterId,
        Map<String, SocketAddress> addresses,
        int maxFrameBytes,
        RpcRefusals refusals) {

    SocketAddress address(String nodeId) throws RemotingException {
        SocketAddress address = addresses.get(nodeId);
        if (address == null) {
            throw new RemotingException("no address is known for node " + nodeId);
        }
        return address;
    }

    /** Options of a Raft node that carry the transport to {@link VertxRpcFactory}. */
    public interface Holder {
        RpcTransport transport();

        /** Told, before anything is sent, who will replicate over the client. */
        default void replicators(ReplicatorGroup group) {}
    }
}
