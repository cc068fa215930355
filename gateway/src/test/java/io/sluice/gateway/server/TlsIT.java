package io.sluice.gateway.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.gateway.testkit.SocketClient;
import io.sluice.gateway.testkit.TestClient;
import io.sluice.gateway.testkit.TestGateway;
import io.sluice.gateway.testkit.TestSettings;
import io.sluice.protocol.frame.Confirm;
import io.sluice.protocol.frame.Connected;
import io.sluice.protocol.frame.OpenProducer;
import io.sluice.protocol.frame.ProducerOpened;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TlsIT {
    private static final String PASSWORD = "changeit";

    @TempDir
    private Path folder;

    private KeyStore makeKeyStore() throws Exception {
        Path file = folder.resolve("keys.p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "node",
                        "-keyalg",
                        "RSA",
                        "-keysize",
                        "2048",
                        "-dname",
                        "CN=localhost",
                        "-ext",
                        "san=ip:127.0.0.1,dns:localhost",
                        "-validity",
                        "2",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        file.toString(),
                        "-storepass",
                        PASSWORD)
                .inheritIO()
                .start();
        assertThat(keytool.waitFor()).isZero();
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            store.load(in, PASSWORD.toCharArray());
        }
        return store;
    }

    private String pem(String name, String type, byte[] der) throws Exception {
        String text = "-----BEGIN " + type + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
                + "\n-----END " + type + "-----\n";
        return Files.writeString(folder.resolve(name), text).toString();
    }

    private static SSLContext trusting(KeyStore store) throws Exception {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("node", store.getCertificate("node"));
        TrustManagerFactory managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        managers.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, managers.getTrustManagers(), null);
        return context;
    }

    @Test
    void bothListenersSpeakTlsWithPemFilesAndNothingElse() throws Exception {
        KeyStore store = makeKeyStore();
        String cert =
                pem("cert.pem", "CERTIFICATE", store.getCertificate("node").getEncoded());
        String key = pem(
                "key.pem",
                "PRIVATE KEY",
                store.getKey("node", PASSWORD.toCharArray()).getEncoded());
        SSLContext context = trusting(store);
        try (TestGateway node = new TestGateway(TestSettings.tls(cert, key), 1)) {
            int port = node.gateway.tcpPort();
            try (SocketClient client =
                    new SocketClient(context.getSocketFactory().createSocket("127.0.0.1", port))) {
                client.send(TestClient.connect("acme"), new OpenProducer(1, false, "orders", ""));
                client.next(Connected.class);
                int handle = client.next(ProducerOpened.class).handle();
                client.send(TestClient.publish(handle, 1, "paid", TestClient.body(50_000)));
                client.next(Confirm.class);
            }
            try (SocketClient plain = SocketClient.to(port)) {
                plain.send(TestClient.connect("acme"));
                assertThatThrownBy(() -> plain.next(Connected.class)).isInstanceOf(Throwable.class);
            }
            HttpResponse<String> answer = HttpClient.newBuilder()
                    .sslContext(context)
                    .build()
                    .send(
                            HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + node.gateway.httpPort() + "/v1/x"))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
            assertThat(answer.body()).isEqualTo("routes /v1/x");
        }
    }
}
