package io.sluice.log.raft;

import com.alipay.sofa.jraft.conf.Configuration;
import com.alipay.sofa.jraft.entity.PeerId;
import io.sluice.log.api.LogMember;
import io.sluice.log.api.LogMembers;
import io.sluice.log.api.LogNodeOptions;
import io.vertx.core.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The voters of a node's groups.
 *
 * <p>Raft knows a node by its id and an incarnation number, in the place of host and port: addresses may change, and a replica that lost
 * its vote or log comes back under the next incarnation.
 */
record Peers(String nodeId, Map<String, SocketAddress> addresses) {
    static Peers of(LogNodeOptions options) {
        Map<String, SocketAddress> addresses = new LinkedHashMap<>();
        for (String peer : options.peers()) {
            String[] parts = peer.split("=|:(?=\\d+$)");
            if (parts.length != 3) {
                throw new IllegalArgumentException("cluster.nodes '" + peer + "': expected id=host:port");
            }
            addresses.put(parts[0], SocketAddress.inetSocketAddress(Integer.parseInt(parts[2]), parts[1]));
        }
        if (!addresses.isEmpty() && !addresses.containsKey(options.nodeId())) {
            throw new IllegalArgumentException("cluster.nodes does not name this node, " + options.nodeId());
        }
        return new Peers(options.nodeId(), Map.copyOf(addresses));
    }

    boolean isAlone() {
        return addresses.size() <= 1;
    }

    PeerId self(int incarnation) {
        return new PeerId(nodeId, incarnation);
    }

    static PeerId peer(LogMember member) {
        return new PeerId(member.node(), member.incarnation());
    }

    /** All of them with a vote; this node alone when there are none. */
    LogMembers all() {
        return new LogMembers(addresses.isEmpty() ? List.of(nodeId) : List.copyOf(addresses.keySet()), List.of());
    }

    /** Of a group when it is formed. */
    static Configuration configuration(LogMembers members) {
        Configuration configuration = new Configuration();
        members.voters().forEach(id -> configuration.addPeer(new PeerId(id, ReplicaFile.FIRST_INCARNATION)));
        members.learners().forEach(id -> configuration.addLearner(new PeerId(id, ReplicaFile.FIRST_INCARNATION)));
        return configuration;
    }

    static long clusterId(String clusterName) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(clusterName.getBytes(StandardCharsets.UTF_8));
            return ByteBuffer.wrap(hash).getLong();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
