package io.sluice.log.raft;

import com.alipay.sofa.jraft.Node;
import com.alipay.sofa.jraft.NodeManager;
import com.alipay.sofa.jraft.RaftServiceFactory;
import com.alipay.sofa.jraft.conf.Configuration;
import com.alipay.sofa.jraft.entity.PeerId;
import com.alipay.sofa.jraft.option.NodeOptions;
import com.alipay.sofa.jraft.option.RaftOptions;
import com.alipay.sofa.jraft.rpc.RaftRpcServerFactory;
import com.alipay.sofa.jraft.util.Endpoint;
import io.sluice.config.LogSettings;
import io.sluice.log.api.FatalLogError;
import io.sluice.log.api.LogMembers;
import io.sluice.log.api.LogMembership;
import io.sluice.log.api.LogNode;
import io.sluice.log.api.LogNodeOptions;
import io.sluice.log.api.LogStateMachine;
import io.sluice.log.api.ReplicatedLog;
import io.sluice.log.raft.MemberMessage.Question;
import io.sluice.log.raft.ReplicaFile.Replica;
import io.sluice.log.raft.ReplicaFile.Stage;
import io.sluice.log.rpc.PeerCalls;
import io.sluice.log.rpc.RpcRefusals;
import io.sluice.log.rpc.RpcTransport;
import io.sluice.log.rpc.VertxRpcServer;
import io.sluice.log.segment.SegmentOptions;
import io.sluice.log.segment.SegmentStore;
import io.sluice.log.segment.SmallFile;
import io.sluice.metrics.Meters;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetServerOptions;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** {@link LogNode} on JRaft: one RPC server, one Raft group per log. *Confined to:* any thread but event loops (synchronized). */
public final class RaftLogNode implements LogNode {
    private static final int RPC_THREADS = 8;
    private static final int INSTALL_THREADS = 2;
    /** Whoever is gone is noticed by its connection; what is left is a bound for a peer that answers and never finishes. */
    private static final int INSTALL_TIMEOUT_MS = 3_600_000;

    private static final int RPC_QUEUE = 10_000;
    private static final int HANDSHAKE_S = 5;
    /** For what stops in the middle of a message; a peer without anything to say connects again when it has. */
    private static final int IDLE_S = 60;
    /** Without a heartbeat for so long, a follower stands for election. */
    private static final int ELECTION_TIMEOUT_MS = 1_000;

    /** In that time, from each leader to each follower: most of what an idle cluster does. */
    private static final int HEARTBEATS = 5;

    private static final int MAX_ELECTION_DELAY_MS = 500;
    /** Requests wait for a connection for no longer. */
    private static final int CONNECT_TIMEOUT_MS = 1_000;
    /** A connection whose bytes nobody takes is given up after so long, and opened anew: the system would try it ever more seldom, so that after a cut it stayed dead for as long again. */
    private static final int UNTAKEN_TIMEOUT_MS = 3_000;

    private static final int FRAME_OVERHEAD_BYTES = 2 << 20;

    private final LogNodeOptions options;
    private final Peers peers;
    private final RpcTransport transport;
    private final Meters meters;
    private final FatalLogError fatal;
    private final Closeable lock;
    private final ExecutorService rpcThreads;
    private final VertxRpcServer server;
    private final ExecutorService installThreads;
    private final RemoteEntries remote;
    private final CopyPace sending;
    private final CopyPace receiving;
    private final CopyPace writing;
    private final PeerCalls calls;
    private final MemberDesk desk = new MemberDesk(this::replicaFile);
    private final List<ReplicatedLog> logs = new CopyOnWriteArrayList<>();
    private final List<Joining> joining = new ArrayList<>();
    private final Set<Endpoint> identities = new LinkedHashSet<>();
    private volatile boolean closing;

