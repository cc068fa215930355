package io.sluice.client.local;

import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A node that runs as a child process of this one, on loopback.
 *
 * <p>Safe for any thread. Whoever starts one must {@link #stop} or {@link #kill} it; it is also ended when this JVM ends in order.
 */
public final class LocalNode implements AutoCloseable {
    private static final Duration REST_TIMEOUT = Duration.ofSeconds(60);
    private static final int REAP_S = 15;

    private final Process process;
    private final Path data;
    private final Path logFile;
    private final JsonObject ready;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
    private final Thread reaper;

    private LocalNode(Process process, Path data, Path logFile, JsonObject ready) {
        this.process = process;
        this.data = data;
        this.logFile = logFile;
        this.ready = ready;
        this.reaper = new Thread(() -> reap(process), "sluice-local-node-reaper");
        Runtime.getRuntime().addShutdownHook(reaper);
    }

    /**
     * Starts a node and waits until it serves.
     *
     * @throws IOException when it ends or stays silent for {@code readyTimeout}; the message holds the end of what it logged
     */
    public static LocalNode start(LocalNodeSpec spec, Duration readyTimeout) throws IOException {
        Files.createDirectories(spec.data());
        Path logFile = spec.data().resolveSibling(spec.data().getFileName() + ".log");
        Process process = new ProcessBuilder(spec.command())
                .redirectError(ProcessBuilder.Redirect.appendTo(logFile.toFile()))
                .start();
        CompletableFuture<JsonObject> ready = new CompletableFuture<>();
        Thread reader = new Thread(() -> readOutput(process, ready), "sluice-local-node-output");
        reader.setDaemon(true);
        reader.start();
        try {
            JsonObject line = ready.get(readyTimeout.toMillis(), TimeUnit.MILLISECONDS);
            return new LocalNode(process, spec.data(), logFile, line);
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while the node started", e);
        } catch (ExecutionException | TimeoutException e) {
            process.destroyForcibly();
            throw new IOException(
                    "the node did not get ready; the end of its log " + logFile + ":\n" + tail(logFile), e);
        }
    }

    /** In order if it will, so that Ctrl-C loses nothing that was under way. */
    private static void reap(Process process) {
        process.destroy();
        try {
            if (process.waitFor(REAP_S, TimeUnit.SECONDS)) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        process.destroyForcibly();
    }

    private static void readOutput(Process process, CompletableFuture<JsonObject> ready) {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("ready ")) {
                    ready.complete(new JsonObject(line.substring("ready ".length())));
                }
            }
            ready.completeExceptionally(new IOException("the node's process ended"));
        } catch (IOException e) {
            ready.completeExceptionally(e);
        }
    }

    private static String tail(Path file) throws IOException {
        byte[] bytes = Files.exists(file) ? Files.readAllBytes(file) : new byte[0];
        int from = Math.max(0, bytes.length - 4_000);
        return new String(bytes, from, bytes.length - from, StandardCharsets.UTF_8);
    }

    /** The line by which it said that it serves. */
    public String readyLine() {
        return "ready " + ready.encode();
    }

    /** {@code host:port} of the gateway's TCP listener. */
    public String tcp() {
        return ready.getString("tcp");
    }

    /** Address of the admin interface, for example {@code http://127.0.0.1:7611}. */
    public String http() {
        return ready.getString("http");
    }

    /** Address of the WebSocket. */
    public String ws() {
        return ready.getString("ws");
    }

    public Path data() {
        return data;
    }

    /** Where the node's log goes. */
    public Path logFile() {
        return logFile;
    }

    public long pid() {
        return process.pid();
    }

    public boolean alive() {
        return process.isAlive();
    }

    /** CPU time of the process so far, user and system, in nanoseconds. */
    public long cpuNs() {
        return process.info().totalCpuDuration().map(Duration::toNanos).orElse(0L);
    }

    /** The operator's token, from the data folder. */
    public String adminToken() throws IOException {
        return Files.readString(data.resolve("admin.token")).strip();
    }

    /**
     * One call of the admin interface.
     *
     * @param body JSON, or an empty string for none
     * @return the answer's body
     * @throws IOException when refused (the message is the answer) or not reached
     */
    public String admin(String method, String path, String body) throws IOException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(http() + path))
                .timeout(REST_TIMEOUT)
                .header("Authorization", "Bearer " + adminToken())
                .header("Content-Type", "application/json")
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .build();
        try {
            HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
            if (response.statusCode() >= 400) {
                throw new IOException(method + " " + path + ": " + response.statusCode() + " " + response.body());
            }
            return response.body();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /** Ends the process at once (SIGKILL), as a crash would. */
    public void kill() {
        process.destroyForcibly();
        waitFor(Duration.ofSeconds(10));
        forget();
    }

    /** Tells the process to end in order (SIGTERM), without waiting. */
    void end() {
        process.destroy();
    }

    /**
     * Ends the process in order (SIGTERM) and waits.
     *
     * @return its exit code, or -1 when it had to be killed
     */
    public int stop(Duration timeout) {
        process.destroy();
        boolean ended = waitFor(timeout);
        if (!ended) {
            kill();
        }
        forget();
        return ended ? process.exitValue() : -1;
    }

    @Override
    public void close() {
        stop(Duration.ofSeconds(20));
    }

    private boolean waitFor(Duration timeout) {
        try {
            return process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void forget() {
        try {
            Runtime.getRuntime().removeShutdownHook(reaper);
        } catch (IllegalStateException e) {
            // The JVM is ending: the hook runs anyway, on a process that is gone.
            return;
        }
    }
}
