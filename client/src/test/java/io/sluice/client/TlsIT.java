package io.sluice.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import io.sluice.protocol.Message;
import io.sluice.protocol.frame.Connect;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which servers the client takes for the right one, over real TLS. */
final class TlsIT {
    @TempDir
    Path folder;

    private X509Bundle ca;
    private Path trusted;

    @BeforeEach
    void makeAuthority() throws Exception {
        ca = authority("CN=ours");
        trusted = Files.writeString(folder.resolve("ca.pem"), ca.getCertificatePEM());
    }

    private static X509Bundle authority(String name) throws Exception {
        return new CertificateBuilder()
                .ecp256()
                .subject(name)
                .setIsCertificateAuthority(true)
                .buildSelfSigned();
    }

    private static FakeServer server(CertificateBuilder certificate, X509Bundle issuer) throws Exception {
        X509Bundle own = certificate.ecp256().subject("CN=server").buildIssuedBy(issuer);
        return new FakeServer(new NetServerOptions()
                .setSsl(true)
                .setKeyCertOptions(new PemKeyCertOptions()
                        .addCertValue(Buffer.buffer(own.getCertificatePathPEM()))
                        .addKeyValue(Buffer.buffer(own.getPrivateKeyPEM()))));
    }

    private static CertificateBuilder loopback() {
        return new CertificateBuilder().addSanIpAddress("127.0.0.1").addSanDnsName("localhost");
    }

    private static ClientOptions.Builder options(String seed) {
        return ClientOptions.builder()
                .seeds(seed)
                .tenant("acme")
                .key("slk_1")
                .connectTimeoutMs(5_000)
                .backoffMs(5, 50);
    }

    private static void assertRefuses(FakeServer server, ClientOptions options, String reason) {
        assertThatThrownBy(() -> SluiceClient.connect(options))
                .isInstanceOf(SluiceException.class)
                .hasMessageContaining(
                        "UNAVAILABLE: no connection to " + options.seeds().get(0))
                .hasMessageContaining(reason);
        assertThat(server.received).isEmpty();
    }

    @Test
    void publishesToAServerOfTheTrustedAuthorityByAddressAndByName() throws Exception {
        try (FakeServer server = server(loopback(), ca)) {
            for (String host : new String[] {"127.0.0.1", "localhost"}) {
                try (SluiceClient client = SluiceClient.connect(
                        options(server.address(host)).tls(trusted).build())) {
                    server.await(Connect.class);
                    client.publisher("orders")
                            .publish("q", Message.of("over TLS"))
                            .get(10, TimeUnit.SECONDS);
                }
            }
            assertThat(server.stored).containsExactly("over TLS", "over TLS");
        }
    }

    @Test
    void refusesAServerOfAnotherAuthority() throws Exception {
        try (FakeServer server = server(loopback(), authority("CN=theirs"))) {
            assertRefuses(server, options(server.address()).tls(trusted).build(), "certification path");
        }
    }

    @Test
    void refusesAnAuthorityThatTheJvmDoesNotTrustUnlessItIsNamed() throws Exception {
        try (FakeServer server = server(loopback(), ca)) {
            assertRefuses(server, options(server.address()).tls().build(), "certification path");
        }
    }

    @Test
    void refusesACertificateThatNamesAnotherHost() throws Exception {
        try (FakeServer server = server(new CertificateBuilder().addSanDnsName("elsewhere.example"), ca)) {
            assertRefuses(
                    server, options(server.address("localhost")).tls(trusted).build(), "No subject alternative");
            assertRefuses(server, options(server.address()).tls(trusted).build(), "No subject alternative");
        }
    }

    @Test
    void refusesACertificateThatHasExpired() throws Exception {
        CertificateBuilder old = loopback()
                .notBefore(Instant.now().minus(Duration.ofDays(9)))
                .notAfter(Instant.now().minus(Duration.ofDays(1)));
        try (FakeServer server = server(old, ca)) {
            assertRefuses(server, options(server.address()).tls(trusted).build(), "NotAfter");
        }
    }

    @Test
    void refusesAServerThatSpeaksPlainly() throws Exception {
        try (FakeServer server = new FakeServer()) {
            assertThatThrownBy(() -> SluiceClient.connect(options(server.address())
                            .tls(trusted)
                            .connectTimeoutMs(2_000)
                            .build()))
                    .hasMessageContaining("UNAVAILABLE: no connection to " + server.address());
            assertThat(server.received).noneMatch(frame -> frame instanceof Connect);
        }
    }
}
