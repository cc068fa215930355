package io.sluice.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigLoaderTest {
    private static final long HEAP_BYTES = 512L << 20;

    @TempDir
    Path dir;

    @Test
    void defaultsFitEachOtherAndAHeapOf512MB() throws Exception {
        LoadedConfig loaded = load("", Map.of());

        assertThat(loaded.config().log().segmentBytes()).isEqualTo(32 << 20);
        assertThat(loaded.config().gateway().heartbeatMs()).isEqualTo(15_000);
        assertThat(loaded.config().cluster().nodes()).isEmpty();
        assertThat(loaded.sources()).containsEntry("gateway.tcpPort", "default");
    }

    @Test
    void laterSourcesWinAndAreNamed() throws Exception {
        String yaml = "gateway:\n  tcpPort: 1001\n  httpPort: 1002\nlogging:\n  level: warn\n";
        LoadedConfig loaded = load(
                yaml,
                Map.of("SLUICE_GATEWAY_TCP_PORT", "2001", "SLUICE_GATEWAY_HTTP_PORT", "2002"),
                "--tcp-port",
                "3001");

        assertThat(loaded.config().gateway().tcpPort()).isEqualTo(3001);
        assertThat(loaded.config().gateway().httpPort()).isEqualTo(2002);
        assertThat(loaded.sources())
                .containsEntry("gateway.tcpPort", "flag --tcp-port")
                .containsEntry("gateway.httpPort", "environment variable SLUICE_GATEWAY_HTTP_PORT")
                .containsEntry("logging.level", file() + ":5");
    }

    @Test
    void takesUnitsListsAndBothFormsOfFlags() throws Exception {
        String yaml = """
                node: {id: a}
                cluster:
                  nodes: ["b=10.0.0.2:7612", "a=127.0.0.1:7612", "c=10.0.0.3:7612:7777:8888"]
                log:
                  segmentBytes: 128 MiB
                groups:
                  producerExpiryMs: 2h
                """;
        SluiceConfig config = load(yaml, Map.of("SLUICE_GATEWAY_HEARTBEAT_MS", "2_500"), "--log-snapshot-log-bytes=2GB")
                .config();

        assertThat(config.cluster().members())
                .containsExactly(
                        new SluiceConfig.Member("a", "127.0.0.1", 7612, 7614, 7613),
                        new SluiceConfig.Member("b", "10.0.0.2", 7612, 7614, 7613),
                        new SluiceConfig.Member("c", "10.0.0.3", 7612, 7777, 8888));
        assertThat(config.log().segmentBytes()).isEqualTo(128 << 20);
        assertThat(config.groups().producerExpiryMs()).isEqualTo(7_200_000);
        assertThat(config.gateway().heartbeatMs()).isEqualTo(2_500);
        assertThat(config.log().snapshotLogBytes()).isEqualTo(2L << 30);
    }

    @Test
    void reportsEveryMistakeAtOnceWithItsPlaceAndWhatIsAllowed() {
        String yaml = """
                gateway:
                  tcpPrt: 1
                  maxFrameBytes: 4 parsecs
                log:
                  shards: 65
                  batchBytes: {a: b}
                logging: loud
                """;
        ConfigException e = refused(yaml, Map.of("SLUICE_LOGGING_FORMAT", "xml"), "--htp-port", "1", "--raft-port");

        assertThat(e.getMessage().lines().skip(1))
                .containsExactlyInAnyOrder(
                        "  - gateway.tcpPrt (" + file() + ":2): is not a setting; did you mean tcpPort?",
                        "  - gateway.maxFrameBytes = \"4 parsecs\" (" + file()
                                + ":3): must be a size such as 512, 64KB, 64MB or 1GB (1KB is 1,024 bytes), 64KB to 128MB",
                        "  - log.shards = \"65\" (" + file() + ":5): must be 1 to 64",
                        "  - log.batchBytes (" + file() + ":6): must be a plain value",
                        "  - logging (" + file() + ":7): must hold keys and values",
                        "  - logging.format = \"xml\" (environment variable SLUICE_LOGGING_FORMAT): must be one of text, json",
                        "  - --htp-port (flag): is not a flag; did you mean --http-port?",
                        "  - cluster.raftPort (flag --raft-port): needs a value");
    }

    @Test
    void neverPrintsASecretInAMessage() {
        ConfigException e = refused("admin:\n  token: [s3cret, b]\n", Map.of());

        assertThat(e).hasMessageContaining("admin.token").hasMessageNotContaining("s3cret");
    }

    @Test
    void checksRelationsBetweenLimits() {
        ConfigException e = refused(
                "log: {maxEntryBytes: 4MB, segmentBytes: 6MB, batchBytes: 8MB}\ngateway: {maxFrameBytes: 4MB, maxPrefetchBytes: 1MB}",
                Map.of());

        assertThat(e)
                .hasMessageContaining("log.maxEntryBytes")
                .hasMessageContaining("must be at least 4160KB (gateway.maxFrameBytes + 64KB");
        assertThat(e.problems())
                .extracting(ConfigProblem::path)
                .containsExactlyInAnyOrder(
                        "log.maxEntryBytes", "log.segmentBytes", "log.maxEntryBytes", "gateway.maxPrefetchBytes");
    }

    @Test
    void refusesPortsThatMeetUnlessAnyIsTaken() throws Exception {
        ConfigException e = refused("gateway: {tcpPort: 9000, host: 0.0.0.0}\ncluster: {raftPort: 9000}", Map.of());
        assertThat(e).hasMessageContaining("cluster.raftPort").hasMessageContaining("taken by gateway.tcpPort");

        load("gateway: {tcpPort: 0, httpPort: 0}\ncluster: {raftPort: 0, busPort: 0, gridPort: 0}", Map.of());
    }

    @Test
    void refusesHalfATlsSettingAndUnreadableFiles() {
        assertThat(refused("gateway: {tls: {cert: nowhere.pem}}", Map.of()).problems())
                .extracting(ConfigProblem::path)
                .containsExactlyInAnyOrder("gateway.tls.key", "gateway.tls.cert");
    }

    @Test
    void namesEachFileThatTlsBetweenNodesMisses() {
        assertThat(refused("cluster: {tls: {cert: nowhere.pem}}", Map.of()).problems())
                .extracting(ConfigProblem::path)
                .containsExactlyInAnyOrder("cluster.tls.key", "cluster.tls.ca", "cluster.tls.cert");
    }

    @Test
    void refusesAnOpenClusterHostWithoutTlsUnlessToldSo() throws Exception {
        assertThat(refused("cluster: {host: 10.0.0.5}", Map.of()))
                .hasMessageContaining("cluster.host")
                .hasMessageContaining("cluster.tls.cert")
                .hasMessageContaining("cluster.insecure: true");
        assertThat(load("cluster: {host: 10.0.0.5, insecure: true}", Map.of())
                        .config()
                        .cluster()
                        .allowsInsecure())
                .isTrue();
        assertThat(load("cluster: {host: 127.0.1.9}", Map.of())
                        .config()
                        .cluster()
                        .allowsInsecure())
                .isFalse();
    }

    @Test
    void comparesCachesWithTheHeapAndShowsTheNumbers() {
        ConfigException e = refused("log: {tailCacheBytes: 128MB}", Map.of());

        assertThat(e).hasMessageContaining("heap of 512MB").hasMessageContaining("= 384MB");
    }

    @Test
    void refusesANodeListWithoutThisNode() {
        assertThat(refused("cluster: {nodes: ['b=h:1', 'b=h:2', 'c=h:3']}", Map.of())
                        .problems())
                .hasSize(2);
        assertThat(refused("cluster: {nodes: ['n1:7612']}", Map.of())).hasMessageContaining("each item must match");
    }

    @Test
    void refusesTwoNodesAndAListThatSaysAnotherPortForThisOne() {
        assertThat(refused("cluster: {nodes: ['n1=h:7612', 'n2=h:7612']}", Map.of()))
                .hasMessageContaining("names two nodes");
        assertThat(refused("cluster: {nodes: ['n1=h:1', 'n2=h:2', 'n3=h:3']}", Map.of()))
                .hasMessageContaining("cluster.raftPort is 7612");
    }

    @Test
    void refusesBrokenYamlAndMissingFiles() {
        assertThat(refused("gateway: [", Map.of())).hasMessageContaining("is not valid YAML");
        assertThat(refused("gateway: !!java.net.URL {a: b}", Map.of())).hasMessageContaining("gateway.a");
        ConfigException e = catchThrowableOfType(
                ConfigException.class,
                () -> new ConfigLoader().load(dir.resolve("none.yaml"), Map.of(), List.of(), HEAP_BYTES));
        assertThat(e).hasMessageContaining("can't be read");
    }

    @Test
    void warnsOfEnvironmentVariablesThatLookMistyped() throws Exception {
        LoadedConfig loaded = load(
                "",
                Map.of("SLUICE_GATEWAY_TCP_PROT", "1", "SLUICE_GATEWAY_SERVICE_HOST", "10.0.0.1", "SLUICE_HEAP", "1g"));

        assertThat(loaded.warnings()).hasSize(1).first().asString().contains("SLUICE_GATEWAY_TCP_PORT");
    }

    @Test
    void printsWhatIsInForceAndReadsItBack() throws Exception {
        LoadedConfig loaded = load(
                "cluster:\n  nodes: [\"n1=127.0.0.1:7612\"]\nnode: {data: \"a b\"}",
                Map.of("SLUICE_ADMIN_TOKEN", "s3cret"));
        String printed = new ConfigPrinter(loaded).print();

        assertThat(printed)
                .contains("  tcpPort: 7610 ")
                .contains("    cert: \"\"")
                .contains("  maxEntryBytes: 5MB ")
                .contains("  token: \"***\"")
                .contains("# environment variable SLUICE_ADMIN_TOKEN")
                .doesNotContain("s3cret");
        SluiceConfig again =
                load(printed, Map.of("SLUICE_ADMIN_TOKEN", "s3cret")).config();
        assertThat(again).isEqualTo(loaded.config());
    }

    private LoadedConfig load(String yaml, Map<String, String> environment, String... flags)
            throws ConfigException, IOException {
        Files.writeString(file(), yaml);
        return new ConfigLoader().load(file(), environment, List.of(flags), HEAP_BYTES);
    }

    private ConfigException refused(String yaml, Map<String, String> environment, String... flags) {
        ConfigException e = catchThrowableOfType(ConfigException.class, () -> load(yaml, environment, flags));
        assertThat(e).isNotNull();
        return e;
    }

    private Path file() {
        return dir.resolve("sluice.yaml");
    }
}
