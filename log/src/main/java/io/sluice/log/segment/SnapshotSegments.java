package io.sluice.log.segment;

import io.sluice.log.api.DamagedLogException;
import io.sluice.log.spi.FileLayer;
import io.sluice.log.spi.FileLayer.LogFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Segments shared with snapshots by hard links.
 *
 * <p><b>Why a linked file is never altered.</b> A link shares the bytes, so nothing may be written to a file that a snapshot links. A segment is
 * linked only after it is sealed: nothing is appended to it any more. The one other writer is the pool, which hands a released file on to be
 * written again. A released segment goes there only when no folder below {@code snapshots} has its link, else its name is deleted and the
 * bytes live on for the snapshot alone. That is asked after the segment was retired, and {@link Segment#linkTo} refuses a retired one: so
 * no link can appear later. The folders themselves are the record of what is linked, so a restart has nothing to rebuild; a link is named by the
 * generation of its file, which is never used twice. A link whose deletion a crash undoes belongs to a snapshot older than the newest one,
 * whose name was durable before anything was released; consensus deletes such a snapshot when it starts, unread.
 *
 * <p><b>Installed segments</b> are those of a snapshot that this store does not hold already. They are linked into the store's folder,
 * valid within the bounds of their name, and never recycled.
 */
final class SnapshotSegments {
    static final String FOLDER = "segments";
    private final FileLayer files;
    private final Path directory;
    private final Path snapshots;
    private final SegmentList segments;

    SnapshotSegments(FileLayer files, Path directory, SegmentList segments) {
        this.files = files;
        this.directory = directory;
        this.snapshots = directory.resolveSibling("snapshots");
        this.segments = segments;
    }

    /** Whether a snapshot, finished or not, links the file. */
    boolean areLinked(long generation) throws IOException {
        for (String snapshot : files.list(snapshots)) {
            if (files.exists(snapshots.resolve(snapshot).resolve(FOLDER).resolve(LinkedSegment.fileName(generation)))) {
                return true;
            }
        }
        return false;
    }

    /** The newest snapshot's name is durable when this returns: what a crash may bring back is older. */
    void forceSnapshotNames() throws IOException {
        if (files.exists(snapshots)) {
            files.forceDirectory(snapshots);
        }
    }

    /** Whether the same file also has the name of an installed segment. */
    boolean isInstalledToo(Segment segment) {
        return segments.all().stream()
                .anyMatch(other -> other != segment
                        && other.isInstalled()
                        && other.header.generation() == segment.header.generation());
    }

    /** Loads what earlier snapshots brought. */
    void recover() throws IOException {
        for (String name : names(files, directory)) {
            segments.install(open(files, directory.resolve(name)));
        }
    }

    static List<String> names(FileLayer files, Path directory) throws IOException {
        return files.list(directory).stream()
                .filter(name -> InstalledName.parse(name) != null)
                .sorted()
                .toList();
    }

    /** Takes over those segments of a snapshot that are not held; durable when this returns. */
    void adopt(List<LinkedSegment> linked, Path folder) throws IOException {
        boolean added = false;
        for (LinkedSegment segment : linked) {
            if (!isHeld(segment)) {
                adopt(segment, folder.resolve(segment.fileName()));
                added = true;
            }
        }
        if (added) {
            files.forceDirectory(directory);
        }
    }

    private boolean isHeld(LinkedSegment wanted) {
        for (Segment segment : segments.all()) {
            OffsetIndex offsets = segment.offsets();
            if (segment.header.generation() == wanted.generation()
                    && offsets.contains(wanted.firstIndex())
                    && offsets.contains(wanted.lastIndex())) {
                segment.setDead(false);
                return true;
            }
        }
        return false;
    }

    private void adopt(LinkedSegment segment, Path source) throws IOException {
        try (LogFile file = files.open(source, true)) {
            file.force();
            SegmentScanner.Result found = new SegmentScanner(file, SegmentHeader.read(file, source)).scan();
            if (!found.sealed()) {
                throw new DamagedLogException(
                        source.toString(), found.endOffset(), "a record is not there as its first owner wrote it");
            }
        }
        Path path = directory.resolve(InstalledName.of(segment));
        files.link(source, path);
        segments.install(open(files, path));
    }

    /** The trailer may be missing: a crash can lose it alone, and then the seal is found by a scan each time. */
    private static @Nullable SegmentContent content(LogFile file, SegmentHeader header) throws IOException {
        SegmentContent content = SegmentTrailer.read(file, header);
        if (content != null) {
            return content;
        }
        SegmentScanner.Result found = new SegmentScanner(file, header).scan();
        return found.sealed() ? found.content() : null;
    }

    static Segment open(FileLayer files, Path path) throws IOException {
        LogFile file = files.open(path, false);
        try {
            LinkedSegment bounds = InstalledName.parse(String.valueOf(path.getFileName()));
            SegmentHeader header = SegmentHeader.read(file, path);
            SegmentContent content = content(file, header);
            if (bounds == null || content == null || header.generation() != bounds.generation()) {
                throw new DamagedLogException(path.toString(), 0, "it is not the sealed segment of its name");
            }
            content.offsets.cut(bounds.lastIndex());
            if (!content.offsets.contains(bounds.firstIndex()) || !content.offsets.contains(bounds.lastIndex())) {
                throw new DamagedLogException(path.toString(), 0, "it does not hold the entries of its name");
            }
            Segment segment = new Segment(path, header, file, content);
            segment.setSealed();
            return segment;
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
    }
}
