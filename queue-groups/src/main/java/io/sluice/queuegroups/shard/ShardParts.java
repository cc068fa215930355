package io.sluice.queuegroups.shard;

import io.sluice.config.LogSettings;
import io.sluice.log.api.LogMembers;
import io.sluice.log.api.ReplicatedLog;
import io.sluice.queuegroups.api.QueueGroupsEnvironment;
import io.sluice.queuegroups.api.ShardCommand;
import io.sluice.queuegroups.api.ShardRouter;
import io.sluice.queuegroups.bus.BusCodecs;
import io.sluice.queuegroups.bus.BusRouter;
import io.sluice.queuegroups.bus.ShardAsk;
import io.sluice.queuegroups.machine.MachineLimits;
import io.sluice.queuegroups.machine.ShardEntry;
import io.sluice.queuegroups.machine.ShardMachine;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import it.unimi.dsi.fastutil.longs.Long2ObjectOpenHashMap;
import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Puts one shard together: the machine behind its log, the group verticles behind the machine, the leader in front of it.
 *
 * <p>Made by the node; the callbacks are set before {@link #open}.
 */
final class ShardParts {
    private static final int QUANTUM_BYTES = 16 * 1024;
    private static final int NODE_WEIGHT = 100;
    private static final long LANE_CACHE_BYTES = 4L << 20;
    private static final long VERSION_TIMEOUT_MS = 3_000;

    private final int shard;
    private final QueueGroupsEnvironment env;
    private final NodeFigures figures;
    private final ReplicaDisks disks;
    private final ShardRouter router;
    private final InternalFailures internalFailures = new InternalFailures();
    private final LateReader reader = new LateReader();
    private final ShardStateMachine machine;
    private final GroupVerticles verticles;
    private final ReleaseFigures releases;
    private volatile Runnable onLeading = () -> {};
    private volatile Consumer<ShardCommand> internalCommands = command -> {};
    private volatile @Nullable ReplicatedLog log;
    private volatile long liveBytes = Long.MAX_VALUE;

    ShardParts(
            int shard,
            QueueGroupsEnvironment env,
            NodeFigures figures,
            BodyReaders readers,
            ReplicaDisks disks,
            ShardRouter router) {
        this.shard = shard;
        this.router = router;
        this.disks = disks;
        this.env = env;
        this.figures = figures;
        this.releases = new ReleaseFigures(name(), figures);
        BodyFailures failures = new BodyFailures(name(), env.fatal(), command -> internalCommands.accept(command));
        Lanes lanes = new Lanes(
                () -> new DispatchLane(
                        new EventOutbox(env.vertx().eventBus(), shard, this::term),
                        new Bodies(reader, readers, LANE_CACHE_BYTES)),
                failures);
        this.verticles = new GroupVerticles(
                env.vertx(),
                (groupId, tenantId) -> new QueueGroupVerticle(
                        groupId,
                        tenantId,
                        lanes,
                        new GroupFigures(figures.tenant(tenantId), env.clocks().wallMs())),
                this::visitGroups);
        this.machine =
                new ShardStateMachine(limits(env), new GroupDispatch(verticles, internalFailures), new Leading());
        ShardMeters.watch(env.meters(), shard, machine);
    }

    int shard() {
        return shard;
    }

    String name() {
        return name(shard);
    }

    static String name(int shard) {
        return "shard-" + shard;
    }

    String nodeId() {
        return env.node().id();
    }

    ShardStateMachine machine() {
        return machine;
    }

    InternalFailures internalFailures() {
        return internalFailures;
    }

    /** @param leading told on the apply thread each time this replica begins to lead */
    void onLeading(Runnable leading) {
        onLeading = leading;
    }

    /** @param propose takes commands that the group verticles want logged; any thread */
    void onInternalCommand(Consumer<ShardCommand> propose) {
        internalCommands = propose;
    }

    /** Opens and recovers the log; blocks. */
    ReplicatedLog open() throws IOException {
        ReplicatedLog opened =
                env.logs().open(name(), new LogMembers(env.placement().founders(shard, nodeId()), List.of()), machine);
        log = opened;
        reader.opened(opened.reader());
        return opened;
    }

    /** The log opened by {@link #open}, null before. Any thread. */
    @Nullable
    ReplicatedLog log() {
        return log;
    }

    ShardLeader leader(Context context, ReplicatedLog opened) {
        LogSettings settings = env.log();
        FairQueue queue = new FairQueue(QUANTUM_BYTES, this::weight);
        Intake.Bounds bounds = new Intake.Bounds(
                env.groups().maxPendingBytesPerTenant(),
                settings.maxEntryBytes() - ShardEntry.HEADER_BYTES,
                settings.reserveBytes());
        ShardLeader.Parts parts = new ShardLeader.Parts(
                queue,
                new Intake(queue, bounds, figures),
                new EventOutbox(env.vertx().eventBus(), shard, this::term),
                new ShardMeters(env.meters(), shard),
                new Proposer.Limits(settings.batchBytes(), settings.inFlightEntries()),
                new Recovery.Patience(env.groups().gatewayLostMs(), env.resumeGraceMs()),
                env.clocks().steadyMs());
        return new ShardLeader(
                context, opened, machine, env.node(), parts, env.clocks().wallMs());
    }

    /** Whether so many of the other replicas are short of disk space that no majority has room. Any thread. */
    boolean tooFewHaveRoom() {
        return disks.areTooFewLeft(env.placement().of(shard), nodeId());
    }

    Relocator relocator(Context context, ReplicatedLog opened, ShardLeader leader) {
        Relocator.Limits limits = new Relocator.Limits(
                env.log().relocateBytesPerSecond(),
                env.log().batchBytes(),
                env.log().segmentBytes());
        return new Relocator(context, opened, machine, leader, limits, env.fatal());
    }

    GroupMover mover(
            Context context, ReplicatedLog opened, ShardLeader leader, Function<ShardCommand, Future<Void>> log) {
        GroupMover.Limits limits =
                new GroupMover.Limits(env.log().batchBytes(), env.groups().moveBytesPerSecond());
        GroupMover.Here here = new GroupMover.Here(shard, machine, leader, log, opened::reader);
        return new GroupMover(context, here, router, limits, env.clocks().steadyMs());
    }

    VersionRaiser versions(ShardLeader leader) {
        DeliveryOptions options = BusCodecs.forAsk().setSendTimeout(VERSION_TIMEOUT_MS);
        return new VersionRaiser(
                ShardMachine.NEWEST_VERSION,
                machine::machineVersion,
                () -> env.placement().of(shard),
                node -> env.vertx()
                        .eventBus()
                        .<Integer>request(BusRouter.shardAddress(shard, node), new ShardAsk.Versions(), options)
                        .map(Message::body),
                leader::propose);
    }

    /** Brings the verticles in line with the groups that exist and reports what the tenants hold. Apply thread. */
    void report(ShardMachine from) {
        verticles.reconcile();
        releases.count(from);
        Long2ObjectOpenHashMap<TenantHoldings> holdings = new Long2ObjectOpenHashMap<>();
        from.forEachTenant(usage -> holdings.merge(
                usage.tenantId(),
                new TenantHoldings(usage.storageBytes(), usage.unacked(), 0, 0, 0),
                TenantHoldings::plus));
        from.forEachQueue((tenantId, groupId, queueId, stats) -> holdings.merge(
                tenantId,
                new TenantHoldings(0, 0, stats.ready(), stats.delayed(), stats.consumers()),
                TenantHoldings::plus));
        figures.report(shard, holdings);
        liveBytes = holdings.values().stream()
                .mapToLong(TenantHoldings::storageBytes)
                .sum();
    }

    /** Message bytes that the state refers to, as last reported. Any thread. */
    long liveBytes() {
        return liveBytes;
    }

    /** Closes the log, then the verticles; blocks. Nothing is applied any more after it. */
    void close() {
        ReplicatedLog opened = log;
        if (opened != null) {
            opened.close();
        }
        verticles.undeployAll();
    }

    private long term() {
        return machine.term();
    }

    private int weight(long tenantId) {
        return tenantId == 0 ? NODE_WEIGHT : env.tenants().weight(tenantId);
    }

    private void visitGroups(GroupVerticles.GroupVisitor visitor) {
        machine.machine().forEachQueue((tenantId, groupId, queueId, stats) -> visitor.visit(tenantId, groupId));
    }

    private static MachineLimits limits(QueueGroupsEnvironment env) {
        MachineLimits rest = MachineLimits.DEFAULT;
        return new MachineLimits(
                env.groups().maxProducersPerGroup(),
                env.groups().producerExpiryMs(),
                rest.maxConsumersPerQueue(),
                rest.maxLooseRunsPerQueue(),
                rest.maxRejectedRangesPerProducer(),
                rest.tickWorkCount());
    }

    /** On the apply thread. */
    private final class Leading implements ShardStateMachine.Leadership {
        @Override
        public void leading(ShardMachine now) {
            verticles.reconcile();
            releases.startFrom(now);
            onLeading.run();
        }

        @Override
        public void following() {
            verticles.undeployGroups();
            figures.forget(shard);
        }
    }
}