    private RaftLogNode(LogNodeOptions options, Vertx vertx, Meters meters, FatalLogError fatal) throws IOException {
        this.options = options;
        this.peers = Peers.of(options);
        this.meters = meters;
        this.fatal = fatal;
        this.transport = new RpcTransport(
                vertx,
                vertx.createNetClient(new NetClientOptions(options.client())
                        .setConnectTimeout(CONNECT_TIMEOUT_MS)
                        .setTcpUserTimeout(UNTAKEN_TIMEOUT_MS)),
                Peers.clusterId(options.clusterName()),
                peers.addresses(),
                options.settings().maxEntryBytes() + FRAME_OVERHEAD_BYTES,
                new RpcRefusals(meters));
        this.rpcThreads = threads("log-rpc", RPC_THREADS);
        this.installThreads = threads("log-install", INSTALL_THREADS);
        long pace = options.settings().snapshotBytesPerSecond();
        this.sending = new CopyPace(pace, System::nanoTime);
        this.receiving = new CopyPace(pace, System::nanoTime);
        this.writing = new CopyPace(pace, System::nanoTime);
        NetServerOptions listen =
                new NetServerOptions(options.server()).setHost(options.host()).setPort(options.raftPort());
        listen.setTcpUserTimeout(UNTAKEN_TIMEOUT_MS);
        listen.setReadIdleTimeout(IDLE_S).setIdleTimeoutUnit(TimeUnit.SECONDS);
        listen.setSslHandshakeTimeout(HANDSHAKE_S).setSslHandshakeTimeoutUnit(TimeUnit.SECONDS);
        this.server = new VertxRpcServer(listen, transport, rpcThreads, installThreads);
        this.remote = new RemoteEntries(options.nodeId(), transport);
        server.serveEntries(RemoteEntries.READER, remote::answer);
        this.calls = new PeerCalls(options.nodeId(), transport, rpcThreads, desk::answer);
        options.files().createDirectories(options.dataFolder());
        this.lock = options.files().lock(options.dataFolder());
    }

    /** @see io.sluice.log.api.LogNodes#start */
    public static LogNode start(LogNodeOptions options, Vertx vertx, Meters meters, FatalLogError fatal)
            throws IOException {
        if (Context.isOnEventLoopThread()) {
            throw new IllegalStateException("starting the logs blocks: not on an event loop");
        }
        RaftSignals.silence();
        RaftLogNode node = new RaftLogNode(options, vertx, meters, fatal);
        try {
            RaftRpcServerFactory.addRaftRequestProcessors(node.server, node.rpcThreads, node.rpcThreads);
            node.server.registerProcessor(node.calls);
            node.server.init(null);
            return node;
        } catch (RuntimeException e) {
            node.close();
            throw new IOException(e.getMessage(), e);
        }
    }

    private static ExecutorService threads(String name, int count) {
        ThreadPoolExecutor threads = new ThreadPoolExecutor(
                count, count, 60, TimeUnit.SECONDS, new LinkedBlockingQueue<>(RPC_QUEUE), task -> {
                    Thread created = new Thread(task, name);
                    created.setDaemon(true);
                    return created;
                });
        threads.allowCoreThreadTimeOut(true);
        return threads;
    }

    @Override
    public ReplicatedLog open(String name, LogStateMachine machine) throws IOException {
        return open(name, peers.all(), machine);
    }

    @Override
    public ReplicatedLog open(String name, LogMembers members, LogStateMachine machine) throws IOException {
        ReplicaFile file = replicaFile(name);
        Question howItStands = new Question(name, options.nodeId(), 0, 0);
        Replica replica = new GroupFormation(
                        howItStands,
                        members,
                        options.replace(),
                        file,
                        peer -> MemberDesk.ask(calls, peer, howItStands),
                        () -> closing)
                .decide();
        boolean formed = replica.stage() == Stage.MEMBER && replica.incarnation() == ReplicaFile.FIRST_INCARNATION;
        Configuration initial = formed ? Peers.configuration(members) : new Configuration();
        RaftLog log = open(name, file, replica, initial, machine);
        if (replica.stage() == Stage.JOINING) {
            join(name, replica, file, log);
        }
        return log;
    }

    private ReplicaFile replicaFile(String log) {
        if (!log.matches("[A-Za-z0-9_-]{1,64}")) {
            throw new IllegalArgumentException("'" + log + "' is no name of a log");
        }
        return new ReplicaFile(options.files(), options.dataFolder().resolve(log));
    }

    private synchronized void join(String name, Replica replica, ReplicaFile file, RaftLog log) {
        Joining joiner = new Joining(
                new Joining.Parts(
                        transport.vertx(),
                        name,
                        options.nodeId(),
                        peers.addresses().keySet(),
                        (peer, question) -> MemberDesk.ask(calls, peer, question)),
                replica,
                file,
                () -> log.status().lastIndex());
        joining.add(joiner);
        joiner.start();
    }

