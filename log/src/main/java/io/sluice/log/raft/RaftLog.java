package io.sluice.log.raft;

import com.alipay.sofa.jraft.Node;
import com.alipay.sofa.jraft.entity.Task;
import io.sluice.log.api.LogReader;
import io.sluice.log.api.LogStatus;
import io.sluice.log.api.LogUnavailableException;
import io.sluice.log.api.ReplicatedLog;
import io.sluice.log.api.SparseSegment;
import io.sluice.log.segment.SegmentStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@link ReplicatedLog} on one JRaft node. */
final class RaftLog implements ReplicatedLog {
    private static final Logger LOG = LoggerFactory.getLogger(RaftLog.class);

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0).asReadOnlyBuffer();

    private final String name;
    private final Node node;
    private final SegmentStore store;
    private final MachineAdapter machine;
    private final Snapshots snapshots;
    private final LongSupplier freeBytes;
    private final int maxEntryBytes;
    private final LogReader reader;
    /** Consensus, once shut down, takes no append: none may reach it then. */
    private final Object gate = new Object();

    private final RaftMembership membership;
    private boolean closed;

    RaftLog(Parts parts, Node node) {
        this.name = parts.name();
        this.node = node;
        this.store = parts.store();
        this.machine = parts.machine();
        this.snapshots = parts.snapshots();
        this.freeBytes = parts.freeBytes();
        this.maxEntryBytes = parts.maxEntryBytes();
        this.reader = new StoreReader(store, parts.repairs());
        this.membership = new RaftMembership(name, node, this::appendNothing);
    }

    /** What a log is made of besides consensus. */
    record Parts(
            String name,
            SegmentStore store,
            Repairs repairs,
            MachineAdapter machine,
            Snapshots snapshots,
            LongSupplier freeBytes,
            int maxEntryBytes) {}

    @Override
    public String name() {
        return name;
    }

    @Override
    public CompletionStage<Long> append(ByteBuffer entry) {
        if (entry.remaining() > maxEntryBytes) {
            throw new IllegalArgumentException(
                    "entry of " + entry.remaining() + " bytes; log.maxEntryBytes is " + maxEntryBytes);
        }
        AppendClosure done = new AppendClosure(this::leader);
        synchronized (gate) {
            if (closed) {
                return CompletableFuture.failedFuture(new LogUnavailableException(name + " is closed"));
            }
            try {
                node.apply(new Task(entry, done));
            } catch (IllegalStateException failed) {
                return CompletableFuture.failedFuture(new LogUnavailableException(name + " has failed"));
            }
        }
        return done.future();
    }

    /** An entry that no machine sees: with it, consensus looks again where its replicas are. */
    private void appendNothing() {
        var unused = append(NOTHING).exceptionally(noLongerLeading -> 0L);
    }

    @Override
    public boolean isLeader() {
        return machine.isLeading();
    }

    @Override
    public String leader() {
        return machine.leader();
    }

    @Override
    public LogReader reader() {
        return reader;
    }

    @Override
    public LogStatus status() {
        return new LogStatus(
                store.firstIndex(),
                store.lastIndex(),
                appliedIndex(),
                snapshots.snapshotIndex(),
                store.diskBytes(),
                store.segmentCount(),
                store.spareCount(),
                freeBytes.getAsLong());
    }

    private long appliedIndex() {
        try {
            return node.getLastAppliedLogIndex();
        } catch (IllegalStateException failedOrClosed) {
            return machine.appliedIndex();
        }
    }

    @Override
    public List<SparseSegment> sparseSegments() {
        return snapshots.sparse();
    }

    @Override
    public CompletionStage<Void> snapshot() {
        return snapshots.take();
    }

    @Override
    public RaftMembership membership() {
        return membership;
    }

    @Override
    public synchronized void close() {
        synchronized (gate) {
            if (closed) {
                return;
            }
            closed = true;
        }
        machine.closing();
        node.shutdown();
        try {
            node.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        snapshots.close();
        try {
            store.close();
        } catch (IOException e) {
            // Whatever was confirmed is on disk; what is missing is the mark of a clean close.
            LOG.warn("log {} was not closed cleanly: {}", name, e.getMessage());
        }
    }
}
