package io.sluice.log.segment;

import io.sluice.log.api.DamagedLogException;
import io.sluice.log.spi.FileLayer;
import io.sluice.log.spi.FileLayer.LogFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Puts a damaged record right where it lies: every name of the file, in the store and in snapshots, has it back at once.
 *
 * <p><b>Why what is written is what was there.</b> A body is taken from another replica only when it has the index, term, type, length and CRC that the record's
 * own header states, and the header is proved by its own CRC, which starts from a number that nobody else knows. Entries of one index and term are the same
 * on every replica, so this needs no knowledge of what is committed. A header that lost one bit is found by trying all of them; the footer of a sealed
 * segment is made again from the records before it. Anything worse is left as it is. A crash in the middle leaves a damaged record again.
 *
 * <p>*Confined to:* whoever keeps the file from being recycled meanwhile.
 */
public final class RecordRepair {
    private final FileLayer files;
    private final Path path;
    private final RecordSource source;

    RecordRepair(FileLayer files, Path path, RecordSource source) {
        this.files = files;
        this.path = path;
        this.source = source;
    }

    /** The same as {@link SegmentStore#repair} for a file that no open store would hand on to another use. */
    public static boolean repairClosed(FileLayer files, DamagedLogException damage, RecordSource source)
            throws IOException {
        Path path = Path.of(damage.file());
        String name = String.valueOf(path.getFileName());
        boolean isSegment = name.endsWith(SegmentRecovery.SUFFIX) || name.endsWith(InstalledName.SUFFIX);
        return isSegment && files.exists(path) && new RecordRepair(files, path, source).repair(damage.offsetBytes());
    }

    /**
     * Repairs the record at an offset.
     *
     * @return whether it is whole now, and forced
     */
    boolean repair(long offset) throws IOException {
        try (LogFile file = files.open(path, true)) {
            if (!fix(file, 0, SegmentHeader.USED_BYTES, SegmentHeader::isWhole)) {
                return false;
            }
            SegmentHeader header = SegmentHeader.read(file, path);
            RecordCodec codec = new RecordCodec(header.generation());
            if (offset < SegmentHeader.BYTES) {
                return true;
            }
            if (offset > header.sizeBytes() - RecordCodec.HEADER_BYTES
                    || !fix(file, offset, RecordCodec.HEADER_BYTES, bytes -> codec.get(bytes, 0) != null)) {
                return false;
            }
            return repairBody(file, header, codec, (int) offset);
        }
    }

    /** Whether a stretch is valid, after one bit of it was put right if need be. */
    private static boolean fix(LogFile file, long offset, int length, Predicate<ByteBuffer> isValid)
            throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        file.read(bytes, offset);
        if (bytes.hasRemaining()) {
            return false;
        }
        bytes.flip();
        if (isValid.test(bytes)) {
            return true;
        }
        if (!OneBit.restore(bytes, isValid)) {
            return false;
        }
        file.write(bytes, offset);
        file.force();
        return true;
    }

    private static boolean hasBody(LogFile file, RecordCodec codec, RecordHeader record, int at) throws IOException {
        ByteBuffer body = ByteBuffer.allocate(record.bodyLength());
        file.read(body, (long) at + RecordCodec.HEADER_BYTES);
        return !body.hasRemaining() && codec.bodyCrc(body.flip()) == record.bodyCrc();
    }

    private boolean repairBody(LogFile file, SegmentHeader header, RecordCodec codec, int at) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(RecordCodec.HEADER_BYTES);
        file.read(bytes, at);
        RecordHeader record = codec.get(bytes.flip(), 0);
        if (record == null || record.totalBytes() > header.sizeBytes() - at) {
            return false;
        }
        if (hasBody(file, codec, record, at)) {
            return true;
        }
        ByteBuffer body = record.type() == RecordType.SEAL ? footer(file, header) : fetched(record);
        if (body == null || body.remaining() != record.bodyLength() || codec.bodyCrc(body) != record.bodyCrc()) {
            return false;
        }
        file.write(body.duplicate(), (long) at + RecordCodec.HEADER_BYTES);
        file.force();
        return true;
    }

    private static ByteBuffer footer(LogFile file, SegmentHeader header) throws IOException {
        return new SegmentScanner(file, header).scan().content().encode();
    }

    private @Nullable ByteBuffer fetched(RecordHeader record) {
        if (!record.type().isEntry()) {
            return null;
        }
        LogRecord other = source.fetch(record.index());
        if (other == null
                || other.index() != record.index()
                || other.term() != record.term()
                || other.type() != record.type()) {
            return null;
        }
        return other.body();
    }
}