    private synchronized RaftLog open(
            String name, ReplicaFile file, Replica replica, Configuration initial, LogStateMachine machine)
            throws IOException {
        PeerId self = peers.self(replica.incarnation());
        if (identities.add(self.getEndpoint())) {
            NodeManager.getInstance().addAddress(self.getEndpoint());
        }
        LogSettings settings = options.settings();
        Path folder = options.dataFolder().resolve(name);
        FatalOnce failure = new FatalOnce(name, fatal);
        Repairs repairs = new Repairs(name, options.files(), remote);
        SegmentStore store = repairs.reading(() -> SegmentStore.open(
                options.files(), folder.resolve("segments"), segmentOptions(settings), failure::report));
        remote.serve(name, store);
        RaftNodeOptions raft = new RaftNodeOptions(transport);
        SnapshotRule rule = new SnapshotRule(settings, raft::lowestNeeded);
        Snapshots snapshots = new Snapshots(name, store, repairs, rule, settings.relocateBelowPercent(), writing);
        MachineAdapter adapter =
                new MachineAdapter(options.nodeId(), machine, snapshots, new OwnDisk(store::lastIndex), failure);
        RaftServices services = new RaftServices(
                new SegmentLogStorage(
                        store, repairs, failure, owner(file, adapter, snapshots), LogMeters.appends(meters, name)),
                new RaftMetaFile(new SmallFile(options.files(), folder.resolve("vote")), failure),
                receiving.waiting());
        Node node = RaftServiceFactory.createRaftNode(groupId(name), self);
        RaftLog log = new RaftLog(
                new RaftLog.Parts(name, store, repairs, adapter, snapshots, this::freeBytes, settings.maxEntryBytes()),
                node);
        snapshots.start(node::snapshot);
        if (!node.init(nodeOptions(raft, folder, initial, adapter, services))) {
            log.close();
            throw failure.openFailure();
        }
        logs.add(log);
        desk.opened(name, new Admission(log.membership(), store::lastIndex));
        failure.opened();
        LogMeters.register(meters, log);
        return log;
    }

    private static SegmentLogStorage.Owner owner(ReplicaFile file, MachineAdapter machine, Snapshots snapshots) {
        return new SegmentLogStorage.Owner() {
            @Override
            public long appliedEntryIndex() {
                return Math.max(machine.appliedIndex(), snapshots.coveredIndex());
            }

            @Override
            public void appended() throws IOException {
                file.noteEntries();
                machine.appended();
            }

            @Override
            public void truncatedPrefix() {
                snapshots.truncated();
            }
        };
    }

    private static SegmentOptions segmentOptions(LogSettings settings) {
        SegmentOptions segments =
                new SegmentOptions(settings.segmentBytes(), settings.spareSegments(), settings.tailCacheBytes());
        if (settings.maxEntryBytes() > segments.maxBodyBytes()) {
            throw new IllegalArgumentException("log.maxEntryBytes " + settings.maxEntryBytes()
                    + " does not fit into a segment: log.segmentBytes " + settings.segmentBytes() + " takes at most "
                    + segments.maxBodyBytes());
        }
        return segments;
    }

    /** JRaft takes letters, digits, {@code _} and {@code -} only. */
    private String groupId(String name) {
        return ("g-" + options.clusterName() + "-" + name).replaceAll("[^A-Za-z0-9_-]", "_");
    }

    private NodeOptions nodeOptions(
            RaftNodeOptions node, Path folder, Configuration initial, MachineAdapter machine, RaftServices services) {
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
        node.setRpcProcessorThreadPoolSize(RPC_THREADS);
        node.setRaftOptions(raftOptions());
        return node;
    }

    private RaftOptions raftOptions() {
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

    private long freeBytes() {
        try {
            return options.files().freeBytes(options.dataFolder());
        } catch (IOException e) {
            return 0;
        }
    }

    @Override
    public @Nullable LogMembership membership(String name) {
        return logs.stream()
                .filter(log -> log.name().equals(name))
                .findFirst()
                .map(ReplicatedLog::membership)
                .orElse(null);
    }

    @Override
    public int port() {
        return server.boundPort();
    }

    @Override
    public void close() {
        closing = true;
        closeAll();
    }

    private synchronized void closeAll() {
        joining.forEach(Joining::close);
        logs.forEach(ReplicatedLog::close);
        logs.clear();
        server.shutdown();
        remote.close();
        calls.close();
        transport.client().close();
        rpcThreads.shutdown();
        installThreads.shutdown();
        identities.forEach(identity -> NodeManager.getInstance().removeAddress(identity));
        try {
            lock.close();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
