package io.sluice.tenantmanager.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.tenantmanager.fakes.AdminServer;
import io.sluice.tenantmanager.fakes.AdminServer.Answer;
import io.sluice.tenantmanager.fakes.MemoryLog;
import io.sluice.tenantmanager.fakes.RecordingShards;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Definitions reach the data shards whatever happens in between. */
@Timeout(60)
class ReconcilerIT {
    private static final String BODY = "{'groups':[{'name':'orders','queues':[{'name':'new'}]}]}";

    private static void awaitNothingPending(AdminServer server) throws Exception {
        awaitPending(server, "/pending", 0);
    }

    private static void awaitPending(AdminServer server, String path, int most) throws Exception {
        while (server.get(path).json().getInteger("count") > most) {
            Thread.sleep(20);
        }
    }

    @Test
    void aDefinitionThatNoShardTakesIsPendingAndNotShownToClients() throws Exception {
        try (AdminServer server = new AdminServer(new MemoryLog())) {
            server.asynchronous();
            server.shards.failing(true);
            Answer answer = server.put("/tenants/acme", BODY);
            assertThat(answer.status()).isEqualTo(202);
            assertThat(answer.json().getString("status")).isEqualTo("pending");
            assertThat(answer.json().getString("see")).isEqualTo("/v1/pending?tenant=acme");
            assertThat(server.get("/pending?tenant=acme").json().getInteger("count"))
                    .isEqualTo(2);
            assertThat(server.get("/pending?tenant=other").json().getInteger("count"))
                    .isZero();
            assertThat(server.manager.directory().tenant("acme").groups()).isEmpty();
            assertThat(server.get("/tenants/acme/groups/orders").json().getString("status"))
                    .isEqualTo("pending");

            server.shards.failing(false);
            awaitNothingPending(server);
            assertThat(server.manager.directory().tenant("acme").groups()).containsOnlyKeys("orders");
            assertThat(server.put("/tenants/acme", BODY).status()).isEqualTo(200);
        }
    }

    @Test
    void confirmsWhatWasDoneBeforeTheLogWasOpen() throws Exception {
        MemoryLog log = new MemoryLog();
        try (AdminServer first = new AdminServer(log)) {
            first.asynchronous();
            first.shards.failing(true);
            assertThat(first.put("/tenants/acme", BODY).status()).isEqualTo(202);
        }
        log.leadsBeforeOpen(300);
        try (AdminServer second = new AdminServer(log)) {
            awaitNothingPending(second);
            assertThat(second.manager.directory().tenant("acme").groups()).containsOnlyKeys("orders");
        }
    }

    @Test
    void aRestartGoesOnWithWhatIsNotConfirmed() throws Exception {
        MemoryLog log = new MemoryLog();
        try (AdminServer first = new AdminServer(log)) {
            first.asynchronous();
            first.shards.failing(true);
            assertThat(first.put("/tenants/acme", BODY).status()).isEqualTo(202);
        }
        try (AdminServer second = new AdminServer(log)) {
            awaitNothingPending(second);
            assertThat(second.shards.calls())
                    .extracting(RecordingShards.Call::what)
                    .containsExactly("defineGroup", "defineQueue");
            assertThat(second.manager.directory().tenant("acme").groups()).containsOnlyKeys("orders");
        }
        try (AdminServer third = new AdminServer(log)) {
            assertThat(third.shards.calls())
                    .as("what was confirmed is not sent again")
                    .isEmpty();
            assertThat(third.manager.directory().tenant("acme").groups()).containsOnlyKeys("orders");
        }
    }

    @Test
    void deletedBeforeItWasDefinedTellsTheShardOnlyTheEnd() throws Exception {
        try (AdminServer server = new AdminServer(new MemoryLog())) {
            server.asynchronous();
            server.shards.failing(true);
            server.put("/tenants/acme", BODY);
            server.shards.failing(false);
            server.delete("/tenants/acme");
            awaitNothingPending(server);
            assertThat(server.shards.calls("deleteGroup")).hasSize(1);
            assertThat(server.shards
                            .calls()
                            .get(server.shards.calls().size() - 1)
                            .what())
                    .isEqualTo("deleteGroup");
        }
    }

    @Test
    void groupsOfAShardWithoutLeaderHoldUpNoOther() throws Exception {
        try (AdminServer server = new AdminServer(new MemoryLog())) {
            server.asynchronous();
            server.shards.failing(true);
            JsonArray groups = new JsonArray();
            // They are spread over the four shards: as many are in the first one as are worked off at once.
            for (int i = 0; i < 4 * 64; i++) {
                groups.add(new JsonObject().put("name", "g" + i));
            }
            JsonObject limits = new JsonObject().put("groups", groups.size());
            String many =
                    new JsonObject().put("limits", limits).put("groups", groups).encode();
            assertThat(server.put("/tenants/big", many).status()).isEqualTo(202);
            server.shards.failing(0);
            server.shards.failing(false);
            awaitPending(server, "/pending?tenant=big", 64);
            String two = "{'groups':[{'name':'in-the-first'},{'name':'in-the-second'}]}";
            assertThat(server.put("/tenants/acme", two).status()).isEqualTo(202);
            awaitPending(server, "/pending?tenant=acme", 1);
            assertThat(server.manager.directory().tenant("acme").groups()).containsOnlyKeys("in-the-second");
        }
    }

    @Test
    void aGroupIsMovedThenLeftAndShownInItsNewShard() throws Exception {
        try (AdminServer server = new AdminServer(new MemoryLog())) {
            server.put("/tenants/acme", BODY);
            Answer answer = server.post("/tenants/acme/groups/orders/move", "{'shard':3}");
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.json().getInteger("shard")).isEqualTo(3);
            awaitNothingPending(server);
            assertThat(server.shards.calls())
                    .extracting(RecordingShards.Call::what)
                    .containsExactly("defineGroup", "defineQueue", "moveGroup", "leaveGroup");
            assertThat(server.shards.calls("leaveGroup").get(0).shard()).isZero();
            assertThat(server.manager
                            .directory()
                            .tenant("acme")
                            .groups()
                            .get("orders")
                            .shard())
                    .isEqualTo(3);
        }
    }

    @Test
    void aMoveThatTheShardsCallOffIsAnsweredSo() throws Exception {
        try (AdminServer server = new AdminServer(new MemoryLog())) {
            server.put("/tenants/acme", BODY);
            server.shards.answerMoves("shard 3 is full");
            Answer answer = server.post("/tenants/acme/groups/orders/move", "{'shard':3}");
            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.json().getString("detail")).contains("stays in shard 0", "/v1/audit");
            awaitNothingPending(server);
            assertThat(server.shards.calls("forgetImport").get(0).shard()).isEqualTo(3);
            assertThat(server.shards.calls("leaveGroup")).isEmpty();
            assertThat(server.get("/audit").json().toString()).contains("shard 3 is full");
        }
    }

    @Test
    void aMoveToAShardThatIsNotThereIsRefused() throws Exception {
        try (AdminServer server = new AdminServer(new MemoryLog())) {
            server.put("/tenants/acme", BODY);
            Answer answer = server.post("/tenants/acme/groups/orders/move", "{'shard':4}");
            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.json().getString("field")).isEqualTo("shard");
        }
    }
}
