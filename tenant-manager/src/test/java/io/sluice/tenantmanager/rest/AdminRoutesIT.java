package io.sluice.tenantmanager.rest;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.protocol.ErrorCode;
import io.sluice.tenantmanager.api.AuthResult;
import io.sluice.tenantmanager.api.ShardUsage;
import io.sluice.tenantmanager.api.TenantChange;
import io.sluice.tenantmanager.api.TenantView;
import io.sluice.tenantmanager.api.Verdict;
import io.sluice.tenantmanager.fakes.AdminServer;
import io.sluice.tenantmanager.fakes.AdminServer.Answer;
import io.sluice.tenantmanager.fakes.MemoryLog;
import io.sluice.tenantmanager.fakes.RecordingShards;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AdminRoutesIT {
    private static final String ACME = """
            {'displayName':'Acme Corp', 'plan':'standard', 'weight':2,
             'limits':{'publish.messagesPerSecond':1000, 'deliver.messagesPerSecond':{'rate':10,'burst':20}, 'overRate':'reject'},
             'groups':[{'name':'orders','form':'work','queues':[
                 {'name':'created','deadLetterQueue':'dead','maxDeliveries':3,'overflow':'dead-letter','maxMessages':10},{'name':'dead'}]}],
             'keys':[{'name':'app','permissions':['publish:orders/*','consume:orders/created']}]}""";

    private final MemoryLog log = new MemoryLog();
    private AdminServer server;

    @BeforeEach
    void start() throws Exception {
        server = new AdminServer(log);
    }

    @AfterEach
    void stop() throws Exception {
        server.close();
    }

    private Answer onboard() throws Exception {
        Answer answer = server.put("/tenants/acme", ACME);
        assertThat(answer.status()).as(answer.raw().body()).isEqualTo(201);
        return answer;
    }

    private static String keyOf(Answer answer, int position) {
        return answer.json().getJsonArray("keys").getJsonObject(position).getString("key");
    }

    private AuthResult login(String key) {
        return server.manager.directory().authenticate("acme", key);
    }

    @Test
    void onboardsInOneCallAndShowsTheKeyOnce() throws Exception {
        Answer first = onboard();
        String key = keyOf(first, 0);
        assertThat(key).matches("slk_[A-Za-z0-9_-]{43}");
        assertThat(first.json().getJsonObject("endpoints").getString("tcp")).isEqualTo("127.0.0.1:7610");
        assertThat(first.raw().headers().firstValue("Cache-Control")).contains("no-store");

        AuthResult.Granted granted = (AuthResult.Granted) login(key);
        assertThat(granted.principal().permissions().mayPublish("orders", "dead"))
                .isTrue();
        assertThat(granted.principal().permissions().mayConsume("orders", "dead"))
                .isFalse();

        Answer second = server.put("/tenants/acme", ACME);
        assertThat(second.status()).isEqualTo(200);
        assertThat(second.json().getJsonArray("changes")).isEmpty();
        assertThat(second.raw().body()).doesNotContain("slk_");
        assertThat(login(key)).isInstanceOf(AuthResult.Granted.class);
        assertThat(server.shards.calls()).hasSize(3);
        assertThat(server.get("/tenants/acme").raw().body()).doesNotContain("slk_");
    }

    @Test
    void tellsTheShardsGroupsFirstAndDeadLetterQueuesBeforeTheirUsers() throws Exception {
        onboard();
        List<RecordingShards.Call> calls = server.shards.calls();
        assertThat(calls).extracting(RecordingShards.Call::name).containsExactly("orders", "dead", "created");
        assertThat(calls.get(2).deadLetterQueueId())
                .isEqualTo(calls.get(1).queueId())
                .isNotZero();
        assertThat(calls.get(2).options().maxDeliveries()).isEqualTo(3);
        TenantView view = server.manager.directory().tenant("acme");
        assertThat(view.groups().get("orders").groupId()).isEqualTo(calls.get(0).groupId());
        assertThat(view.groups().get("orders").queues()).containsOnlyKeys("created", "dead");
        assertThat(view.weight()).isEqualTo(2);
    }

    @Test
    void dryRunTellsWhatWouldChangeAndChangesNothing() throws Exception {
        Answer first = server.put("/tenants/acme?dryRun=true", ACME);
        assertThat(first.status()).isEqualTo(200);
        assertThat(first.json().getBoolean("created")).isTrue();
        assertThat(whats(first)).contains("tenant acme", "group orders", "queue orders/created", "key app", "weight");
        assertThat(first.raw().body()).doesNotContain("slk_");
        assertThat(server.get("/tenants/acme").status()).isEqualTo(404);
        assertThat(server.shards.calls()).isEmpty();
        assertThat(server.get("/audit").json().getJsonArray("audit")).isEmpty();

        onboard();
        Answer second = server.patch("/tenants/acme?dryRun=true", "{'limits':{'publish.messagesPerSecond':7}}");
        JsonObject change = second.json().getJsonArray("changes").getJsonObject(0);
        assertThat(change.getString("from")).isEqualTo("1000/s (burst 1000)");
        assertThat(change.getString("to")).isEqualTo("7/s (burst 7)");
        assertThat(server.manager
                        .directory()
                        .tenant("acme")
                        .limits()
                        .publishMessages()
                        .perSecond())
                .isEqualTo(1000);
    }

    private static List<String> whats(Answer answer) {
        return answer.json().getJsonArray("changes").stream()
                .map(change -> ((JsonObject) change).getString("what"))
                .toList();
    }

    @Test
    void limitsFollowAPatchAndAPlanAtOnce() throws Exception {
        onboard();
        long id = server.manager.directory().tenant("acme").tenantId();
        var gate = server.manager.admission().gate(id);
        assertThat(gate.checkPublish(1, 5_000, 5_000)).isSameAs(Verdict.ADMITTED);

        assertThat(server.patch("/tenants/acme", "{'limits':{'messageBytes':100}}")
                        .status())
                .isEqualTo(200);
        Verdict.Refused refused = (Verdict.Refused) gate.checkPublish(1, 5_000, 5_000);
        assertThat(refused.code()).isEqualTo(ErrorCode.TOO_LARGE);
        assertThat(refused.message()).contains("messageBytes").contains("100").contains("5000");

        JsonObject own = server.patch("/tenants/acme", "{'limits':{'messageBytes':null}}")
                .json()
                .getJsonObject("limits");
        assertThat(own.fieldNames()).doesNotContain("messageBytes").contains("publish.messagesPerSecond");
        assertThat(gate.checkPublish(1, 5_000, 5_000)).isSameAs(Verdict.ADMITTED);

        assertThat(server.put("/plans/standard", "{'limits':{'messageBytes':99}}")
                        .status())
                .isEqualTo(200);
        assertThat(gate.checkPublish(1, 5_000, 5_000)).isInstanceOf(Verdict.Refused.class);
        server.patch("/tenants/acme", "{'limits':{'messageBytes':'unlimited'}}");
        assertThat(gate.checkPublish(1, 5_000, 5_000)).isSameAs(Verdict.ADMITTED);
    }

    @Test
    void aSuspendedTenantIsToldSoOnlyWithTheRightKey() throws Exception {
        String key = keyOf(onboard(), 0);
        List<TenantChange> changes = new CopyOnWriteArrayList<>();
        server.manager.directory().onChange(changes::add);
        long id = server.manager.directory().tenant("acme").tenantId();
        var gate = server.manager.admission().gate(id);

        assertThat(server.post("/tenants/acme/suspend", null).json().getBoolean("suspended"))
                .isTrue();
        assertThat(changes).contains(new TenantChange.Suspended(id));
        assertThat(((AuthResult.Refused) login(key)).code()).isEqualTo(ErrorCode.TENANT_SUSPENDED);
        assertThat(((AuthResult.Refused) login("slk_wrong")).code()).isEqualTo(ErrorCode.UNAUTHENTICATED);
        assertThat(((Verdict.Refused) gate.connect()).code()).isEqualTo(ErrorCode.TENANT_SUSPENDED);

        assertThat(server.post("/tenants/acme/resume", null).json().getBoolean("suspended"))
                .isFalse();
        assertThat(login(key)).isInstanceOf(AuthResult.Granted.class);
        assertThat(gate.connect()).isSameAs(Verdict.ADMITTED);
    }

    @Test
    void makesAndRevokesKeys() throws Exception {
        onboard();
        Answer made = server.post("/tenants/acme/keys", "{'name':'second','permissions':['consume:*/*']}");
        assertThat(made.status()).isEqualTo(201);
        String key = made.json().getString("key");
        assertThat(login(key)).isInstanceOf(AuthResult.Granted.class);
        Answer again = server.post("/tenants/acme/keys", "{'name':'second','permissions':['consume:*/*']}");
        assertThat(again.status()).isEqualTo(409);
        assertThat(again.json().getString("field")).isEqualTo("name");
        assertThat(again.raw().body()).doesNotContain("slk_");

        List<TenantChange> changes = new CopyOnWriteArrayList<>();
        server.manager.directory().onChange(changes::add);
        assertThat(server.delete("/tenants/acme/keys/second").status()).isEqualTo(200);
        long id = server.manager.directory().tenant("acme").tenantId();
        assertThat(changes).contains(new TenantChange.KeyRevoked(id, "second"));
        AuthResult.Refused refused = (AuthResult.Refused) login(key);
        assertThat(refused.code()).isEqualTo(ErrorCode.UNAUTHENTICATED);
        assertThat(server.delete("/tenants/acme/keys/second").status()).isEqualTo(404);
    }

    @Test
    void aTenantOfTheSameNameGetsNewIdsAndNoneOfTheOldKeys() throws Exception {
        String oldKey = keyOf(onboard(), 0);
        TenantView old = server.manager.directory().tenant("acme");
        var oldGate = server.manager.admission().gate(old.tenantId());
        assertThat(server.delete("/tenants/acme").status()).isEqualTo(200);
        assertThat(server.shards.calls("deleteGroup"))
                .extracting(RecordingShards.Call::groupId)
                .containsExactly(old.groups().get("orders").groupId());
        assertThat(server.get("/tenants/acme").status()).isEqualTo(404);
        assertThat(oldGate.connect()).isInstanceOf(Verdict.Refused.class);

        onboard();
        TenantView fresh = server.manager.directory().tenant("acme");
        assertThat(fresh.tenantId()).isGreaterThan(old.tenantId());
        assertThat(fresh.groups().get("orders").groupId())
                .isGreaterThan(old.groups().get("orders").groupId());
        assertThat(server.manager.directory().tenant(old.tenantId())).isNull();
        assertThat(login(oldKey)).isInstanceOf(AuthResult.Refused.class);
    }

    @Test
    void groupsAndQueuesAreMadeReadChangedPurgedAndDeleted() throws Exception {
        onboard();
        String base = "/tenants/acme/groups/mail";
        assertThat(server.put(base, "{}").status()).isEqualTo(201);
        assertThat(server.put(base, "{'form':'work'}").status()).isEqualTo(200);
        assertThat(server.put(base + "/queues/out", "{'ttlMs':60000}").status()).isEqualTo(201);
        Answer patched = server.patch(base + "/queues/out", "{'orderByKey':true}");
        assertThat(patched.json().getLong("ttlMs")).isEqualTo(60_000);
        assertThat(patched.json().getBoolean("orderByKey")).isTrue();
        assertThat(server.patch(base + "/queues/none", "{}").status()).isEqualTo(404);

        JsonObject figures = server.get(base + "/queues/out").json();
        assertThat(figures.getLong("depth")).isEqualTo(4);
        assertThat(figures.getLong("unacked")).isEqualTo(2);
        assertThat(figures.getLong("oldestAgeMs")).isEqualTo(50);

        assertThat(server.post(base + "/queues/out/purge", null).status()).isEqualTo(200);
        assertThat(server.shards.calls("purgeQueue")).hasSize(1);
        assertThat(server.delete("/tenants/acme/groups/orders/queues/dead").status())
                .isEqualTo(409);
        assertThat(server.delete(base + "/queues/out").status()).isEqualTo(200);
        assertThat(server.shards.calls("deleteQueue")).hasSize(1);
        assertThat(server.delete(base).status()).isEqualTo(200);
        assertThat(server.get(base).status()).isEqualTo(404);
        assertThat(server.manager.directory().tenant("acme").groups()).containsOnlyKeys("orders");
    }

    @Test
    void quotasOfGroupsAndQueuesNameValueAndUse() throws Exception {
        server.put("/tenants/small", "{'plan':'free','groups':[{'name':'a'},{'name':'b'}]}");
        Answer refused = server.put("/tenants/small/groups/c", "{}");
        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.json().getString("code")).isEqualTo("QUOTA_EXCEEDED");
        assertThat(refused.json().getString("detail"))
                .contains("'groups'")
                .contains("is 2")
                .contains("2 are in use");
        server.patch("/tenants/small", "{'limits':{'groups':3}}");
        assertThat(server.put("/tenants/small/groups/c", "{}").status()).isEqualTo(201);
    }

    @Test
    void listsComeInPages() throws Exception {
        for (String name : List.of("a", "b", "c")) {
            server.put("/tenants/" + name, "{}");
        }
        JsonObject page = server.get("/tenants?limit=2").json();
        assertThat(page.getJsonArray("tenants")).hasSize(2);
        JsonObject rest =
                server.get("/tenants?limit=2&after=" + page.getString("next")).json();
        assertThat(rest.getJsonArray("tenants").getJsonObject(0).getString("tenant"))
                .isEqualTo("c");
        assertThat(rest.getString("next")).isNull();

        JsonObject audit = server.get("/audit?limit=2").json();
        assertThat(audit.getJsonArray("audit").getJsonObject(0).getString("target"))
                .isEqualTo("c");
        JsonObject older =
                server.get("/audit?limit=2&before=" + audit.getLong("next")).json();
        assertThat(older.getJsonArray("audit").getJsonObject(0).getString("target"))
                .isEqualTo("a");
    }

    @Test
    void auditSaysWhoDidWhatFromWhereAndWhatWasRefused() throws Exception {
        onboard();
        server.post("/tenants/none/suspend", null);
        JsonArray audit = server.get("/audit").json().getJsonArray("audit");
        JsonObject refused = audit.getJsonObject(0);
        assertThat(refused.getString("result")).startsWith("NOT_FOUND");
        JsonObject done = audit.getJsonObject(1);
        assertThat(done.getString("who")).isEqualTo("admin");
        assertThat(done.getString("from")).isEqualTo("127.0.0.1");
        assertThat(done.getString("action")).isEqualTo("put tenant");
        assertThat(done.getString("what")).contains("create group orders");
        assertThat(audit.encode()).doesNotContain("slk_");
    }

    @Test
    void showsUsageClusterAndDescription() throws Exception {
        onboard();
        long id = server.manager.directory().tenant("acme").tenantId();
        server.manager.admission().gate(id).connect();
        server.manager.admission().reportUsage(new ShardUsage(0, List.of(new ShardUsage.Tenant(id, 4_711, 3))));
        JsonObject usage = server.get("/tenants/acme/usage").json().getJsonObject("usage");
        assertThat(usage.getJsonObject("connections").getLong("used")).isEqualTo(1);
        assertThat(usage.getJsonObject("storageBytes").getLong("used")).isEqualTo(4_711);
        assertThat(usage.getJsonObject("queues").getLong("used")).isEqualTo(2);
        assertThat(usage.getJsonObject("publish.messagesPerSecond").getLong("tokensLeft"))
                .isEqualTo(1_000);
        assertThat(server.get("/cluster").json().getJsonArray("shards")).hasSize(1);
        Answer description = server.send("GET", "/openapi.yaml", null, null);
        assertThat(description.raw().body()).startsWith("openapi: 3.1.0").contains("application/problem+json");
    }

    @Test
    void answersUnavailableWhenTheLogIs() throws Exception {
        log.unavailable(true);
        Answer answer = server.put("/tenants/acme", "{}");
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.json().getString("detail")).contains("same request again is safe");
        assertThat(answer.raw().headers().firstValue("Retry-After")).isPresent();
        log.unavailable(false);
        assertThat(server.put("/tenants/acme", "{}").status()).isEqualTo(201);
    }
}
