package io.sluice.app;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import io.sluice.config.SluiceConfig.ClusterTlsSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;

/** An authority whose certificates lie as PEM files in a folder. */
record TestCertificates(Path folder, X509Bundle ca) {
    static TestCertificates authority(Path folder) throws Exception {
        X509Bundle ca = new CertificateBuilder()
                .ecp256()
                .subject("CN=test CA")
                .setIsCertificateAuthority(true)
                .buildSelfSigned();
        return new TestCertificates(Files.createDirectories(folder), ca);
    }

    ClusterTlsSettings issue(String nodeId) throws Exception {
        return issue(nodeId, Duration.ofDays(-1), Duration.ofDays(90));
    }

    ClusterTlsSettings issue(String nodeId, Duration from, Duration to) throws Exception {
        X509Bundle node = new CertificateBuilder()
                .ecp256()
                .subject("CN=" + nodeId)
                .addSanUriName("urn:sluice:node:" + nodeId)
                .notBefore(Instant.now().plus(from))
                .notAfter(Instant.now().plus(to))
                .buildIssuedBy(ca);
        return new ClusterTlsSettings(
                write(nodeId + ".pem", node.getCertificatePathPEM()),
                write(nodeId + ".key", node.getPrivateKeyPEM()),
                write("ca.pem", ca.getCertificatePEM()));
    }

    private String write(String name, String pem) throws IOException {
        return Files.writeString(folder.resolve(name), pem).toString();
    }
}
