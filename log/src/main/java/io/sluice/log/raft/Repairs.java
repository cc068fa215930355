package io.sluice.log.raft;

import io.sluice.log.api.DamagedLogException;
import io.sluice.log.segment.LogRecord;
import io.sluice.log.segment.RecordRepair;
import io.sluice.log.segment.SegmentStore;
import io.sluice.log.spi.FileLayer;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads of one log that put a damaged record right, with the help of the other replicas, before anyone sees it.
 *
 * <p>What cannot be put right is thrown as before: on a node without others at once, else after the others were asked for some time.
 * *Confined to:* any thread but event loops; one repair at a time.
 */
final class Repairs {
    private static final Logger LOG = LoggerFactory.getLogger(Repairs.class);
    private static final int MAX_REPAIRS_PER_READ = 1000;
    private static final int ROUNDS = 20;
    private static final long ROUND_PAUSE_MS = 500;

    private final String log;
    private final FileLayer files;
    private final RemoteEntries remote;
    /** The others were asked in vain, so far: guarded by this. */
    private boolean notFound;

    Repairs(String log, FileLayer files, RemoteEntries remote) {
        this.log = log;
        this.files = files;
        this.remote = remote;
    }

    /** Something that reads segments. */
    interface Reading<T> {
        T read() throws IOException;
    }

    /** Reads from files that no store has open yet. */
    <T> T reading(Reading<T> reading) throws IOException {
        return reading(reading, damage -> RecordRepair.repairClosed(files, damage, this::fetch));
    }

    /** An entry of an open store, or null when it is not held. */
    @Nullable
    LogRecord entry(SegmentStore store, EntryReading reading) throws IOException {
        return reading(store, () -> Optional.ofNullable(reading.read())).orElse(null);
    }

    /** Something that reads an entry. */
    interface EntryReading {
        @Nullable
        LogRecord read() throws IOException;
    }

    /** Reads from an open store, or makes it take segments of a snapshot. */
    <T> T reading(SegmentStore store, Reading<T> reading) throws IOException {
        return reading(reading, damage -> store.repair(damage, this::fetch));
    }

    /** How a damaged record is put right. */
    private interface Repair {
        boolean run(DamagedLogException damage) throws IOException;
    }

    private <T> T reading(Reading<T> reading, Repair repair) throws IOException {
        for (int repairs = 0; ; repairs++) {
            try {
                return reading.read();
            } catch (DamagedLogException damage) {
                if (repairs == MAX_REPAIRS_PER_READ || !repaired(damage, repair)) {
                    throw damage;
                }
            }
        }
    }

    private synchronized boolean repaired(DamagedLogException damage, Repair repair) throws IOException {
        int rounds = remote.others().isEmpty() ? 0 : ROUNDS;
        for (int round = 0; round < rounds; round++) {
            notFound = false;
            if (repair.run(damage)) {
                LOG.warn("{}; repaired with the help of the other replicas", damage.getMessage());
                return true;
            }
            if (!notFound) {
                return false;
            }
            try {
                TimeUnit.MILLISECONDS.sleep(ROUND_PAUSE_MS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
        return false;
    }

    private @Nullable LogRecord fetch(long index) {
        LogRecord found = remote.fetch(log, index);
        notFound = found == null;
        return found;
    }
}
