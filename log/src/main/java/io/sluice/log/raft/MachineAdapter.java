package io.sluice.log.raft;

import com.alipay.sofa.jraft.Closure;
import com.alipay.sofa.jraft.Iterator;
import com.alipay.sofa.jraft.StateMachine;
import com.alipay.sofa.jraft.Status;
import com.alipay.sofa.jraft.conf.Configuration;
import com.alipay.sofa.jraft.entity.LeaderChangeContext;
import com.alipay.sofa.jraft.error.RaftException;
import com.alipay.sofa.jraft.storage.snapshot.SnapshotReader;
import com.alipay.sofa.jraft.storage.snapshot.SnapshotWriter;
import io.sluice.log.api.LogStateMachine;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * JRaft's callbacks as the shard's machine wants them.
 *
 * <p>*Confined to:* the apply thread (JRaft's state machine thread), but for the figures, which any thread may read.
 */
final class MachineAdapter implements StateMachine {
    private final LogStateMachine machine;
    private final Snapshots snapshots;
    private final FatalOnce fatal;
    private final String self;
    private final OwnDisk disk;
    /** Kept here, since asking consensus would wait for its lock, which it holds over a force of the disk. */
    private volatile String leader = "";

    private volatile boolean leading;
    private volatile long appliedIndex;

    /** @param self id of this node */
    MachineAdapter(String self, LogStateMachine machine, Snapshots snapshots, OwnDisk disk, FatalOnce fatal) {
        this.self = self;
        this.disk = disk;
        this.machine = machine;
        this.snapshots = snapshots;
        this.fatal = fatal;
    }

    boolean isLeading() {
        return leading;
    }

    /** Entries are on disk. */
    void appended() {
        disk.appended();
    }

    /** The log is going to close. */
    void closing() {
        disk.close();
    }

    /** Id of the node that leads, empty while none is known. */
    String leader() {
        return leader;
    }

    /** Last entry of our own log that was applied; a snapshot does not count. */
    long appliedIndex() {
        return appliedIndex;
    }

    @Override
    public void onApply(Iterator entries) {
        while (entries.hasNext()) {
            long index = entries.getIndex();
            ByteBuffer entry = entries.getData().slice().asReadOnlyBuffer();
            int bytes = entry.remaining();
            disk.await(index);
            try {
                // Nothing in it: appended by a change of members for its own sake.
                if (bytes > 0) {
                    machine.apply(index, entry);
                }
            } catch (RuntimeException | Error bug) {
                fatal.report(bug);
                throw bug;
            }
            appliedIndex = index;
            if (entries.done() instanceof AppendClosure append) {
                append.applied(index);
            }
            snapshots.applied(bytes);
            entries.next();
        }
    }

    @Override
    public void onSnapshotSave(SnapshotWriter writer, Closure done) {
        try {
            snapshots.save(machine, writer, done);
        } catch (RuntimeException | Error bug) {
            fatal.report(bug);
            throw bug;
        }
    }

    @Override
    public boolean onSnapshotLoad(SnapshotReader reader) {
        try {
            snapshots.restore(machine, Path.of(reader.getPath()), reader.load().getLastIncludedIndex());
            return true;
        } catch (IOException | RuntimeException | Error e) {
            fatal.report(e);
            return false;
        }
    }

    @Override
    public void onLeaderStart(long term) {
        machine.onLeading(term);
        leader = self;
        leading = true;
    }

    @Override
    public void onLeaderStop(Status status) {
        leading = false;
        follow("");
    }

    @Override
    public void onStartFollowing(LeaderChangeContext context) {
        follow(context.getLeaderId().getIp());
    }

    @Override
    public void onStopFollowing(LeaderChangeContext context) {
        follow("");
    }

    private void follow(String other) {
        leader = other;
        machine.onFollowing(other);
    }

    @Override
    public void onConfigurationCommitted(Configuration configuration) {
        // Members are consensus's own business.
    }

    @Override
    public void onError(RaftException error) {
        leading = false;
        leader = "";
        fatal.report(error);
    }

    @Override
    public void onShutdown() {
        leading = false;
        leader = "";
    }
}
