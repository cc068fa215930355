package io.sluice.log.raft;

import com.alipay.sofa.jraft.entity.LocalFileMetaOutter.LocalFileMeta;
import io.sluice.log.api.LogStateMachine.LivePins;
import io.sluice.log.segment.LinkedSegment;
import io.sluice.log.segment.SegmentInfo;
import io.sluice.log.segment.SegmentStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The segments that a captured state refers to: linked into the snapshot's folder, and listed in its manifest with the entries that count.
 *
 * <p>The manifest has a line for each file: first index, last index, live bytes, generation (hexadecimal).
 */
final class PinnedSegments {
    static final String FOLDER = "segments";
    static final String MANIFEST = "segments.manifest";
    private static final int COLUMNS = 4;

    /** One file: the name it has in the store, what of it counts, and how much of that is alive. */
    private record Pinned(SegmentInfo segment, long liveBytes) {
        LinkedSegment linked() {
            return new LinkedSegment(segment.generation(), segment.firstIndex(), segment.lastIndex());
        }

        Pinned orLonger(Pinned other) {
            return other.segment.lastIndex() > segment.lastIndex() ? other : this;
        }
    }

    private final Collection<Pinned> pinned;

    private PinnedSegments(Collection<Pinned> pinned) {
        this.pinned = pinned;
    }

    /** What a state at an index refers to; on the apply thread. */
    static PinnedSegments at(long index, SegmentStore store, LivePins pins) {
        Map<Long, Pinned> byGeneration = new LinkedHashMap<>();
        for (SegmentInfo segment : store.upTo(index)) {
            long bytes = pins.liveBytes(segment.firstIndex(), segment.lastIndex());
            if (bytes > 0) {
                byGeneration.merge(segment.generation(), new Pinned(segment, bytes), Pinned::orLonger);
            }
        }
        return new PinnedSegments(byGeneration.values());
    }

    /** Puts links and manifest into a snapshot's folder, all forced; returns the files' names in it. */
    List<String> write(SegmentStore store, Path snapshot) throws IOException {
        Path folder = Files.createDirectories(snapshot.resolve(FOLDER));
        List<String> names = new ArrayList<>();
        List<String> lines = new ArrayList<>();
        for (Pinned one : pinned) {
            LinkedSegment linked = one.linked();
            store.link(one.segment().name(), folder.resolve(linked.fileName()));
            names.add(FOLDER + "/" + linked.fileName());
            lines.add(linked.firstIndex() + " " + linked.lastIndex() + " " + one.liveBytes() + " "
                    + Long.toHexString(linked.generation()));
        }
        Path manifest = Files.write(snapshot.resolve(MANIFEST), lines);
        SnapshotFiles.force(manifest);
        SnapshotFiles.force(folder);
        SnapshotFiles.force(snapshot);
        names.add(MANIFEST);
        return names;
    }

    /** What consensus is to know of a file: a segment's name says what is in it, so that one that is there already is not sent again. */
    static LocalFileMeta metaOf(String file) {
        LocalFileMeta.Builder meta = LocalFileMeta.newBuilder();
        return file.startsWith(FOLDER + "/") ? meta.setChecksum(file).build() : meta.build();
    }

    /** What a snapshot's manifest lists, or null when the snapshot is from a version that linked nothing. */
    static @Nullable List<LinkedSegment> read(Path snapshot) throws IOException {
        Path manifest = snapshot.resolve(MANIFEST);
        if (!Files.exists(manifest)) {
            return null;
        }
        List<LinkedSegment> linked = new ArrayList<>();
        for (String line : Files.readAllLines(manifest)) {
            String[] columns = line.split(" ");
            if (columns.length < COLUMNS) {
                return null;
            }
            linked.add(new LinkedSegment(
                    Long.parseUnsignedLong(columns[3], 16), Long.parseLong(columns[0]), Long.parseLong(columns[1])));
        }
        return linked;
    }
}
