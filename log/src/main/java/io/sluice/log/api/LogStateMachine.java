package io.sluice.log.api;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * What a shard does with committed entries. Every method but {@link Capture#write} is called on the shard's apply thread.
 *
 * <p>Obligations:
 *
 * <ol>
 *   <li>{@link #apply} is deterministic in the state and the entry; it never throws for bad content, only for bugs (which end the node).
 *   <li>{@link #capture} returns quickly (a few milliseconds): it takes references to immutable parts; {@link Capture#write} runs
 *       later on another thread while {@code apply} goes on.
 *   <li>{@link #restore} replaces the whole state.
 *   <li>{@link #livePins} never under-reports: an index it does not report may be recycled.
 * </ol>
 */
public interface LogStateMachine {
    /** Applies one committed entry; {@code entry} is read-only and stays valid as long as it is referenced. */
    void apply(long index, ByteBuffer entry);

    /** Everything committed before the election has been applied; effects may be performed from now on. */
    void onLeading(long term);

    /** This replica no longer leads; effects must not be performed. */
    void onFollowing(String leader);

    Capture capture();

    void restore(Path directory) throws IOException;

    /** Tells which entries the state still refers to. Called on the apply thread. */
    LivePins livePins();

    /** A consistent picture of the state at one index, written later into an empty directory. */
    interface Capture {
        /** Asks the pace before it writes each part. */
        void write(Path directory, WritePace pace) throws IOException;
    }

    /** Holds a writer back, so that a snapshot leaves the disk to others. */
    @FunctionalInterface
    interface WritePace {
        /** Returns when so many bytes may be written. */
        void await(long bytes) throws IOException;
    }

    /** Which log indexes the state refers to, and how densely. */
    interface LivePins {
        /** Live message bytes whose entries lie in {@code [firstIndex, lastIndex]}; 0 means that nothing there is referred to. May over-report. */
        long liveBytes(long firstIndex, long lastIndex);
    }
}
