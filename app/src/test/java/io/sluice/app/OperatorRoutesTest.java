package io.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.metrics.MicrometerMeters;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OperatorRoutesTest {
    @TempDir
    Path dir;

    private final Vertx vertx = Vertx.vertx();
    private final MicrometerMeters meters = new MicrometerMeters(10);
    private final AtomicBoolean led = new AtomicBoolean(true);
    private final Readiness readiness = new Readiness().require("shard-0 has no leader", led::get);
    private final HttpClient client = HttpClient.newHttpClient();
    private int port;

    @BeforeEach
    void listen() throws Exception {
        OperatorRoutes routes = new OperatorRoutes(
                vertx,
                readiness,
                meters,
                AdminToken.of("s3cret", dir),
                request -> request.response().end("admin " + request.path()));
        HttpServer server = vertx.createHttpServer(
                        new HttpServerOptions().setHost("127.0.0.1").setPort(0))
                .requestHandler(routes::all);
        port = server.listen()
                .toCompletionStage()
                .toCompletableFuture()
                .get(10, TimeUnit.SECONDS)
                .actualPort();
    }

    @AfterEach
    void close() {
        vertx.close();
        meters.close();
    }

    @Test
    void tellsWhatIsMissingUntilReadyAndWhileDraining() throws Exception {
        assertThat(get("/readyz", "").statusCode()).isEqualTo(200);
        led.set(false);
        readiness.drain();

        HttpResponse<String> answer = get("/readyz", "");
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.body()).contains("shard-0 has no leader").contains("shutting down");
        assertThat(get("/healthz", "").statusCode()).isEqualTo(200);
    }

    @Test
    void showsMetricsToTheOperatorOnly() throws Exception {
        meters.counter("appended", "Entries appended").add(1);

        assertThat(get("/metrics", "").statusCode()).isEqualTo(401);
        assertThat(get("/metrics", "Bearer wrong").body()).doesNotContain("sluice_");
        assertThat(get("/metrics", "Bearer s3cret").body()).contains("sluice_appended_total 1.0");
    }

    @Test
    void handsTheAdminPathsOnAndKnowsNoOthers() throws Exception {
        assertThat(get("/v1/tenants", "").body()).isEqualTo("admin /v1/tenants");
        assertThat(get("/v1", "").statusCode()).isEqualTo(404);
        assertThat(get("/nothing", "").headers().firstValue("content-type")).hasValue("application/problem+json");
    }

    private HttpResponse<String> get(String path, String authorization) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path));
        if (!authorization.isEmpty()) {
            request.header("Authorization", authorization);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }
}
