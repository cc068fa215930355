package io.sluice.log.raft;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.log.api.LogNode;
import io.sluice.log.api.LogNodeOptions;
import io.sluice.log.api.LogNodes;
import io.sluice.log.api.NotLeaderException;
import io.sluice.log.api.ReplicatedLog;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutionException;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three nodes in one JVM, over real sockets and files. */
final class ThreeNodesTest {
    @TempDir
    Path folder;

    private final Vertx vertx = Vertx.vertx();
    private final Map<String, Member> members = new ConcurrentSkipListMap<>();
    private final List<String> peers = new ArrayList<>();
    private final List<Throwable> fatal = new ArrayList<>();

    /** A running replica. */
    private record Member(LogNode node, ReplicatedLog log, ListMachine machine) {}

    @BeforeEach
    void start() throws Exception {
        for (int i = 1; i <= 3; i++) {
            try (ServerSocket free = new ServerSocket(0)) {
                peers.add("n" + i + "=127.0.0.1:" + free.getLocalPort());
            }
        }
        // A log is formed while all are there.
        List<CompletableFuture<Void>> starting = new ArrayList<>();
        for (int i = 1; i <= 3; i++) {
            String id = "n" + i;
            starting.add(CompletableFuture.runAsync(() -> {
                try {
                    startMember(id);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }));
        }
        CompletableFuture.allOf(starting.toArray(CompletableFuture[]::new)).get(30, SECONDS);
    }

    private void startMember(String id) throws IOException {
        int port = Integer.parseInt(peers.get(id.charAt(1) - '1').split(":")[1]);
        LogNodeOptions options = LogNodeOptions.of(
                        id, "three", "127.0.0.1", port, folder.resolve(id), SingleNodeTest.settings(256 << 10))
                .withPeers(peers);
        LogNode node = LogNodes.start(options, vertx, new NoMeters(), (name, cause) -> fatal.add(cause));
        ListMachine machine = new ListMachine();
        members.put(id, new Member(node, node.open("shard-0", machine), machine));
    }

    @AfterEach
    void stop() {
        members.values().forEach(member -> member.node().close());
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    private Member leader() throws InterruptedException {
        await(() -> members.values().stream().anyMatch(member -> member.log().isLeader()));
        return members.values().stream()
                .filter(member -> member.log().isLeader())
                .findFirst()
                .orElseThrow();
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        for (int i = 0; i < 600; i++) {
            if (condition.getAsBoolean()) {
                return;
            }
            Thread.sleep(50);
        }
        throw new AssertionError("did not happen");
    }

    private void append(String text, int bytes) throws Exception {
        for (int attempt = 0; attempt < 50; attempt++) {
            byte[] padded = Arrays.copyOf(text.getBytes(StandardCharsets.UTF_8), Math.max(bytes, text.length()));
            Arrays.fill(padded, text.length(), padded.length, (byte) ' ');
            try {
                leader().log()
                        .append(ByteBuffer.wrap(padded))
                        .toCompletableFuture()
                        .get(10, SECONDS);
                return;
            } catch (ExecutionException e) {
                assertThat(e.getCause()).isInstanceOf(RuntimeException.class);
            }
        }
        throw new AssertionError("never confirmed: " + text);
    }

    private void awaitEverywhere(List<String> expected) throws InterruptedException {
        for (Member member : members.values()) {
            await(() -> distinct(member).equals(expected));
            assertThat(distinct(member)).isEqualTo(expected);
        }
    }

    private static List<String> distinct(Member member) {
        return List.copyOf(member.machine().applied).stream().distinct().toList();
    }

    @Test
    void losesNothingConfirmedWhenTheLeaderStops() throws Exception {
        List<String> confirmed = new ArrayList<>();
        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < 20; i++) {
                String text = "round " + round + " entry " + i;
                append(text, i % 5 == 0 ? 60_000 : 0);
                confirmed.add(text);
            }
            String stopped = leader().log().leader();
            Member gone = members.remove(stopped);
            gone.node().close();
            append("without " + stopped + " in round " + round, 0);
            confirmed.add("without " + stopped + " in round " + round);
            startMember(stopped);
            awaitEverywhere(confirmed);
        }
        assertThat(fatal).isEmpty();
    }

