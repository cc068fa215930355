package io.sluice.systemtests;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.client.ClientListener;
import io.sluice.client.ConsumerOptions;
import io.sluice.client.Publisher;
import io.sluice.client.SluiceClient;
import io.sluice.protocol.ErrorCode;
import io.sluice.protocol.Message;
import io.sluice.protocol.frame.Ack;
import io.sluice.protocol.frame.Connected;
import io.sluice.protocol.frame.Failure;
import io.sluice.protocol.frame.Frame;
import io.sluice.protocol.frame.FrameType;
import io.sluice.protocol.frame.Heartbeat;
import io.sluice.protocol.frame.OpenProducer;
import io.sluice.protocol.frame.Publish;
import io.sluice.protocol.frame.Ranges;
import io.sluice.protocol.frame.Subscribe;
import io.sluice.protocol.frame.Subscribed;
import io.sluice.protocol.frame.Unsubscribe;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Clients that mean harm, or know no better, beside a tenant that must not notice. */
@Timeout(180)
class HostileClientsIT {
    private static final String QUEUE = "orders/created";
    private static final int SPARE_FILES = 40;
    private static final int PAUSE_MS = 100;

    @TempDir
    static Path dir;

    private static TestNode node;
    private static Neighbour neighbour;
    private static String key;
    private static long openFilesBefore;
    private static final List<Throwable> NEIGHBOUR_ERRORS = new CopyOnWriteArrayList<>();

    @BeforeAll
    static void start() throws Exception {
        node = TestNode.start(
                dir.resolve("data"),
                "--gateway-connect-timeout-ms",
                "1s",
                "--gateway-write-stall-timeout-ms",
                "1s",
                "--gateway-resume-grace-ms",
                "200ms",
                "--gateway-max-connections-per-address",
                "300");
        ClientListener trouble = new ClientListener() {
            @Override
            public void onError(Throwable error) {
                NEIGHBOUR_ERRORS.add(error);
            }
        };
        neighbour = new Neighbour(
                node.connect("neighbour", node.onboard("neighbour", new JsonObject(), QUEUE), trouble),
                "orders",
                "created");
        key = node.onboard("hostile", new JsonObject(), QUEUE);
        neighbour.awaitProgress();
        openFilesBefore = openFiles();
    }

    @AfterAll
    static void theNeighbourNoticedNothing() throws Exception {
        try {
            History history = neighbour.finish();
            assertThat(history.faults()).as("%s", history).isEqualTo(History.Faults.NONE);
            assertThat(history.confirmedCount()).isEqualTo(history.publishedCount());
            assertThat(NEIGHBOUR_ERRORS).as("its connection is never closed").isEmpty();
            String log = Files.readString(node.local().logFile());
            assertThat(log).doesNotContain("OutOfMemory").doesNotContain(" ERROR ");
        } finally {
            neighbour.close();
            node.close();
        }
    }

    @AfterEach
    void everythingIsGivenBack() {
        neighbour.awaitProgress();
        Eventually.holds(
                () -> openFiles() <= openFilesBefore + SPARE_FILES, () -> "files are left open: " + openFilesBefore);
    }

    /** Of the node's process; where the system does not tell, always 0. */
    private static long openFiles() throws IOException {
        Path folder = Path.of("/proc", String.valueOf(node.local().pid()), "fd");
        if (!Files.isDirectory(folder)) {
            return 0;
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.count();
        }
    }

    private static RawClient open() throws IOException {
        return new RawClient(node.local().tcp());
    }

    private static RawClient login() throws IOException {
        RawClient client = open().send(RawClient.connect("hostile", key));
        assertThat(client.read().get(0)).isInstanceOf(Connected.class);
        return client;
    }

    private static void assertBadFrame(RawClient client) throws IOException {
        Failure refusal = client.refusal();
        assertThat(refusal.code()).as(refusal.message()).isEqualTo(ErrorCode.BAD_FRAME);
        assertThat(refusal.message()).isNotBlank();
    }

