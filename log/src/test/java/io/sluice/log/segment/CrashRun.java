package io.sluice.log.segment;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.log.spi.CrashFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One seeded life of a store: random appends, truncations, releases, clean restarts and crashes, checked against a model after each restart.
 *
 * <p>The model holds every entry that must be readable. What was under way at a crash may have happened or not; what came back decides.
 */
final class CrashRun {
    private static final Path FOLDER = Path.of("/log/shard-0/segments");
    private static final SegmentOptions OPTIONS = new SegmentOptions(16 * 1024, 2, 4096);

    private final CrashFiles files;
    private final Random random;
    private final TreeMap<Long, LogRecord> held = new TreeMap<>();
    private List<LogRecord> inFlight = List.of();
    private long cutInFlight = Long.MAX_VALUE;
    private long first = 1;
    private long last;
    private long term = 1;
    private SegmentStore store;
    private @Nullable Throwable backgroundFailure;
    int crashes;
    int releases;

    CrashRun(CrashFiles files, long seed) throws IOException {
        this.files = files;
        this.random = new Random(seed);
        this.store = open();
    }

    private SegmentStore open() throws IOException {
        Maintenance direct = new Maintenance(FOLDER, failure -> backgroundFailure = failure, new DirectExecutor());
        return SegmentStore.open(files, FOLDER, OPTIONS, direct);
    }

    void run(int steps) throws IOException {
        for (int i = 0; i < steps; i++) {
            if (random.nextInt(8) == 0) {
                files.crashAfter(1 + random.nextInt(40));
            }
            try {
                step();
            } catch (IOException e) {
                if (!files.isCrashed()) {
                    throw e;
                }
            }
            if (files.isCrashed()) {
                crashes++;
                files.crash();
                reopen();
            } else if (backgroundFailure != null) {
                throw new AssertionError("background work failed", backgroundFailure);
            }
        }
    }

    private void step() throws IOException {
        switch (random.nextInt(12)) {
            case 0 -> truncateSuffix();
            case 1 -> truncatePrefix(first + random.nextInt((int) (last - first + 2)));
            case 2 -> release();
            case 3 -> restart();
            case 4 -> {
                if (random.nextInt(20) == 0) {
                    reset();
                }
            }
            default -> append();
        }
    }

    private void append() throws IOException {
        List<LogRecord> batch = new ArrayList<>();
        int count = 1 + random.nextInt(6);
        for (int i = 0; i < count; i++) {
            byte[] body = new byte[random.nextInt(6) == 0 ? random.nextInt(7000) : random.nextInt(400)];
            random.nextBytes(body);
            RecordType type = random.nextInt(20) == 0 ? RecordType.CONFIGURATION : RecordType.DATA;
            batch.add(new LogRecord(last + 1 + i, term, type, ByteBuffer.wrap(body)));
        }
        inFlight = batch;
        store.append(batch);
        confirm(batch);
    }

    private void confirm(List<LogRecord> batch) {
        batch.forEach(record -> held.put(record.index(), record));
        last = batch.isEmpty() ? last : batch.get(batch.size() - 1).index();
        inFlight = List.of();
    }

    private void truncateSuffix() throws IOException {
        long kept = Math.max(first - 1, last - random.nextInt(5));
        cutInFlight = kept;
        term++;
        store.truncateSuffix(kept);
        cut(kept);
    }

    private void cut(long kept) {
        held.tailMap(kept, false).clear();
        last = Math.min(last, kept);
        cutInFlight = Long.MAX_VALUE;
    }

    private void truncatePrefix(long kept) throws IOException {
        first = kept;
        store.truncatePrefix(kept);
        last = Math.max(last, kept - 1);
    }

    /** Forgets some sealed segments below a durable snapshot, as the owner does. */
    private void release() {
        for (SegmentInfo segment : store.sealed()) {
            if (segment.lastIndex() < first && segment.lastIndex() >= segment.firstIndex() && random.nextBoolean()) {
                held.subMap(segment.firstIndex(), true, segment.lastIndex(), true)
                        .clear();
                store.markDead(List.of(segment.name()));
                releases++;
            }
        }
    }

    private void reset() throws IOException {
        long next = last + 1 + random.nextInt(10);
        store.reset(next, last);
        first = next;
        last = next - 1;
    }

    private void restart() throws IOException {
        store.close();
        reopen();
    }

    private void reopen() throws IOException {
        backgroundFailure = null;
        store = open();
        long found = store.lastIndex();
        if (cutInFlight != Long.MAX_VALUE && found <= cutInFlight) {
            cut(Math.max(cutInFlight, found));
        }
        cutInFlight = Long.MAX_VALUE;
        confirm(inFlight.stream().filter(record -> record.index() <= found).toList());
        if (found > last && store.firstIndex() == found + 1) {
            // A reset that was under way happened.
            last = found;
        }
        assertThat(found).as("last index").isEqualTo(last);
        // Moving the start is not waited for, but it never goes further than asked.
        assertThat(store.firstIndex()).as("first index").isLessThanOrEqualTo(Math.max(first, last + 1));
        first = store.firstIndex();
        held.values().forEach(this::check);
        assertThat(store.configurations())
                .isEqualTo(held.tailMap(first).values().stream()
                        .filter(record -> record.type() == RecordType.CONFIGURATION)
                        .map(LogRecord::index)
                        .toList());
    }

    private void check(LogRecord expected) {
        try {
            LogRecord found = random.nextBoolean() ? store.read(expected.index()) : store.readForward(expected.index());
            assertThat(found).as("entry %s", expected.index()).isNotNull();
            assertThat(found.term()).isEqualTo(expected.term());
            assertThat(found.type()).isEqualTo(expected.type());
            assertThat(found.body()).isEqualTo(expected.body());
        } catch (IOException e) {
            throw new AssertionError("entry " + expected.index(), e);
        }
    }
}
