package io.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.config.SluiceConfig.ClusterTlsSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ClusterCertificateTest {
    @TempDir
    Path folder;

    private TestCertificates ours;

    @BeforeEach
    void makeAuthority() throws Exception {
        ours = TestCertificates.authority(folder.resolve("ours"));
    }

    private static void assertRefused(ClusterTlsSettings settings, String nodeId, String... words) {
        assertThatThrownBy(() -> ClusterCertificate.check(settings, nodeId, Instant.now()))
                .isInstanceOf(StartRefused.class)
                .hasMessageContainingAll(words);
    }

    @Test
    void takesACertificateOfTheNodeAndSaysWhenItEnds() throws Exception {
        Instant end = ClusterCertificate.check(ours.issue("n1"), "n1", Instant.now());
        assertThat(end).isAfter(Instant.now().plus(Duration.ofDays(89)));
    }

    @Test
    void refusesTheCertificateOfAnotherNode() throws Exception {
        assertRefused(ours.issue("n2"), "n1", "is of node n2, but node.id is n1", "ca issue n1");
    }

    @Test
    void refusesACertificateBeforeAndAfterItsTime() throws Exception {
        assertRefused(
                ours.issue("n1", Duration.ofDays(-9), Duration.ofDays(-2)),
                "n1",
                "cluster.tls.cert has expired",
                "ca issue");
        assertRefused(ours.issue("n1", Duration.ofDays(2), Duration.ofDays(9)), "n1", "is not valid before", "clock");
    }

    @Test
    void refusesACertificateOfAnotherAuthority() throws Exception {
        TestCertificates other = TestCertificates.authority(folder.resolve("other"));
        ClusterTlsSettings own = ours.issue("n1");
        assertRefused(
                new ClusterTlsSettings(own.cert(), own.key(), other.issue("n1").ca()),
                "n1",
                "not of the CA in cluster.tls.ca");
    }

    @Test
    void refusesAKeyThatIsNotTheCertificates() throws Exception {
        ClusterTlsSettings own = ours.issue("n1");
        assertRefused(
                new ClusterTlsSettings(own.cert(), ours.issue("n2").key(), own.ca()),
                "n1",
                "cluster.tls.key is not the key");
    }

    @Test
    void namesEveryMistakeAtOnce() throws Exception {
        String junk =
                Files.writeString(folder.resolve("junk.pem"), "no PEM at all").toString();
        assertRefused(
                new ClusterTlsSettings(ours.issue("n2").cert(), junk, junk),
                "n1",
                "cluster.tls.ca",
                "node n2",
                "PKCS#8");
    }
}
