package io.sluice.tenantmanager.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.config.LogSettings;
import io.sluice.log.api.LogNode;
import io.sluice.log.api.LogNodeOptions;
import io.sluice.log.api.LogNodes;
import io.sluice.tenantmanager.api.AuthResult;
import io.sluice.tenantmanager.api.TenantView;
import io.sluice.tenantmanager.fakes.AdminServer;
import io.sluice.tenantmanager.fakes.CountingMeters;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The tenant manager on a real log and disk. */
class ControlLogIT {
    private static final LogSettings SETTINGS =
            new LogSettings(1, 1 << 20, 2, 256 << 10, 64 << 10, 2, 256 << 10, 1L << 30, 30, 1 << 20, 0);

    @TempDir
    Path folder;

    private final Vertx vertx = Vertx.vertx();
    private final List<Throwable> fatal = new CopyOnWriteArrayList<>();

    @AfterEach
    void stop() throws Exception {
        vertx.close().await(10, TimeUnit.SECONDS);
        assertThat(fatal).isEmpty();
    }

    private AdminServer start() throws Exception {
        LogNode node = LogNodes.start(
                LogNodeOptions.of("n1", "test", "127.0.0.1", 0, folder, SETTINGS),
                vertx,
                new CountingMeters(),
                (name, cause) -> fatal.add(cause));
        AdminServer server = new AdminServer(node);
        while (!server.manager.controlLog().isLeader()) {
            Thread.sleep(20);
        }
        return server;
    }

    private static String onboard(AdminServer server, String tenant) throws Exception {
        var answer = server.put(
                "/tenants/" + tenant,
                "{'groups':[{'name':'g','queues':[{'name':'q'}]}],'keys':[{'name':'k','permissions':['publish:*/*']}]}");
        assertThat(answer.status()).as(answer.raw().body()).isEqualTo(201);
        return answer.json().getJsonArray("keys").getJsonObject(0).getString("key");
    }

    @Test
    void tenantsAndKeysOutliveARestartFromTheLogAndFromASnapshot() throws Exception {
        String first;
        String second;
        TenantView before;
        try (AdminServer server = start()) {
            first = onboard(server, "first");
            server.manager.controlLog().snapshot().toCompletableFuture().get(10, TimeUnit.SECONDS);
            second = onboard(server, "second");
            before = server.manager.directory().tenant("second");
        }
        try (AdminServer server = start()) {
            assertThat(server.manager.isReady()).isTrue();
            assertThat(server.manager.directory().authenticate("first", first)).isInstanceOf(AuthResult.Granted.class);
            assertThat(server.manager.directory().authenticate("second", second))
                    .isInstanceOf(AuthResult.Granted.class);
            assertThat(server.manager.directory().tenant("second")).isEqualTo(before);
            assertThat(server.shards.calls())
                    .as("what was confirmed is not sent again")
                    .isEmpty();
            assertThat(server.get("/audit").json().getJsonArray("audit")).hasSize(2);
        }
    }

    @Test
    void ofManyPutsOfOneTenantAtOnceOneMakesIt() throws Exception {
        try (AdminServer server = start()) {
            List<CompletableFuture<Integer>> puts = new CopyOnWriteArrayList<>();
            for (int i = 0; i < 8; i++) {
                puts.add(CompletableFuture.supplyAsync(() -> {
                    try {
                        return server.put("/tenants/acme", "{'keys':[{'name':'k','permissions':['publish:*/*']}]}")
                                .status();
                    } catch (Exception e) {
                        throw new IllegalStateException(e);
                    }
                }));
            }
            assertThat(puts.stream().map(CompletableFuture::join))
                    .containsOnlyOnce(201)
                    .contains(200);
        }
    }

    @Test
    void aRequestThatNoLogEntryHoldsIsRefused() throws Exception {
        LogSettings small = new LogSettings(1, 1 << 20, 2, 16 << 10, 8 << 10, 2, 256 << 10, 1L << 30, 30, 1 << 20, 0);
        LogNode node = LogNodes.start(
                LogNodeOptions.of("n1", "test", "127.0.0.1", 0, folder, small),
                vertx,
                new CountingMeters(),
                (name, cause) -> fatal.add(cause));
        try (AdminServer server = new AdminServer(node)) {
            StringBuilder queues = new StringBuilder();
            for (int i = 0; i < 900; i++) {
                queues.append(i == 0 ? "" : ",")
                        .append("{'name':'queue-")
                        .append(i)
                        .append("'}");
            }
            var answer = server.put("/tenants/acme", "{'groups':[{'name':'g','queues':[" + queues + "]}]}");
            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.json().getString("detail")).contains("log.maxEntryBytes is 16384");
        }
    }
}
