package io.sluice.log.raft;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.config.LogSettings;
import io.sluice.log.api.LogNode;
import io.sluice.log.api.LogNodeOptions;
import io.sluice.log.api.LogNodes;
import io.sluice.log.api.LogUnavailableException;
import io.sluice.log.api.ReplicatedLog;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SingleNodeTest {
    private static Vertx vertx;

    @TempDir
    Path folder;

    private LogNode node;
    private ReplicatedLog log;
    private ListMachine machine;
    private final List<Throwable> fatal = new ArrayList<>();

    static LogSettings settings(int segmentBytes) {
        return new LogSettings(
                1,
                segmentBytes,
                2,
                Math.min(64 << 10, segmentBytes / 2),
                64 << 10,
                2,
                256 << 10,
                1L << 30,
                30,
                1 << 20,
                0);
    }

    @BeforeAll
    static void start() {
        vertx = Vertx.vertx();
    }

    @AfterAll
    static void stop() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    private void open() throws Exception {
        LogNodeOptions options = LogNodeOptions.of("n1", "test", "127.0.0.1", 0, folder, settings(256 << 10));
        node = LogNodes.start(options, vertx, new NoMeters(), (name, cause) -> fatal.add(cause));
        machine = new ListMachine();
        log = node.open("shard-0", machine);
        machine.awaitLeading();
    }

    @AfterEach
    void close() {
        if (node != null) {
            node.close();
        }
    }

    private long append(String text) throws Exception {
        return append(text, text.length());
    }

    private long append(String text, int bytes) throws Exception {
        ByteBuffer entry = ByteBuffer.allocate(Math.max(bytes, text.length()));
        entry.put(text.getBytes(StandardCharsets.UTF_8));
        while (entry.hasRemaining()) {
            entry.put((byte) ' ');
        }
        return log.append(entry.flip()).toCompletableFuture().get(10, SECONDS);
    }

    @Test
    void appliesAndReplaysAfterRestart() throws Exception {
        open();
        for (int i = 0; i < 100; i++) {
            append("entry " + i);
        }
        List<String> before = List.copyOf(machine.applied);
        assertThat(before).hasSize(100).endsWith("entry 99");
        assertThat(log.isLeader()).isTrue();
        assertThat(log.leader()).isEqualTo("n1");

        node.close();
        open();
        assertThat(machine.applied).isEqualTo(before);
        assertThat(fatal).isEmpty();
    }

    @Test
    void refusesAppendsAndStillTellsItsStatusOnceClosed() throws Exception {
        open();
        long last = append("entry");
        node.close();

        assertThat(log.append(ByteBuffer.allocate(1)))
                .failsWithin(10, SECONDS)
                .withThrowableThat()
                .withCauseInstanceOf(LogUnavailableException.class);
        assertThat(log.status().appliedIndex()).isEqualTo(last);
    }

    @Test
    void keepsTheOrderOfAppendsThatAreInFlightTogether() throws Exception {
        open();
        List<CompletableFuture<Long>> all = new ArrayList<>();
        for (int i = 0; i < 2000; i++) {
            all.add(log.append(ByteBuffer.wrap(("e" + i).getBytes(StandardCharsets.UTF_8)))
                    .toCompletableFuture());
        }
        long previous = 0;
        for (CompletableFuture<Long> one : all) {
            long index = one.get(10, SECONDS);
            assertThat(index).isGreaterThan(previous);
            previous = index;
        }
        assertThat(machine.applied).hasSize(2000).endsWith("e1999");
    }

    @Test
    void restoresASnapshotAndReplaysOnlyTheRest() throws Exception {
        open();
        append("one");
        log.snapshot().toCompletableFuture().get(10, SECONDS);
        append("two");
        node.close();
        open();
        assertThat(machine.restored).isTrue();
        assertThat(machine.applied).containsExactly("one", "two");
        assertThat(log.status().snapshotIndex()).isPositive();
    }

    @Test
    void releasesSegmentsThatNothingPinsAndKeepsPinnedBodiesReadable() throws Exception {
        open();
        long pin = append("pin me", 1000);
        for (int i = 0; i < 40; i++) {
            append("filler " + i, 60_000);
        }
        int before = log.status().segmentCount();
        log.snapshot().toCompletableFuture().get(10, SECONDS);
        append("more");
        log.snapshot().toCompletableFuture().get(10, SECONDS);
        assertThat(log.status().segmentCount()).isLessThan(before).isGreaterThan(1);
        assertThat(log.status().spareCount()).isBetween(1, 2);
        assertThat(log.status().firstIndex()).isGreaterThan(pin);
        assertThat(log.sparseSegments()).singleElement().satisfies(sparse -> {
            assertThat(sparse.liveBytes()).isEqualTo(1000);
            assertThat(sparse.firstIndex()).isLessThanOrEqualTo(pin);
        });

        node.close();
        open();
        assertThat(text(log.reader().read(pin))).isEqualTo("pin me");
        assertThat(log.reader().cached(pin)).isNull();

        append("free " + pin);
        log.snapshot().toCompletableFuture().get(10, SECONDS);
        assertThatThrownBy(() -> log.reader().read(pin)).isInstanceOf(IllegalArgumentException.class);
    }

    private static String text(ByteBuffer bytes) {
        return StandardCharsets.UTF_8.decode(bytes).toString().trim();
    }

    @Test
    void readsFromTheTailCacheWithoutTheDisk() throws Exception {
        open();
        long index = append("fresh");
        assertThat(text(log.reader().cached(index))).isEqualTo("fresh");
        assertThat(log.reader().cached(index).isReadOnly()).isTrue();
        assertThat(log.reader().cached(index + 1)).isNull();
    }

    @Test
    void endsTheNodeOnceWhenApplyThrows() throws Exception {
        open();
        append("fine");
        CompletableFuture<Long> outcome = log.append(ByteBuffer.wrap("bug".getBytes(StandardCharsets.UTF_8)))
                .toCompletableFuture();
        assertThatThrownBy(() -> outcome.get(10, SECONDS)).isNotNull();
        assertThat(fatal).hasSize(1);
    }

    @Test
    void refusesADataFolderThatIsInUse() throws Exception {
        open();
        LogNodeOptions second = LogNodeOptions.of("n2", "test", "127.0.0.1", 0, folder, settings(256 << 10));
        assertThatThrownBy(() -> LogNodes.start(second, vertx, new NoMeters(), (name, cause) -> {}))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("in use");
    }
}
