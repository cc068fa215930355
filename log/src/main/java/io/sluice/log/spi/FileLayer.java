package io.sluice.log.spi;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/**
 * Every touch of the disk that the log's durability rests on, so that a test can lose at a crash whatever was not forced.
 *
 * <p>Obligations of an implementation:
 *
 * <ol>
 *   <li>Bytes of a file survive a crash once {@link LogFile#force} has returned after they were written; before that any part may survive.
 *   <li>A name that was created, renamed, linked or deleted is so after a crash once {@link #forceDirectory} of its folder has returned;
 *       before that either state may be found.
 *   <li>A rename over an existing name is atomic.
 * </ol>
 */
public interface FileLayer {
    /** Opens an existing file for reading, or for both when {@code writable}. */
    LogFile open(Path file, boolean writable) throws IOException;

    /** Creates a file, empty even if it was there, for reading and writing. */
    LogFile create(Path file) throws IOException;

    boolean exists(Path file);

    long sizeBytes(Path file) throws IOException;

    /** Names directly in a folder, in no order; nothing when it does not exist. */
    List<String> list(Path directory) throws IOException;

    /** Makes a folder and its parents and forces their names. */
    void createDirectories(Path directory) throws IOException;

    void rename(Path from, Path to) throws IOException;

    /** Gives a file a second name. */
    void link(Path existing, Path link) throws IOException;

    void delete(Path file) throws IOException;

    void forceDirectory(Path directory) throws IOException;

    /** Bytes that the file system of this folder has left for us. */
    long freeBytes(Path directory) throws IOException;

    /** Takes the folder for this process until closed; throws when another holds it. */
    Closeable lock(Path directory) throws IOException;

    /** The operating system's file system. */
    static FileLayer disk() {
        return new DiskFileLayer();
    }

    /** An open file; reads from any thread, writes from one at a time. */
    interface LogFile extends Closeable {
        /** Reads until the buffer is full or the file ends; returns the bytes read. */
        int read(ByteBuffer target, long offsetBytes) throws IOException;

        /** Writes all remaining bytes. */
        void write(ByteBuffer source, long offsetBytes) throws IOException;

        void force() throws IOException;
    }
}
