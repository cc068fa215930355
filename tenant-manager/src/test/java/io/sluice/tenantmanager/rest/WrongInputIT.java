package io.sluice.tenantmanager.rest;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.tenantmanager.fakes.AdminServer;
import io.sluice.tenantmanager.fakes.AdminServer.Answer;
import io.sluice.tenantmanager.fakes.MemoryLog;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every refusal says which field is wrong and what is allowed, and changes nothing. */
class WrongInputIT {
    private static AdminServer server;

    @BeforeAll
    static void start() throws Exception {
        server = new AdminServer(new MemoryLog());
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    private static void refused(Answer answer, int status, String field, String detail) {
        assertThat(answer.raw().headers().firstValue("Content-Type")).contains("application/problem+json");
        assertThat(answer.status()).as(answer.raw().body()).isEqualTo(status);
        assertThat(answer.json().getInteger("status")).isEqualTo(status);
        assertThat(answer.json().getString("field", "")).isEqualTo(field);
        assertThat(answer.json().getString("detail")).contains(detail);
        assertThat(answer.json().getString("title")).isNotBlank();
        assertThat(answer.json().getString("type")).isEqualTo("about:blank");
        assertThat(server.manager.directory().tenant("acme")).isNull();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'bogus':1} | bogus | there is no field 'bogus'",
                "{'displayName':1} | displayName | must be of type string",
                "{'plan':'nope'} | plan | plans are [free, standard, unlimited]",
                "{'weight':'x'} | weight | must be of type integer",
                "{'weight':1.5} | weight | must be of type integer",
                "{'weight':0} | weight | 0 is less than 1",
                "{'weight':101} | weight | 101",
                "{'limits':[]} | limits | must be of type object",
                "{'limits':{'nope':1}} | limits.nope | there is no field",
                "{'limits':{'connections':-1}} | limits.connections | -1 is less than 0",
                "{'limits':{'connections':{'rate':1}}} | limits.connections | must be a whole number, \"unlimited\" or null",
                "{'limits':{'publish.messagesPerSecond':'a'}} | limits.publish.messagesPerSecond | must be a whole number, {\"rate\"",
                "{'limits':{'publish.messagesPerSecond':{'burst':1}}} | limits.publish.messagesPerSecond.rate | is missing",
                "{'limits':{'publish.messagesPerSecond':{'rate':1,'bursts':1}}} | limits.publish.messagesPerSecond.bursts | there is no field",
                "{'limits':{'publish.bytesPerSecond':2000000000}} | limits.publish.bytesPerSecond | 2000000000",
                "{'limits':{'overRate':'x'}} | limits.overRate | [\"pace\",\"reject\"]",
                "{'groups':{}} | groups | must be of type array",
                "{'groups':[{}]} | groups[0].name | is missing",
                "{'groups':[{'name':'Orders'}]} | groups[0].name | 1 to 64 of a-z 0-9",
                "{'groups':[{'name':'-a'}]} | groups[0].name | starting with a letter or digit",
                "{'groups':[{'name':'a','form':'z'}]} | groups[0].form | [\"work\"]",
                "{'groups':[{'name':'a'},{'name':'a'}]} | groups[1].name | named twice",
                "{'groups':[{'name':'a','queues':[{'name':'b','x':1}]}]} | groups[0].queues[0].x | there is no field",
                "{'groups':[{'name':'a','queues':[{'name':'b'},{'name':'b'}]}]} | groups[0].queues[1].name | named twice",
                "{'groups':[{'name':'a','queues':[{'name':'b','overflow':'no'}]}]} | groups[0].queues[0].overflow | \"drop-oldest\"",
                "{'groups':[{'name':'a','queues':[{'name':'b','maxDeliveries':0}]}]} | groups[0].queues[0].maxDeliveries | 0 is less than 1",
                "{'groups':[{'name':'a','queues':[{'name':'b','deadLetterQueue':'c'}]}]} | groups[0].queues[0].deadLetterQueue | has no queue 'c'",
                "{'groups':[{'name':'a','queues':[{'name':'b','deadLetterQueue':'b'}]}]} | groups[0].queues[0].deadLetterQueue | its own",
                "{'groups':[{'name':'a','queues':[{'name':'b','overflow':'dead-letter'}]}]} | groups[0].queues[0].overflow | needs a deadLetterQueue",
                "{'groups':[{'name':'a','queues':[{'name':'b','redeliveryDelayMs':90000}]}]} | groups[0].queues[0].maxRedeliveryDelayMs | at least redeliveryDelayMs (90000)",
                "{'keys':[{'name':'a'}]} | keys[0].permissions | is missing",
                "{'keys':[{'name':'a','permissions':[]}]} | keys[0].permissions | too few items",
                "{'keys':[{'name':'a','permissions':[7]}]} | keys[0].permissions[0] | must be of type string",
                "{'keys':[{'name':'a','permissions':['publish:a/b','read:a/b']}]} | keys[0].permissions[1] | publish:GROUP/QUEUE",
                "{'keys':[{'name':'a','permissions':['publish:*']}]} | keys[0].permissions[0] | publish:GROUP/QUEUE",
                "{'keys':[{'name':'a','permissions':['publish:a/b'],'key':'slk_mine'}]} | keys[0].key | there is no field",
                "[] | `` | the body must be of type object",
                "null | `` | the body must be of type object",
                "{ | `` | the body is not JSON",
                "`` | `` | a JSON body is needed",
            })
    void refusesAWrongTenant(String body, String field, String detail) throws Exception {
        refused(server.put("/tenants/acme", body), 400, field, detail);
        refused(server.put("/tenants/acme?dryRun=true", body), 400, field, detail);
    }

    @ParameterizedTest
    @CsvSource({
        "Acme",
        "a%2Fb",
        "a%20b",
        "-a",
        "%C3%A4",
        "a%00",
        "aaaaaaaaaabbbbbbbbbbaaaaaaaaaabbbbbbbbbbaaaaaaaaaabbbbbbbbbbaaaaa"
    })
    void refusesAWrongNameInThePath(String name) throws Exception {
        refused(server.put("/tenants/" + name, "{}"), 400, "tenant", "1 to 64 of a-z 0-9");
        refused(server.put("/plans/" + name, "{'limits':{}}"), 400, "plan", "1 to 64 of a-z 0-9");
    }

    @ParameterizedTest
    @CsvSource({
        "/tenants?limit=0, limit, 0 is less than 1",
        "/tenants?limit=1001, limit, 1001",
        "/tenants?limit=x, limit, must be of type integer",
        "/tenants?after=A, after, 1 to 64 of a-z",
        "/tenants?limit=1&limit=2, limit, more than once",
        "/tenants?offset=3, offset, there is no parameter 'offset'",
        "/audit?before=x, before, must be of type integer",
        "/plans/free?x=1, x, there is no parameter 'x'",
    })
    void refusesAWrongParameter(String path, String field, String detail) throws Exception {
        refused(server.get(path), 400, field, detail);
    }

    /** A mistyped dry run must not become the real thing. */
    @Test
    void refusesAMistypedDryRun() throws Exception {
        refused(server.put("/tenants/acme?dryrun=true", "{}"), 400, "dryrun", "parameters are dryRun");
        refused(server.put("/tenants/acme?dryRun=yes", "{}"), 400, "dryRun", "must be of type boolean");
    }

    @Test
    void refusesWhatIsNotThere() throws Exception {
        refused(server.get("/nothing"), 404, "", "openapi.yaml");
        refused(server.get("/tenants/acme"), 404, "", "there is no tenant 'acme'");
        refused(server.delete("/tenants/acme"), 404, "", "there is no tenant 'acme'");
        refused(server.patch("/tenants/acme", "{}"), 404, "", "PUT /v1/tenants/acme makes it");
        refused(server.post("/tenants/acme/suspend", null), 404, "", "there is no tenant 'acme'");
        refused(server.get("/tenants/acme/groups/a/queues/b"), 404, "", "there is no tenant 'acme'");
        refused(server.put("/tenants/acme/groups/a", "{}"), 404, "", "there is no tenant 'acme'");
        refused(server.get("/plans/nope"), 404, "", "there is no plan 'nope'");
        refused(server.post("/tenants/acme", "{}"), 405, "", "POST is not possible");
    }

    @Test
    void refusesAMissingOrWrongToken() throws Exception {
        for (String header : new String[] {
            null, "", "Bearer", "Bearer ", "Bearer wrong", AdminServer.TOKEN, "Basic " + AdminServer.TOKEN
        }) {
            Answer answer = server.send("PUT", "/tenants/acme", "{}", header);
            refused(answer, 401, "", "token");
            assertThat(answer.raw().headers().firstValue("WWW-Authenticate")).isPresent();
            assertThat(answer.raw().body()).doesNotContain(AdminServer.TOKEN);
        }
    }

    @Test
    void refusesAHugeBody() throws Exception {
        String body = "{'displayName':'" + "x".repeat(AdminServer.MAX_BODY_BYTES) + "'}";
        refused(server.put("/tenants/acme", body), 413, "", AdminServer.MAX_BODY_BYTES + " bytes");
    }

    @Test
    void refusesABodyThatIsNotJson() throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(server.url() + "/tenants/acme"))
                .PUT(HttpRequest.BodyPublishers.ofString("displayName=x"))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .header("Authorization", "Bearer " + AdminServer.TOKEN)
                .build();
        HttpResponse<String> response = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
        assertThat(response.statusCode()).isEqualTo(415);
        assertThat(response.body()).contains("Content-Type: application/json");
    }
}
