package io.sluice.log.raft;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.log.api.DamagedLogException;
import io.sluice.log.api.LogNode;
import io.sluice.log.api.LogNodeOptions;
import io.sluice.log.api.LogNodes;
import io.sluice.log.api.ReplicatedLog;
import io.sluice.log.spi.CrashFiles;
import io.vertx.core.Vertx;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole log, consensus and vote file included, on a disk that loses what was not forced. */
final class RaftLogCrashTest {
    private static final int CRASHES = 25;
    private static Vertx vertx;

    @TempDir
    Path folder;

    private final List<Throwable> fatal = new CopyOnWriteArrayList<>();

    @BeforeAll
    static void start() {
        vertx = Vertx.vertx();
    }

    @AfterAll
    static void stop() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    private LogNode node(CrashFiles files) throws Exception {
        LogNodeOptions options = LogNodeOptions.of(
                        "n1", "crash", "127.0.0.1", 0, folder, SingleNodeTest.settings(32 << 10))
                .withFiles(files);
        return LogNodes.start(options, vertx, new NoMeters(), (name, cause) -> fatal.add(cause));
    }

    private static CompletableFuture<Long> append(ReplicatedLog log, String text, int bytes) {
        byte[] padded = Arrays.copyOf(text.getBytes(StandardCharsets.UTF_8), Math.max(bytes, text.length()));
        Arrays.fill(padded, text.length(), padded.length, (byte) ' ');
        return log.append(ByteBuffer.wrap(padded)).toCompletableFuture();
    }

    @Test
    void keepsWhatWasConfirmedAtEveryCrash() throws Exception {
        long seed = Long.getLong("sluice.test.seed", 1);
        run(new CrashFiles(seed), seed);
    }

    @Test
    void noticesWhenNothingIsForced() {
        CrashFiles files = new CrashFiles(1);
        files.ignoreForce();
        assertThatThrownBy(() -> run(files, 1)).isInstanceOfAny(AssertionError.class, DamagedLogException.class);
    }

    private void run(CrashFiles files, long seed) throws Exception {
        Random random = new Random(seed);
        List<String> confirmed = new ArrayList<>();
        for (int crash = 0; crash < CRASHES; crash++) {
            List<String> open = Collections.synchronizedList(new ArrayList<>());
            try (LogNode node = node(files)) {
                ListMachine machine = new ListMachine();
                ReplicatedLog log = node.open("shard-0", machine);
                machine.awaitLeading();
                assertThat(machine.applied)
                        .as("seed %s, after crash %s", seed, crash)
                        .containsSubsequence(confirmed)
                        .doesNotHaveDuplicates();
                confirmed = new ArrayList<>(machine.applied);
                files.crashAfter(1 + random.nextInt(120));
                work(files, log, crash, random, open);
            }
            confirmed.addAll(open);
            assertThat(fatal).hasSize(1);
            fatal.clear();
            files.crash();
        }
    }

    /** Appends, and takes a snapshot now and then, until the power fails; {@code confirmed} gets what was confirmed, in order. */
    private void work(CrashFiles files, ReplicatedLog log, int crash, Random random, List<String> confirmed)
            throws Exception {
        for (int i = 0; fatal.isEmpty(); i++) {
            String text = crash + "." + i;
            CompletableFuture<Long> appended = append(log, text, random.nextInt(3000));
            var unused = appended.thenAccept(index -> confirmed.add(text));
            if (random.nextInt(4) == 0) {
                waitFor(appended);
            }
            if (i % 50 == 49) {
                waitFor(log.snapshot().toCompletableFuture());
            }
        }
        assertThat(files.isCrashed()).isTrue();
        assertThatThrownBy(() -> append(log, "after the end", 10).get(10, SECONDS))
                .isNotInstanceOf(TimeoutException.class);
    }

    /** Until it is done or the node has ended: then nothing is told any more. */
    private void waitFor(CompletableFuture<?> future) throws InterruptedException {
        while (!future.isDone() && fatal.isEmpty()) {
            Thread.sleep(1);
        }
    }
}
