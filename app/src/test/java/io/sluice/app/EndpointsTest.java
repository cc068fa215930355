package io.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.config.ConfigLoader;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EndpointsTest {
    @Test
    void printsTheReadyLineWithTheBoundPorts() throws Exception {
        String line = endpoints().readyLine(Path.of("/tmp/x/../data"));

        assertThat(line).startsWith("ready {");
        assertThat(new JsonObject(line.substring(6)).getMap())
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "node", "n1",
                        "tcp", "127.0.0.1:40000",
                        "http", "http://127.0.0.1:40001",
                        "ws", "ws://127.0.0.1:40001/ws",
                        "data", "/tmp/data"));
    }

    @Test
    void tellsClientsTheAdvertisedHost() throws Exception {
        assertThat(endpoints("--gateway-advertised-host", "mq.example.org").tcp())
                .isEqualTo("mq.example.org:40000");
        assertThat(endpoints("--gateway-host", "0.0.0.0").tcp()).isEqualTo("127.0.0.1:40000");
        assertThat(endpoints("--gateway-host", "::1").http()).isEqualTo("http://[::1]:40001");
    }

    private static Endpoints endpoints(String... flags) throws Exception {
        var gateway = new ConfigLoader()
                .load(null, Map.of(), List.of(flags), 512L << 20)
                .config()
                .gateway();
        return Endpoints.of("n1", gateway, 40_000, 40_001);
    }
}
