package io.sluice.log.raft;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.time.Duration;
import java.time.Instant;

/** Authorities and certificates of nodes for tests. */
record TestTls(X509Bundle ca) {
    static TestTls authority() throws Exception {
        return new TestTls(new CertificateBuilder()
                .ecp256()
                .subject("CN=test")
                .setIsCertificateAuthority(true)
                .buildSelfSigned());
    }

    X509Bundle issue(String nodeId, Duration validFrom, Duration validTo) throws Exception {
        CertificateBuilder builder = new CertificateBuilder()
                .ecp256()
                .subject("CN=node")
                .addSanDnsName("localhost")
                .notBefore(Instant.now().plus(validFrom))
                .notAfter(Instant.now().plus(validTo));
        return (nodeId.isEmpty() ? builder : builder.addSanUriName("urn:sluice:node:" + nodeId)).buildIssuedBy(ca);
    }

    X509Bundle issue(String nodeId) throws Exception {
        return issue(nodeId, Duration.ofDays(-1), Duration.ofDays(1));
    }

    NetServerOptions server(X509Bundle node) {
        return new NetServerOptions()
                .setSsl(true)
                .setClientAuth(ClientAuth.REQUIRED)
                .setKeyCertOptions(pem(node))
                .setTrustOptions(trust());
    }

    NetClientOptions client(X509Bundle node) {
        return anonymous().setKeyCertOptions(pem(node));
    }

    NetClientOptions anonymous() {
        return new NetClientOptions()
                .setSsl(true)
                .setHostnameVerificationAlgorithm("")
                .setTrustOptions(trust());
    }

    private PemTrustOptions trust() {
        return new PemTrustOptions().addCertValue(Buffer.buffer(ca.getCertificatePEM()));
    }

    private static PemKeyCertOptions pem(X509Bundle node) {
        return new PemKeyCertOptions()
                .addCertValue(Buffer.buffer(node.getCertificatePathPEM()))
                .addKeyValue(Buffer.buffer(node.getPrivateKeyPEM()));
    }
}
