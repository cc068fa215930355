package io.sluice.log.rpc;

import com.google.protobuf.BytesValue;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.sluice.log.api.NodeCertificate;
import io.sluice.log.rpc.RpcRefusals.Reason;
import io.vertx.core.net.NetSocket;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLPeerUnverifiedException;

/**
 * The node at the other end of a connection, as its certificate says; without TLS nobody knows.
 *
 * <p>A certificate of our CA is not enough: who holds the one of {@code n2} must not vote or replicate as {@code n1}.
 *
 * @param nodeId empty without TLS
 */
record PeerIdentity(String nodeId) {
    private static final PeerIdentity UNKNOWN = new PeerIdentity("");

    /** JRaft's name, in every request that has it, for the replica that sends. */
    private static final String SENDER = "server_id";

    /** @throws RefusedPeerException over TLS, when the certificate names no node */
    static PeerIdentity of(NetSocket socket) {
        if (!socket.isSsl()) {
            return UNKNOWN;
        }
        try {
            String nodeId = socket.peerCertificates().get(0) instanceof X509Certificate certificate
                    ? NodeCertificate.nodeId(certificate)
                    : "";
            if (nodeId.isEmpty()) {
                throw new RefusedPeerException(
                        Reason.IDENTITY, "its certificate names no node (./sluice ca issue makes one that does)");
            }
            return new PeerIdentity(nodeId);
        } catch (SSLPeerUnverifiedException none) {
            throw new RefusedPeerException(Reason.TLS, "it showed no certificate");
        }
    }

    /** @throws RefusedPeerException when this is another node than the one that was called */
    void mustBe(String calledId) {
        if (!nodeId.isEmpty() && !nodeId.equals(calledId)) {
            throw new RefusedPeerException(
                    Reason.IDENTITY, "its certificate is of node " + nodeId + ", but node " + calledId + " was called");
        }
    }

    /** @throws RefusedPeerException when the request says that it comes from another node */
    void mustHaveSent(Message request) {
        if (nodeId.isEmpty()) {
            return;
        }
        if (request instanceof BytesValue question) {
            String asker = PeerCalls.asker(question);
            check(nodeId.equals(asker), asker);
            return;
        }
        FieldDescriptor field = request.getDescriptorForType().findFieldByName(SENDER);
        if (field == null) {
            return;
        }
        String sender = String.valueOf(request.getField(field));
        check(sender.startsWith(nodeId) && sender.startsWith(":", nodeId.length()), sender);
    }

    private void check(boolean isItself, String sender) {
        if (!isItself) {
            throw new RefusedPeerException(
                    Reason.IDENTITY, "its certificate is of node " + nodeId + ", but it speaks as " + sender);
        }
    }
}
