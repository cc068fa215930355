package io.sluice.log.raft;

import com.alipay.sofa.jraft.conf.Configuration;
import com.alipay.sofa.jraft.option.NodeOptions;
import com.alipay.sofa.jraft.option.RaftOptions;
import java.nio.file.Path;

/** How consensus is set up. */
final class RaftSettings {
    /** Whoever is gone is noticed by its connection; what is left is a bound for a peer that answers and never finishes. */
    private static final int INSTALL_TIMEOUT_MS = 3_600_000;

    /** Without a heartbeat for so long, a follower stands for election. */
    private static final int ELECTION_TIMEOUT_MS = 1_000;

    /** In that time, from each leader to each follower: most of what an idle cluster does. */
    private static final int HEARTBEATS = 5;

    private static final int MAX_ELECTION_DELAY_MS = 500;

    private RaftSettings() {}

    static NodeOptions of(
            RaftNodeOptions node,
            Path folder,
            Configuration initial,
            MachineAdapter machine,
            RaftServices services,
            CopyPace sending) {
        node.setServiceFactory(services);
        node.setFsm(machine);
        node.setInitialConf(initial);
        node.setLogUri("segments");
        node.setRaftMetaUri("vote");
        node.setSnapshotUri(folder.resolve("snapshots").toString());
        // Snapshots are taken by log bytes, not by time.
        node.setSnapshotIntervalSecs(0);
        node.setSnapshotThrottle(sending);
        node.setFilterBeforeCopyRemote(true);
        node.setRpcInstallSnapshotTimeout(INSTALL_TIMEOUT_MS);
        node.setElectionTimeoutMs(ELECTION_TIMEOUT_MS);
        // JRaft pings a peer under the node's lock before it asks for its vote: one that is cut off must not keep the
        // others from electing for a second each round.
        // A connection that takes longer is found open by the next round.
        node.setRpcConnectTimeoutMs(200);
        node.setDisableCli(true);
        node.setSharedTimerPool(true);
        node.setSharedElectionTimer(true);
        node.setSharedVoteTimer(true);
        node.setSharedStepDownTimer(true);
        node.setSharedSnapshotTimer(true);
        node.setRpcProcessorThreadPoolSize(RaftLogNode.RPC_THREADS);
        node.setRaftOptions(raftOptions());
        return node;
    }

    private static RaftOptions raftOptions() {
        RaftOptions raft = new RaftOptions();
        raft.setSync(true);
        raft.setSyncMeta(true);
        // So large that what gathered during one force goes into the next one as a whole.
        raft.setMaxAppendBufferSize(8 << 20);
        raft.setApplyBatch(256);
        raft.setDisruptorBufferSize(4096);
        // Bounds what waits on a slow peer's connection.
        raft.setMaxReplicatorInflightMsgs(32);
        // Our transport keeps the order of requests itself, and answers need none.
        raft.setReplicatorPipeline(false);
        raft.setElectionHeartbeatFactor(HEARTBEATS);
        // Spreads candidates apart: as much is added to each election timeout at random.
        raft.setMaxElectionDelayMs(MAX_ELECTION_DELAY_MS);
        return raft;
    }
}
