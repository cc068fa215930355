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
    private volatile boolean leading;
    private volatile long appliedIndex;

    MachineAdapter(LogStateMachine machine, Snapshots snapshots, FatalOnce fatal) {
        this.machine = machine;
        this.snapshots = snapshots;
        this.fatal = fatal;
    }

    boolean isLeading() {
        return leading;
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
            try {
                machine.apply(index, entry);
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
        leading = true;
    }

    @Override
    public void onLeaderStop(Status status) {
        leading = false;
        machine.onFollowing("");
    }

    @Override
    public void onStartFollowing(LeaderChangeContext context) {
        machine.onFollowing(context.getLeaderId().getIp());
    }

    @Override
    public void onStopFollowing(LeaderChangeContext context) {
        machine.onFollowing("");
    }

    @Override
    public void onConfigurationCommitted(Configuration configuration) {
        // Members are consensus's own business.
    }

    @Override
    public void onError(RaftException error) {
        leading = false;
        fatal.report(error);
    }

    @Override
    public void onShutdown() {
        leading = false;
    }
}
