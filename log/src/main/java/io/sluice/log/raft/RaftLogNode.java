package io.sluice.log.raft;

import com.alipay.sofa.jraft.Node;
import com.alipay.sofa.jraft.NodeManager;
import com.alipay.sofa.jraft.RaftServiceFactory;
import com.alipay.sofa.jraft.conf.Configuration;
import com.alipay.sofa.jraft.entity.PeerId;
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
import io.vertx.core.net.SocketAddress;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@link LogNode} on JRaft: one RPC server, one Raft group per log. *Confined to:* any thread but event loops (synchronized). */
public final class RaftLogNode implements LogNode {
    private static final Logger LOG = LoggerFactory.getLogger(RaftLogNode.class);
    static final int RPC_THREADS = 8;
    private static final int INSTALL_THREADS = 2;
    private static final int RPC_QUEUE = 10_000;
    private static final int HANDSHAKE_S = 5;
    /** For what stops in the middle of a message; a peer without anything to say connects again when it has. */
    private static final int IDLE_S = 60;
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
    private final Map<String, Joining> joining = new HashMap<>();
    private final Set<Endpoint> identities = new LinkedHashSet<>();
    private volatile BiConsumer<String, String> removed = (log, why) -> {};
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
                new ConcurrentHashMap<>(peers.addresses()),
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
        if (!peers.isAlone()) {
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
                        transport.addresses().keySet(),
                        (peer, question) -> MemberDesk.ask(calls, peer, question)),
                replica,
                file,
                new Joining.Watched() {
                    @Override
                    public long lastIndex() {
                        return log.status().lastIndex();
                    }

                    @Override
                    public boolean hasLeader() {
                        return !log.leader().isEmpty();
                    }

                    @Override
                    public boolean leads() {
                        return log.isLeader();
                    }

                    @Override
                    public void removed(String why) {
                        removed.accept(name, why);
                    }
                });
        joining.put(name, joiner);
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
        SnapshotRule rule = new SnapshotRule(settings, raft::lowestMissing);
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
        if (!node.init(RaftSettings.of(raft, folder, initial, adapter, services, sending))) {
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
    public synchronized void drop(String name) throws IOException {
        Path folder = options.dataFolder().resolve(name);
        Joining joiner = joining.remove(name);
        if (joiner != null) {
            joiner.close();
        }
        desk.closed(name);
        List<ReplicatedLog> dropped =
                logs.stream().filter(log -> log.name().equals(name)).toList();
        dropped.forEach(ReplicatedLog::close);
        logs.removeAll(dropped);
        if (Files.exists(folder)) {
            // Renamed first: half a folder would look like one that lost something.
            Path gone = options.dataFolder().resolve(name + ".gone");
            delete(gone);
            Files.move(folder, gone);
            delete(gone);
            LOG.info("log {} is held by others now; its folder here is deleted", name);
        }
    }

    private static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    @Override
    public void know(String node, String host, int raftPort) {
        transport.addresses().put(node, SocketAddress.inetSocketAddress(raftPort, host));
    }

    @Override
    public void onRemoved(BiConsumer<String, String> listener) {
        removed = listener;
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
        joining.values().forEach(Joining::close);
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
