package io.sluice.tenantmanager.fakes;

import io.sluice.log.api.LogNode;
import io.sluice.tenantmanager.api.TenantManager;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A tenant manager behind a real HTTP port, and a client for it. */
public final class AdminServer implements AutoCloseable {
    public static final String TOKEN = "the-operators-token";
    public static final int MAX_BODY_BYTES = 65_536;

    private final LogNode log;
    public final RecordingShards shards = new RecordingShards();
    public final CountingMeters meters = new CountingMeters();
    public final TenantManager manager;
    private final Vertx vertx = Vertx.vertx();
    private final HttpServer server;
    private volatile boolean asynchronous;
    private final HttpClient client = HttpClient.newHttpClient();

    public AdminServer(LogNode log) throws Exception {
        this.log = log;
        manager = TenantManager.start(
                new TenantManager.Parts(log, vertx, shards, new OneNode(), meters, TenantManager.localTokens()),
                new TenantManager.Settings(TOKEN, MAX_BODY_BYTES));
        Router router = manager.adminRoutes(vertx).await(10, TimeUnit.SECONDS);
        server = vertx.createHttpServer()
                .requestHandler(router)
                .listen(0, "127.0.0.1")
                .await(10, TimeUnit.SECONDS);
    }

    /** From now on requests do not wait for data shards. */
    public void asynchronous() {
        asynchronous = true;
    }

    public String url() {
        return "http://127.0.0.1:" + server.actualPort() + "/v1";
    }

    /** An answer; {@code json} is empty where the body is none. */
    public record Answer(int status, JsonObject json, HttpResponse<String> raw) {}

    public Answer get(String path) throws IOException, InterruptedException {
        return send("GET", path, null, "Bearer " + TOKEN);
    }

    public Answer put(String path, String body) throws IOException, InterruptedException {
        return send("PUT", path, body, "Bearer " + TOKEN);
    }

    public Answer patch(String path, String body) throws IOException, InterruptedException {
        return send("PATCH", path, body, "Bearer " + TOKEN);
    }

    public Answer post(String path, @Nullable String body) throws IOException, InterruptedException {
        return send("POST", path, body, "Bearer " + TOKEN);
    }

    public Answer delete(String path) throws IOException, InterruptedException {
        return send("DELETE", path, null, "Bearer " + TOKEN);
    }

    /** Bodies may be written with {@code '} for {@code "}. */
    public Answer send(String method, String path, @Nullable String body, @Nullable String authorization)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url() + path))
                .method(
                        method,
                        body == null
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString(body.replace('\'', '"')));
        if (asynchronous) {
            request.header("Prefer", "respond-async");
        }
        if (body != null) {
            request.header("Content-Type", "application/json");
        }
        if (authorization != null) {
            request.header("Authorization", authorization);
        }
        HttpResponse<String> response = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        boolean json = response.headers().firstValue("Content-Type").orElse("").contains("json");
        return new Answer(response.statusCode(), json ? new JsonObject(response.body()) : new JsonObject(), response);
    }

    @Override
    public void close() throws Exception {
        server.close().await(10, TimeUnit.SECONDS);
        manager.close();
        log.close();
        vertx.close().await(10, TimeUnit.SECONDS);
    }
}
