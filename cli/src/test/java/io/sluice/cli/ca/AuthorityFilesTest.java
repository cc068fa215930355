package io.sluice.cli.ca;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.cli.ca.AuthorityFiles.Issued;
import java.io.ByteArrayInputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AuthorityFilesTest {
    private static final NodeNames N1 = new NodeNames("n1", List.of("node1.example", "10.0.0.1", "::1"));
    private static final Duration YEAR = Duration.ofDays(365);

    @TempDir
    Path folder;

    private static X509Certificate read(Path file) throws Exception {
        return (X509Certificate) CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(Files.readAllBytes(file)));
    }

    @Test
    void aNodesCertificateIsOfTheAuthorityAndNamesIdAndHosts() throws Exception {
        AuthorityFiles files = new AuthorityFiles(folder.resolve("made/here"));
        X509Certificate ca = read(files.init("Test CA").ca());
        Issued issued = files.issue(N1, YEAR, false);
        X509Certificate node = read(issued.certificate());
        PKIXParameters parameters = new PKIXParameters(Set.of(new TrustAnchor(ca, null)));
        parameters.setRevocationEnabled(false);
        CertPathValidator.getInstance("PKIX")
                .validate(CertificateFactory.getInstance("X.509").generateCertPath(List.of(node)), parameters);
        assertThat(node.getSubjectAlternativeNames().stream().map(name -> String.valueOf(name.get(1))))
                .containsExactlyInAnyOrder("urn:sluice:node:n1", "node1.example", "10.0.0.1", "0:0:0:0:0:0:0:1");
        assertThat(node.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2");
        assertThat(node.getBasicConstraints()).isEqualTo(-1);
        assertThat(ca.getBasicConstraints()).isZero();
        assertThat(issued.notAfter())
                .isBetween(
                        Instant.now().plus(Duration.ofDays(364)), Instant.now().plus(YEAR));
    }

    @Test
    void onlyTheOwnerReadsKeys() throws Exception {
        AuthorityFiles files = new AuthorityFiles(folder);
        for (Path key : List.of(
                files.init("Test CA").key(), files.issue(N1, YEAR, false).key())) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(key)))
                    .isEqualTo("rw-------");
            assertThat(Files.readString(key)).startsWith("-----BEGIN PRIVATE KEY-----\n");
        }
    }

    @Test
    void nothingIsOverwrittenUnlessRenewed() throws Exception {
        AuthorityFiles files = new AuthorityFiles(folder);
        byte[] ca = Files.readAllBytes(files.init("Test CA").key());
        assertThatThrownBy(() -> files.init("Test CA")).isInstanceOf(FileAlreadyExistsException.class);
        Issued first = files.issue(N1, YEAR, false);
        byte[] key = Files.readAllBytes(first.key());
        assertThatThrownBy(() -> files.issue(N1, YEAR, false)).isInstanceOf(FileAlreadyExistsException.class);
        assertThat(Files.readAllBytes(first.key())).isEqualTo(key);
        files.issue(N1, YEAR, true);
        assertThat(Files.readAllBytes(first.key())).isNotEqualTo(key);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(first.key())))
                .isEqualTo("rw-------");
        assertThat(Files.readAllBytes(folder.resolve("ca.key"))).isEqualTo(ca);
        assertThat(folder).isDirectoryNotContaining("glob:**.new");
    }

    @Test
    void aCertificateEndsWithItsAuthorityAtTheLatest() throws Exception {
        AuthorityFiles files = new AuthorityFiles(folder);
        Issued ca = files.init("Test CA");
        assertThat(files.issue(N1, Duration.ofDays(9_999), false).notAfter()).isEqualTo(ca.notAfter());
    }

    @Test
    void withoutAnAuthorityItSaysHowToMakeOne() {
        assertThatThrownBy(() -> new AuthorityFiles(folder).issue(N1, YEAR, false))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("sluice ca init");
    }

    @Test
    void aKeyOfAnotherAuthoritySignsNothing() throws Exception {
        Path own = folder.resolve("own");
        new AuthorityFiles(own).init("Own CA");
        Path foreign =
                new AuthorityFiles(folder.resolve("other")).init("Other CA").key();
        Files.copy(foreign, own.resolve("ca.key"), StandardCopyOption.REPLACE_EXISTING);
        assertThatThrownBy(() -> new AuthorityFiles(own).issue(N1, YEAR, false))
                .hasMessageContaining("is not the key of")
                .hasMessageContaining("ca.pem");
        assertThat(own.resolve("n1.pem")).doesNotExist();
    }

    @Test
    void whatAClusterNeedsIsMadeOnceAndRenewedBeforeItsEnd() throws Exception {
        AuthorityFiles files = new AuthorityFiles(folder);
        NodeNames n2 = new NodeNames("n2", List.of("10.0.0.2"));
        files.init("Test CA");
        byte[] ca = Files.readAllBytes(folder.resolve("ca.key"));
        Issued first = files.issue(N1, YEAR, false);
        byte[] n1 = Files.readAllBytes(first.key());
        byte[] ending =
                Files.readAllBytes(files.issue(n2, Duration.ofDays(20), false).key());
        List<Issued> all = files.provide(List.of(N1, n2, new NodeNames("n3", List.of("10.0.0.3"))));
        assertThat(Files.readAllBytes(folder.resolve("ca.key"))).isEqualTo(ca);
        assertThat(Files.readAllBytes(all.get(0).key())).isEqualTo(n1);
        assertThat(Files.readAllBytes(all.get(1).key())).isNotEqualTo(ending);
        assertThat(all.get(2).certificate()).isEqualTo(folder.resolve("n3.pem")).exists();
    }

    @Test
    void idsAndHostsThatNoNodeCanHaveAreRefused() {
        for (String id : List.of("", "N1", "../n1", "ca", "n1/../ca")) {
            assertThatThrownBy(() -> new NodeNames(id, List.of("h"))).hasMessageContaining("NODE_ID");
        }
        for (String host : List.of("", "a b", "-x", "http://h", "h:7612", "999.1.1.1", "1:2:3")) {
            assertThatThrownBy(() -> new NodeNames("n1", List.of(host))).hasMessageContaining("--host");
        }
    }
}