    @Test
    void garbageIsAnsweredWithAnErrorAndTheEnd() throws Exception {
        List<byte[]> greetings =
                new ArrayList<>(List.of("GET / HTTP/1.1\r\n\r\n".getBytes(UTF_8), "AMQP\0\1\0\0".getBytes(UTF_8)));
        Random random = new Random(1);
        for (int i = 0; i < 50; i++) {
            byte[] garbage = new byte[1 + random.nextInt(5_000)];
            random.nextBytes(garbage);
            greetings.add(garbage);
        }
        List<RawClient> clients = new ArrayList<>();
        for (byte[] greeting : greetings) {
            clients.add(open().send(greeting));
        }
        for (RawClient client : clients) {
            assertBadFrame(client);
            client.close();
        }
    }

    @Test
    void garbageBehindAValidSessionEndsThatSessionOnly() throws Exception {
        Random random = new Random(2);
        List<RawClient> clients = new ArrayList<>();
        try (RawClient bystander = login()) {
            for (int type = 0; type < FrameType.SKIPPABLE; type += 3) {
                byte[] garbage = new byte[64];
                random.nextBytes(garbage);
                // A heartbeat's body is nobody's business; what else is in this range is unknown, the server's, or has
                // a body that must fit.
                int number = type == FrameType.HEARTBEAT.number() ? type + 1 : type;
                ByteBuffer.wrap(garbage).putInt(garbage.length - 4).put((byte) number);
                clients.add(login().send(garbage));
            }
            for (RawClient client : clients) {
                assertBadFrame(client);
                client.close();
            }
            bystander.send(new Subscribe(1, 1, 0, QUEUE));
            assertThat(bystander.read()).anyMatch(Subscribed.class::isInstance);
        }
    }

    @Test
    void whoSaysNothingOrHalfAFrameIsClosed() throws Exception {
        byte[] half = RawClient.bytes(RawClient.connect("hostile", key));
        try (RawClient silent = open();
                RawClient slow = open().send(Arrays.copyOf(half, half.length / 2))) {
            assertThat(silent.refusal().message()).contains("CONNECT");
            assertThat(slow.refusal().message()).contains("CONNECT");
        }
    }

