package io.sluice.log.raft;

import com.alipay.sofa.jraft.conf.Configuration;
import com.alipay.sofa.jraft.conf.ConfigurationEntry;
import com.alipay.sofa.jraft.conf.ConfigurationManager;
import com.alipay.sofa.jraft.entity.EnumOutter.EntryType;
import com.alipay.sofa.jraft.entity.LogEntry;
import com.alipay.sofa.jraft.entity.LogId;
import com.alipay.sofa.jraft.entity.PeerId;
import com.alipay.sofa.jraft.option.LogStorageOptions;
import com.alipay.sofa.jraft.storage.LogStorage;
import io.sluice.log.segment.LogRecord;
import io.sluice.log.segment.RecordType;
import io.sluice.log.segment.SegmentStore;
import io.sluice.metrics.Meters;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * JRaft's log as an index range over a {@link SegmentStore}: truncating moves the range, bodies stay until nothing pins them.
 *
 * <p>Any failure ends the node: after a failed write or force nothing is known about what is on disk, and an entry that cannot be read
 * cannot be applied. *Confined to:* changes on JRaft's log thread, reads from any.
 */
final class SegmentLogStorage implements LogStorage {
    private static final Logger LOG = LoggerFactory.getLogger(SegmentLogStorage.class);
    private static final ByteBuffer NO_BODY = ByteBuffer.allocate(0).asReadOnlyBuffer();

    private final SegmentStore store;
    private final Repairs repairs;
    private final FatalOnce fatal;
    private final Owner owner;
    private final Meters.Timer appends;

    /** Whose log this is. */
    interface Owner {
        /** Up to it, entries that are read here are the committed ones: those of our log that were applied, or those of an installed snapshot. */
        long appliedEntryIndex();

        /** Entries are on disk, and nobody was told yet. */
        void appended() throws IOException;

        void truncatedPrefix();
    }

    /** @param appends times each write and force */
    SegmentLogStorage(SegmentStore store, Repairs repairs, FatalOnce fatal, Owner owner, Meters.Timer appends) {
        this.store = store;
        this.repairs = repairs;
        this.fatal = fatal;
        this.owner = owner;
        this.appends = appends;
    }

    @Override
    public boolean init(LogStorageOptions options) {
        ConfigurationManager configurations = options.getConfigurationManager();
        for (long index : store.configurations()) {
            LogEntry entry = getEntry(index);
            if (entry == null) {
                return false;
            }
            configurations.add(configuration(entry));
        }
        return true;
    }

    private static ConfigurationEntry configuration(LogEntry entry) {
        ConfigurationEntry configuration = new ConfigurationEntry();
        configuration.setId(new LogId(entry.getId().getIndex(), entry.getId().getTerm()));
        configuration.setConf(new Configuration(entry.getPeers(), entry.getLearners()));
        List<PeerId> old = entry.getOldPeers();
        if (old != null) {
            configuration.setOldConf(new Configuration(old, entry.getOldLearners()));
        }
        return configuration;
    }

    @Override
    public void shutdown() {
        // The store outlives JRaft: its owner closes it.
    }

    @Override
    public long getFirstLogIndex() {
        return store.firstIndex();
    }

    @Override
    public long getLastLogIndex() {
        return store.lastIndex();
    }

    @Override
    @SuppressWarnings("NullAway")
    public @Nullable LogEntry getEntry(long index) {
        if (index < store.firstIndex() || index > store.lastIndex()) {
            return null;
        }
        try {
            LogRecord record = repairs.entry(store, () -> store.readForward(index));
            return record == null ? null : entry(record);
        } catch (IOException | RuntimeException e) {
            fatal.report(e);
            return null;
        }
    }

    private static LogEntry entry(LogRecord record) {
        LogEntry entry = new LogEntry(type(record.type()));
        entry.setId(new LogId(record.index(), record.term()));
        if (record.type() == RecordType.CONFIGURATION) {
            ConfigurationCodec.decode(record.body(), entry);
        } else {
            entry.setData(record.body().duplicate());
        }
        return entry;
    }

    private static EntryType type(RecordType type) {
        return switch (type) {
            case DATA -> EntryType.ENTRY_TYPE_DATA;
            case NO_OP -> EntryType.ENTRY_TYPE_NO_OP;
            case CONFIGURATION -> EntryType.ENTRY_TYPE_CONFIGURATION;
            default -> throw new IllegalStateException(type + " is no entry");
        };
    }

    @Override
    @SuppressWarnings({"deprecation", "InlineMeSuggester"})
    public long getTerm(long index) {
        LogEntry entry = getEntry(index);
        return entry == null ? 0 : entry.getId().getTerm();
    }

    @Override
    public boolean appendEntry(LogEntry entry) {
        return appendEntries(List.of(entry)) == 1;
    }

    @Override
    public int appendEntries(List<LogEntry> entries) {
        List<LogRecord> records = new ArrayList<>(entries.size());
        for (LogEntry entry : entries) {
            records.add(record(entry));
        }
        long startNs = System.nanoTime();
        boolean appended = change(() -> {
            store.append(records);
            owner.appended();
        });
        appends.record(System.nanoTime() - startNs);
        return appended ? records.size() : 0;
    }

    private static LogRecord record(LogEntry entry) {
        LogId id = entry.getId();
        return switch (entry.getType()) {
            case ENTRY_TYPE_CONFIGURATION ->
                new LogRecord(id.getIndex(), id.getTerm(), RecordType.CONFIGURATION, ConfigurationCodec.encode(entry));
            case ENTRY_TYPE_DATA ->
                new LogRecord(
                        id.getIndex(),
                        id.getTerm(),
                        RecordType.DATA,
                        entry.getData().slice());
            default -> new LogRecord(id.getIndex(), id.getTerm(), RecordType.NO_OP, NO_BODY);
        };
    }

    @Override
    public boolean truncatePrefix(long firstIndexKept) {
        boolean moved = change(() -> store.truncatePrefix(firstIndexKept));
        owner.truncatedPrefix();
        return moved;
    }

    @Override
    public boolean truncateSuffix(long lastIndexKept) {
        return change(() -> store.truncateSuffix(lastIndexKept));
    }

    @Override
    public boolean reset(long nextLogIndex) {
        LOG.warn("the log is reset to go on at entry {} after a snapshot from the leader", nextLogIndex);
        boolean moved = change(() -> store.reset(nextLogIndex, owner.appliedEntryIndex()));
        owner.truncatedPrefix();
        return moved;
    }

    private boolean change(Change change) {
        try {
            change.run();
            return true;
        } catch (IOException | RuntimeException e) {
            fatal.report(e);
            return false;
        }
    }

    /** Something that alters the store. */
    private interface Change {
        void run() throws IOException;
    }
}
