package io.sluice.app;

import io.sluice.log.api.LogConfiguration;
import io.sluice.log.api.LogMember;
import io.sluice.log.api.LogMembers;
import io.sluice.log.api.LogMembership;
import io.sluice.log.api.LogNode;
import io.sluice.queuegroups.api.Placement;
import io.sluice.queuegroups.api.QueueGroups;
import io.sluice.tenantmanager.api.ClusterMap;
import io.sluice.tenantmanager.api.TenantManager;
import io.vertx.core.Vertx;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings about what the control shard decided on nodes that come and go: on each node the shards that it is to hold are opened and the others given up; where a log is
 * led, its members become those that it shall have, and the control shard is told. A new leader goes on where the last one stopped. <em>Confined to:</em> one event
 * loop, which waits for nothing.
 */
final class MemberDriver implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MemberDriver.class);
    private static final long EVERY_MS = 1_000;
    private static final long STEP_S = 40;
    private static final LogMembers NOBODY = new LogMembers(List.of(), List.of());

    private final Vertx vertx;
    private final String self;
    private final LogNode logs;
    private final TenantManager tenants;
    private final QueueGroups groups;
    private final Placement placement;
    private final long timer;
    private ClusterMap followed = ClusterMap.EMPTY;
    private boolean stepping;

    MemberDriver(
            Vertx vertx, String self, LogNode logs, TenantManager tenants, QueueGroups groups, Placement placement) {
        this.vertx = vertx;
        this.self = self;
        this.logs = logs;
        this.tenants = tenants;
        this.groups = groups;
        this.placement = placement;
        this.timer = vertx.setPeriodic(1, EVERY_MS, tick -> look());
    }

    /** Where the nodes are reached that were added since the cluster was formed. */
    static void tell(LogNode logs, ClusterMap map) {
        for (ClusterMap.Member member : map.members()) {
            if (!member.host().isEmpty()) {
                logs.know(member.id(), member.host(), member.raftPort());
            }
        }
    }

    static Placement placement(ClusterMap map) {
        Placement placement = new Placement(map.replicas());
        placement.update(map.replicas(), changing(map));
        return placement;
    }

    /** Shards whose holders change. */
    private static Set<Integer> changing(ClusterMap map) {
        Set<Integer> changing = new HashSet<>();
        for (int shard = 0; shard < map.replicas().size(); shard++) {
            if (map.unsettled().contains(ClusterMap.log(shard))) {
                changing.add(shard);
            }
        }
        return changing;
    }

    private void look() {
        ClusterMap map = tenants.clusterMap();
        if (!map.equals(followed)) {
            follow(map);
        }
        if (!stepping && !map.unsettled().isEmpty()) {
            stepping = true;
            // Consensus waits for its own locks and queues: not on an event loop.
            vertx.<Boolean>executeBlocking(() -> {
                        for (String log : map.unsettled()) {
                            step(map, log);
                        }
                        return true;
                    })
                    .onComplete(done -> stepping = false)
                    .onFailure(bug -> LOG.error("a step towards {} failed, and will be tried again", map, bug));
        }
    }

    private void follow(ClusterMap map) {
        followed = map;
        tell(logs, map);
        placement.update(map.replicas(), changing(map));
        groups.placed().onFailure(failure -> {
            LOG.error("the shards of this node are not as placed yet, and will be tried again", failure);
            followed = ClusterMap.EMPTY;
        });
    }

    private void step(ClusterMap map, String log) throws InterruptedException {
        LogMembership membership = logs.membership(log);
        // A node that leaves is told of all this by the control shard: it stays in there until the end.
        boolean others = map.unsettled().size() > 1;
        if (membership == null
                || (log.equals(ClusterMap.CONTROL) && others && !map.leaving().isEmpty())) {
            return;
        }
        List<String> voters = log.equals(ClusterMap.CONTROL) ? map.controlVoters() : holders(map, log);
        List<String> learners = log.equals(ClusterMap.CONTROL)
                ? map.staying().stream().filter(node -> !voters.contains(node)).toList()
                : List.of();
        membership.expect(new LogMembers(voters, learners));
        try {
            LogConfiguration now = await(membership.configuration());
            MemberRule.Step step = MemberRule.next(now, voters, learners, self);
            if (step.kind() == MemberRule.Kind.SETTLED) {
                membership.expect(NOBODY);
                tenants.settle(log, map)
                        .onFailure(later -> LOG.info("{} is settled, to be said again: {}", log, later.getMessage()));
            } else if (step.kind() != MemberRule.Kind.WAIT) {
                LOG.info("log {}: {} {}", log, step.kind(), step.node());
                await(perform(membership, now, step));
            }
        } catch (ExecutionException | TimeoutException notNow) {
            LOG.debug("log {}: {}", log, notNow.toString());
        }
    }

    private static CompletionStage<Void> perform(LogMembership membership, LogConfiguration now, MemberRule.Step step) {
        return switch (step.kind()) {
            case PROMOTE -> membership.promote(new LogMember(step.node(), now.newestIncarnation(step.node())));
            case HAND_OVER -> membership.transferLeadership(step.node());
            case REMOVE -> membership.remove(step.node());
            default -> throw new IllegalArgumentException(step.kind() + " is nothing to do");
        };
    }

    private static List<String> holders(ClusterMap map, String log) {
        for (int shard = 0; shard < map.replicas().size(); shard++) {
            if (ClusterMap.log(shard).equals(log)) {
                return map.replicas().get(shard);
            }
        }
        throw new IllegalStateException("no log " + log);
    }

    private static <T> T await(CompletionStage<T> stage)
            throws InterruptedException, ExecutionException, TimeoutException {
        return stage.toCompletableFuture().get(STEP_S, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        vertx.cancelTimer(timer);
    }
}
