package io.sluice.systemtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code ./sluice cluster}, run as a person runs it. */
@Tag("long")
@Timeout(180)
class ClusterCommandIT {
    @TempDir
    Path dir;

    @Test
    void nodesOfAClusterWithTlsFormItAndShowCertificatesThatNameThem() throws Exception {
        assumeTrue(Files.exists(Path.of("/proc/self/cmdline")), "the nodes' flags are read from /proc");
        Process command = start();
        try {
            BufferedReader out = command.inputReader(StandardCharsets.UTF_8);
            for (String node : List.of("n1", "n2", "n3")) {
                String line = String.valueOf(out.readLine());
                assertThat(line).as(() -> errors()).startsWith("ready ");
                assertThat(new JsonObject(line.substring("ready ".length())).getString("node"))
                        .isEqualTo(node);
            }
            Map<String, List<String>> nodes = nodes(command);
            assertThat(nodes).hasSize(3);
            for (Map.Entry<String, List<String>> node : nodes.entrySet()) {
                for (String port : List.of("--raft-port", "--bus-port")) {
                    X509Certificate shown = certificateAt(Integer.parseInt(flag(node.getValue(), port)));
                    assertThat(shown.getSubjectX500Principal().getName()).isEqualTo("CN=" + node.getKey());
                    assertThat(shown.getIssuerX500Principal().getName()).isEqualTo("CN=Sluice CA");
                }
            }
        } finally {
            command.destroy();
            assertThat(command.waitFor(60, TimeUnit.SECONDS)).isTrue();
        }
    }

    private Process start() throws IOException {
        List<String> line = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx64m"));
        line.add("-Dsluice.node.classpath="
                + System.getProperty("sluice.node.classpath", System.getProperty("java.class.path")));
        line.addAll(List.of("-cp", System.getProperty("java.class.path"), "io.sluice.cli.Main", "cluster", "3"));
        line.addAll(List.of("--tls", "--data", dir.resolve("data").toString()));
        line.add("--node-flag=--log-segment-bytes=16MB");
        line.add("--node-flag=--log-tail-cache-bytes=8MB");
        ProcessBuilder builder =
                new ProcessBuilder(line).redirectError(dir.resolve("errors").toFile());
        builder.environment().put("SLUICE_HEAP", "256m");
        return builder.start();
    }

    private String errors() {
        try {
            return Files.readString(dir.resolve("errors"));
        } catch (IOException e) {
            return e.toString();
        }
    }

    /** Command lines by the node's id. */
    private static Map<String, List<String>> nodes(Process command) throws IOException {
        Map<String, List<String>> all = new TreeMap<>();
        for (ProcessHandle node : command.children().toList()) {
            List<String> words = List.of(Files.readString(Path.of("/proc/" + node.pid() + "/cmdline"))
                    .split("\0"));
            all.put(flag(words, "--node-id"), words);
        }
        return all;
    }

    private static String flag(List<String> words, String name) {
        return words.get(words.indexOf(name) + 1);
    }

    private static X509Certificate certificateAt(int port) throws Exception {
        SSLContext anyone = SSLContext.getInstance("TLS");
        anyone.init(null, new TrustManager[] {new TrustsAll()}, null);
        try (SSLSocket socket = (SSLSocket) anyone.getSocketFactory().createSocket("127.0.0.1", port)) {
            socket.setSoTimeout(30_000);
            socket.startHandshake();
            return (X509Certificate) socket.getSession().getPeerCertificates()[0];
        }
    }

    /** Of a caller who doesn't mind whom he called. */
    private static final class TrustsAll implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
