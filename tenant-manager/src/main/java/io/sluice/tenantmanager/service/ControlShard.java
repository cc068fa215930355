package io.sluice.tenantmanager.service;

import io.sluice.log.api.LogStateMachine;
import io.sluice.tenantmanager.control.ControlEntry;
import io.sluice.tenantmanager.control.ControlMachine;
import io.sluice.tenantmanager.control.ControlState;
import io.sluice.tenantmanager.control.EntryCodec;
import io.sluice.tenantmanager.control.SnapshotFile;
import io.sluice.tenantmanager.directory.TenantDirectory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * The control machine as the log sees it: decodes, applies, lets the directory follow, tells the node's own proposers.
 *
 * <p><i>Confined to:</i> the control shard's apply thread.
 */
final class ControlShard implements LogStateMachine {
    /** What the node does when the control shard moves on; called on the apply thread, must be quick. */
    interface Listener {
        void applied(String requestId, ControlMachine.Applied applied);

        void leading();

        void following();
    }

    /** Control entries are small and self-contained: the state refers to none. */
    private static final LivePins NO_PINS = (firstIndex, lastIndex) -> 0;

    private final ControlState state;
    private final ControlMachine machine;
    private final TenantDirectory directory;
    private final Listener listener;
    private final EntryCodec codec = new EntryCodec();
    private final SnapshotFile snapshots = new SnapshotFile();

    ControlShard(ControlState state, ControlMachine machine, TenantDirectory directory, Listener listener) {
        this.state = state;
        this.machine = machine;
        this.directory = directory;
        this.listener = listener;
    }

    @Override
    public void apply(long index, ByteBuffer bytes) {
        ControlEntry entry = codec.decode(bytes);
        ControlMachine.Applied applied = machine.apply(index, entry);
        applied.tenants().forEach(directory::update);
        listener.applied(entry.requestId(), applied);
    }

    @Override
    public void onLeading(long term) {
        directory.caughtUp();
        listener.leading();
    }

    @Override
    public void onFollowing(String leader) {
        if (!leader.isEmpty()) {
            directory.caughtUp();
        }
        listener.following();
    }

    @Override
    public Capture capture() {
        SnapshotFile.Writer writer = snapshots.capture(state);
        return (path, pace) -> writer.write(path);
    }

    @Override
    public void restore(Path path) throws IOException {
        snapshots.restore(state, path);
        directory.reload();
    }

    @Override
    public LivePins livePins() {
        return NO_PINS;
    }
}
