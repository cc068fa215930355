package io.sluice.log.api;

import java.util.List;

/**
 * What an offline check found in one log's folder.
 *
 * @param name of the log
 * @param segments segment files
 * @param entries whole entries in them, those below the Raft range too
 * @param firstIndex of the Raft range
 * @param lastIndex of the Raft range
 * @param snapshotIndex of the newest snapshot, 0 if none
 * @param tornTailBytes bytes at the end that the next start will cut: a batch that was never confirmed
 * @param damage one line for each thing that was on disk once and is not as written, with file and offset; empty when the log is sound
 */
public record LogReport(
        String name,
        int segments,
        long entries,
        long firstIndex,
        long lastIndex,
        long snapshotIndex,
        long tornTailBytes,
        List<String> damage) {
    public boolean isSound() {
        return damage.isEmpty();
    }
}