    @Test
    void refusesAppendsOnAFollowerAndNamesTheLeader() throws Exception {
        append("first", 0);
        Member leader = leader();
        Member follower = members.values().stream()
                .filter(member -> !member.equals(leader))
                .findFirst()
                .orElseThrow();
        await(() -> follower.log().leader().equals(leader.log().leader()));
        assertThatThrownBy(() -> follower.log()
                        .append(ByteBuffer.allocate(1))
                        .toCompletableFuture()
                        .join())
                .isInstanceOf(CompletionException.class)
                .hasCauseInstanceOf(NotLeaderException.class)
                .hasMessageContaining(leader.log().leader());
    }

    @Test
    void bringsAMemberThatWasAwayUpToDateByASnapshot() throws Exception {
        append("before", 0);
        Member leader = leader();
        String away = members.keySet().stream()
                .filter(id -> !members.get(id).equals(leader))
                .findFirst()
                .orElseThrow();
        List<String> expected = new ArrayList<>(List.of("before"));
        awaitEverywhere(expected);
        members.remove(away).node().close();
        for (int i = 0; i < 10; i++) {
            append("while away " + i, 0);
            expected.add("while away " + i);
            if (i % 4 == 3) {
                leader().log().snapshot().toCompletableFuture().get(10, SECONDS);
            }
        }
        assertThat(leader().log().status().firstIndex()).isGreaterThan(3);
        startMember(away);
        awaitEverywhere(expected);
        assertThat(members.get(away).machine().restored).isTrue();
        assertThat(fatal).isEmpty();
    }

    @Test
    void bringsPinnedBodiesBelowTheSnapshotToAMemberThatWasAway() throws Exception {
        append("pin before", 2000);
        Member leader = leader();
        String away = members.keySet().stream()
                .filter(id -> !members.get(id).equals(leader))
                .findFirst()
                .orElseThrow();
        List<String> expected = new ArrayList<>(List.of("pin before"));
        awaitEverywhere(expected);
        members.remove(away).node().close();
        for (int i = 0; i < 24; i++) {
            String text = (i % 3 == 0 ? "pin " : "filler ") + i;
            append(text, 40_000);
            expected.add(text);
            if (i % 8 == 7) {
                leader().log().snapshot().toCompletableFuture().get(10, SECONDS);
            }
        }
        assertThat(leader().log().status().firstIndex()).isGreaterThan(12);
        for (int round = 0; round < 2; round++) {
            startMember(away);
            awaitEverywhere(expected);
            assertThat(members.get(away).machine().restored).isTrue();
            assertReadsPinned(members.get(away), 9);
            append("pin after " + round, 0);
            expected.add("pin after " + round);
            awaitEverywhere(expected);
            assertReadsPinned(members.get(away), 10);
            members.get(away).log().snapshot().toCompletableFuture().get(10, SECONDS);
            assertReadsPinned(members.get(away), 10);
            members.remove(away).node().close();
        }
        assertThat(fatal).isEmpty();
    }

    private static void assertReadsPinned(Member member, int atLeast) throws IOException {
        List<Long> pinned = List.copyOf(member.machine().pinned.keySet());
        assertThat(pinned).hasSizeGreaterThanOrEqualTo(atLeast);
        for (long index : pinned) {
            ByteBuffer body = member.log().reader().read(index);
            assertThat(body.remaining()).isEqualTo(member.machine().pinned.get(index));
            assertThat(StandardCharsets.UTF_8.decode(body).toString()).startsWith("pin ");
        }
    }

    @Test
    void refusesANodeOfAnotherCluster() throws Exception {
        append("ours", 0);
        Member leader = leader();
        await(() ->
                leader.log().status().appliedIndex() == leader.log().status().lastIndex());
        long applied = leader.log().status().lastIndex();
        await(() -> leader.log().status().appliedIndex() == applied);
        LogNodeOptions stranger = LogNodeOptions.of(
                        "n1", "other", "127.0.0.1", 0, folder.resolve("stranger"), SingleNodeTest.settings(256 << 10))
                .withPeers(peers);
        try (LogNode node = LogNodes.start(stranger, vertx, new NoMeters(), (name, cause) -> fatal.add(cause))) {
            CompletableFuture<ReplicatedLog> opening = CompletableFuture.supplyAsync(() -> {
                try {
                    return node.open("shard-0", new ListMachine());
                } catch (IOException closed) {
                    throw new UncheckedIOException(closed);
                }
            });
            Thread.sleep(2500);
            assertThat(opening).isNotDone();
            node.close();
            assertThat(opening).failsWithin(10, SECONDS);
        }
        assertThat(leader().log().status().appliedIndex()).isEqualTo(applied);
    }
}