    @Test
    void whoConnectsByteByByteIsClosedThoughItNeverFallsSilent() throws Exception {
        byte[] connect = RawClient.bytes(RawClient.connect("hostile", key));
        List<RawClient> clients = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            clients.add(open());
        }
        // Each byte at its leisure: the whole frame would take far longer than the node waits for CONNECT.
        for (int at = 0; at < connect.length && trySend(clients, connect[at]); at++) {
            TimeUnit.MILLISECONDS.sleep(PAUSE_MS);
        }
        for (RawClient client : clients) {
            assertThat(client.refusal().message()).contains("CONNECT");
            client.close();
        }
    }

    /** Whether nobody was told to go yet. */
    private static boolean trySend(List<RawClient> clients, byte next) throws IOException {
        for (RawClient client : clients) {
            if (client.available() > 0) {
                return false;
            }
            client.send(new byte[] {next});
        }
        return true;
    }

    @Test
    void whoSendsAFrameByteByByteKeepsItsSessionAndHoldsUpNobody() throws Exception {
        byte[] subscribe = RawClient.bytes(new Subscribe(1, 1, 0, QUEUE));
        try (RawClient client = login()) {
            for (byte next : subscribe) {
                client.send(new byte[] {next});
                TimeUnit.MILLISECONDS.sleep(PAUSE_MS / 10);
            }
            assertThat(client.read()).anyMatch(Subscribed.class::isInstance);
        }
    }

    @Test
    void anOversizeFrameIsRefusedBeforeItIsRead() throws Exception {
        ByteBuffer head = ByteBuffer.allocate(5).putInt(1 << 30).put((byte) 3);
        try (RawClient stranger = open().send(head.array());
                RawClient member = login().send(head.array())) {
            assertBadFrame(stranger);
            assertBadFrame(member);
        }
    }

    @Test
    void framesInWrongStatesAreRefused() throws Exception {
        Publish publish =
                new Publish(7, 0, 1, List.of(new Publish.Section("created", 1, 1)), ByteBuffer.wrap(new byte[] {0}));
        List<RawClient> clients = new ArrayList<>(List.of(
                open().send(new Subscribe(1, 1, 0, QUEUE)),
                open().send(new OpenProducer(1, false, "orders", "")),
                open().send(publish),
                login().send(RawClient.connect("hostile", key))));
        for (RawClient client : clients) {
            assertBadFrame(client);
            client.close();
        }
        try (RawClient client = login().send(new Ack(99, Ranges.of(1, 1)), new Unsubscribe(98))) {
            client.send(new Subscribe(1, 1, 0, QUEUE));
            assertThat(client.read()).isNotEmpty();
        }
        try (RawClient client = login().send(publish)) {
            assertThat(client.read()).as("publish for a handle never given out").isNotEmpty();
        }
        assertThat(node.queue("hostile", QUEUE).getLong("depth")).isZero();
    }

    @Test
    void aTenantsConnectionsOverItsQuotaAreRefusedOneByOne() throws Exception {
        String own = node.onboard("crowd", new JsonObject().put("connections", 5), QUEUE);
        List<RawClient> clients = new ArrayList<>();
        try {
            int welcome = 0;
            int refused = 0;
            for (int i = 0; i < 100; i++) {
                clients.add(open().send(RawClient.connect("crowd", own)));
            }
            for (RawClient client : clients) {
                Frame answer = client.read().get(0);
                if (answer instanceof Connected) {
                    welcome++;
                } else if (answer instanceof Failure failure) {
                    assertThat(failure.code()).isEqualTo(ErrorCode.QUOTA_EXCEEDED);
                    assertThat(failure.message()).contains("connections").contains("5");
                    refused++;
                }
            }
            assertThat(welcome).isEqualTo(5);
            assertThat(refused).isEqualTo(95);
        } finally {
            for (RawClient client : clients) {
                client.close();
            }
        }
        Eventually.holds(
                () -> {
                    try (RawClient client = open().send(RawClient.connect("crowd", own))) {
                        return client.read().get(0) instanceof Connected;
                    }
                },
                () -> "the quota stays used up");
    }

    @Test
    void connectionsWithoutASessionAreBoundedPerAddress() throws Exception {
        List<RawClient> clients = new ArrayList<>();
        try {
            for (int i = 0; i < 400; i++) {
                clients.add(open());
            }
            int overTheBound = 0;
            for (RawClient client : clients) {
                Failure refusal = client.refusal();
                if (refusal.code() == ErrorCode.QUOTA_EXCEEDED) {
                    assertThat(refusal.message()).contains("gateway.maxConnectionsPerAddress");
                    overTheBound++;
                } else {
                    assertThat(refusal.message()).contains("CONNECT");
                }
            }
            assertThat(overTheBound).isPositive();
            neighbour.awaitProgress();
        } finally {
            for (RawClient client : clients) {
                client.close();
            }
        }
    }

    @Test
    void aConsumerThatNeverReadsIsClosedAndItsMessagesReturn() throws Exception {
        String own = node.onboard("sleeper", new JsonObject(), QUEUE);
        int messages = 400;
        try (SluiceClient client = node.connect("sleeper", own);
                Publisher publisher = client.publisher("orders")) {
            List<CompletableFuture<?>> confirmed = new ArrayList<>();
            for (int i = 0; i < messages; i++) {
                confirmed.add(publisher.publish("created", Message.of(new byte[100_000])));
            }
            CompletableFuture.allOf(confirmed.toArray(CompletableFuture[]::new)).get(90, TimeUnit.SECONDS);
        }
        try (RawClient sleeper = open().send(RawClient.connect("sleeper", own))) {
            sleeper.read();
            for (int request = 1; request <= 12; request++) {
                sleeper.send(new Subscribe(request, 10_000, 0, QUEUE));
            }
            Eventually.holds(
                    () -> node.queue("sleeper", QUEUE).getLong("unacked") > 50, () -> "nothing is checked out");
            Eventually.holds(
                    () -> {
                        trySend(sleeper);
                        return node.queue("sleeper", QUEUE).getLong("unacked") == 0;
                    },
                    () -> "the messages do not return");
        }
        assertThat(node.queue("sleeper", QUEUE).getLong("ready")).isEqualTo(messages);
        try (SluiceClient client = node.connect("sleeper", own)) {
            client.consumer(QUEUE, ConsumerOptions.DEFAULT.withAutoAck(true), delivery -> {});
            node.awaitEmpty("sleeper", QUEUE);
        }
    }

    /** Shows that it lives, though it reads nothing; the node may have closed by now. */
    private static void trySend(RawClient client) {
        try {
            client.send(new Heartbeat());
        } catch (IOException closed) {
            assertThat(closed).hasMessageMatching("(?i).*(broken pipe|reset|closed|abort).*");
        }
    }
}
