package io.sluice.log.raft;

import io.sluice.log.api.LogStateMachine;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A machine that remembers what it applied, and pins what its entries say: {@code "pin…"} pins itself, {@code "free N"} lets go of entry N. */
final class ListMachine implements LogStateMachine {
    final List<String> applied = Collections.synchronizedList(new ArrayList<>());
    final TreeMap<Long, Integer> pinned = new TreeMap<>();
    final CountDownLatch leading = new CountDownLatch(1);
    volatile boolean restored;
    final AtomicInteger restores = new AtomicInteger();

    @Override
    public void apply(long index, ByteBuffer entry) {
        String text =
                StandardCharsets.UTF_8.decode(entry.duplicate()).toString().trim();
        if (text.startsWith("bug")) {
            throw new IllegalStateException("a bug in apply");
        }
        if (text.startsWith("pin")) {
            pinned.put(index, entry.remaining());
        }
        if (text.startsWith("free ")) {
            pinned.remove(Long.parseLong(text.substring(5)));
        }
        applied.add(text.substring(0, Math.min(40, text.length())));
    }

    void awaitLeading() throws InterruptedException {
        if (!leading.await(20, TimeUnit.SECONDS)) {
            throw new AssertionError("does not lead");
        }
    }

    @Override
    public void onLeading(long term) {
        leading.countDown();
    }

    @Override
    public void onFollowing(String leader) {}

    @Override
    public Capture capture() {
        List<String> lines = List.copyOf(applied);
        String pins = pinned.toString();
        return (directory, pace) -> {
            Files.write(directory.resolve("applied"), lines);
            Files.writeString(directory.resolve("pins"), pins);
        };
    }

    @Override
    public void restore(Path directory) throws IOException {
        applied.clear();
        applied.addAll(Files.readAllLines(directory.resolve("applied")));
        pinned.clear();
        String pins = Files.readString(directory.resolve("pins"));
        for (String pin : pins.substring(1, pins.length() - 1).split(", ")) {
            if (!pin.isEmpty()) {
                pinned.put(Long.parseLong(pin.split("=")[0]), Integer.parseInt(pin.split("=")[1]));
            }
        }
        restored = true;
        restores.incrementAndGet();
    }

    @Override
    public LivePins livePins() {
        return (first, last) -> pinned.subMap(first, true, last, true).values().stream()
                .mapToLong(Integer::longValue)
                .sum();
    }
}
