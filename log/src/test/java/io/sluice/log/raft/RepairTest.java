package io.sluice.log.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.log.api.DamagedLogException;
import io.sluice.log.api.LogVerifier;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A bit flips in a segment of one replica: nobody is ever given it, and the other replicas put it right. */
final class RepairTest {
    private static final int MANY = 1 << 30;
    private static final int HEADER_BYTES = 40;

    @TempDir
    Path folder;

    private ReplicaGroup group() throws IOException {
        return new ReplicaGroup(folder, ReplicaGroup.settings(MANY, MANY, MANY));
    }

    /** Segments of a replica, first one first. */
    private static List<Path> segments(ReplicaGroup group, String id) throws IOException {
        try (Stream<Path> files = Files.list(group.folder(id).resolve("segments"))) {
            return files.filter(file -> file.toString().endsWith(".seg"))
                    .sorted()
                    .toList();
        }
    }

    private static byte flip(Path file, long offset) throws IOException {
        byte before = at(file, offset);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(new byte[] {(byte) (before ^ 4)}), offset);
        }
        return before;
    }

    private static byte at(Path file, long offset) throws IOException {
        ByteBuffer one = ByteBuffer.allocate(1);
        try (FileChannel channel = FileChannel.open(file)) {
            channel.read(one, offset);
        }
        return one.get(0);
    }

    /** Where the body that starts so lies in a segment. */
    private static long offsetOf(Path file, String text) throws IOException {
        int found = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).indexOf(text + " ");
        assertThat(found).as(text).isPositive();
        return found;
    }

    @Test
    void repairsABodyAndAHeaderThatAreFoundDamagedWhileReading() throws Exception {
        try (ReplicaGroup group = group()) {
            group.append("pin", 40_000, 20);
            for (String id : List.of(group.followerId(), group.leaderId())) {
                group.assertWhole(id);
                Path first = segments(group, id).get(0);
                long body = offsetOf(first, "pin 2") + 20_000;
                long header = offsetOf(first, "pin 3") - HEADER_BYTES + 9;
                byte bodyByte = flip(first, body);
                byte headerByte = flip(first, header);
                group.assertWhole(id);
                assertThat(at(first, body)).isEqualTo(bodyByte);
                assertThat(at(first, header)).isEqualTo(headerByte);
            }
            assertThat(group.fatal).isEmpty();
        }
    }

    @Test
    void repairsAtTheStartWhatItsRecoveryFindsDamaged() throws Exception {
        try (ReplicaGroup group = group()) {
            group.append("pin", 40_000, 20);
            String id = group.followerId();
            group.assertWhole(id);
            group.stop(id);
            List<Path> segments = segments(group, id);
            flip(segments.get(0), 9);
            flip(segments.get(1), sealOffset(segments.get(1)) + HEADER_BYTES + 3);
            flip(segments.get(2), sealOffset(segments.get(2)) + 30);
            Path last = segments.get(segments.size() - 1);
            flip(last, offsetOf(last, "pin 18") + 100);

            group.start(id);
            group.assertWhole(id);
            group.append("pin after", 100, 1);
            group.assertWhole(id);
            group.stop(id);
            assertThat(LogVerifier.verify(folder.resolve(id)))
                    .allSatisfy(report -> assertThat(report.damage()).isEmpty());
            assertThat(group.fatal).isEmpty();
        }
    }

    /** As the trailer of a sealed segment says. */
    private static long sealOffset(Path segment) throws IOException {
        byte[] bytes = Files.readAllBytes(segment);
        return ByteBuffer.wrap(bytes).getInt(bytes.length - 12);
    }

    @Test
    void installedSegmentsAreRepairedInEveryPlaceThatLinksThem() throws Exception {
        try (ReplicaGroup group = group()) {
            group.append("pin", 40_000, 20);
            String id = group.followerId();
            group.assertWhole(id);
            group.snapshot(id);
            Path first = segments(group, id).get(0);
            long body = offsetOf(first, "pin 1") + 10;
            byte before = flip(first, body);
            group.assertWhole(id);
            try (Stream<Path> all = Files.walk(group.folder(id).resolve("snapshots"))) {
                assertThat(all.filter(path -> isSame(path, first)))
                        .singleElement()
                        .satisfies(link -> assertThat(at(link, body)).isEqualTo(before));
            }
        }
    }

    private static boolean isSame(Path one, Path other) {
        try {
            return Files.isSameFile(one, other);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void refusesWhatCannotBePutRight() throws Exception {
        try (ReplicaGroup group = group()) {
            group.append("pin", 40_000, 20);
            String id = group.followerId();
            group.assertWhole(id);
            Path first = segments(group, id).get(0);
            long header = offsetOf(first, "pin 2") - HEADER_BYTES;
            for (int i = 0; i < HEADER_BYTES; i++) {
                flip(first, header + i);
            }
            long index = group.running.get(id).machine().pinned.firstKey() + 2;
            assertThatThrownBy(() -> group.running.get(id).log().reader().read(index))
                    .isInstanceOf(DamagedLogException.class)
                    .hasMessageContaining(first + " at offset " + header);
        }
    }
}
