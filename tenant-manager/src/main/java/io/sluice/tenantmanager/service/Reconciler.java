package io.sluice.tenantmanager.service;

import io.sluice.tenantmanager.control.ControlState;
import io.sluice.tenantmanager.control.ShardTask;
import io.sluice.tenantmanager.spi.DataShards;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the data shards what the control shard decided, again and again until they confirmed it, and puts the confirmations on record.
 *
 * <p>Where this node leads the control shard it goes through the open tasks: those of one group one after the other, groups beside each other. Sending a task twice
 * is harmless, since it carries its control index. Confirmations that come in while one is being logged go together into the next.
 *
 * <p><i>Confined to:</i> its Vert.x context, but for {@link #wake}, {@link #lead} and {@link #close}.
 */
final class Reconciler implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Reconciler.class);
    private static final int MAX_GROUPS_AT_ONCE = 64;
    private static final int MAX_TASKS_PER_CONFIRMATION = 4_096;
    private static final long CALL_TIMEOUT_MS = 10_000;
    private static final long MOVE_TIMEOUT_MS = 60_000;
    private static final long FIRST_RETRY_MS = 100;
    private static final long MAX_RETRY_MS = 5_000;

    private final Vertx vertx;
    private final Context context;
    private final ControlState state;
    private final DataShards shards;
    private final Function<List<Long>, Future<Void>> confirm;
    private final BiFunction<ShardTask, String, Future<Void>> callOff;
    private final Set<Long> busyGroups = new HashSet<>();
    /** Their last attempt failed, the one that failed longest ago first: behind all others, or groups of a shard that has no leader would take every turn. */
    private final Set<Long> failedGroups = new LinkedHashSet<>();

    private final Set<Long> done = new HashSet<>();
    private final Set<Long> confirming = new HashSet<>();
    private boolean leading;
    private boolean retryPlanned;
    private long retryMs = FIRST_RETRY_MS;
    private volatile boolean closed;

    /** @param confirm puts on record that tasks are done @param callOff puts on record that a move will not come about, and why */
    Reconciler(
            Vertx vertx,
            ControlState state,
            DataShards shards,
            Function<List<Long>, Future<Void>> confirm,
            BiFunction<ShardTask, String, Future<Void>> callOff) {
        this.callOff = callOff;
        this.vertx = vertx;
        this.context = vertx.getOrCreateContext();
        this.state = state;
        this.shards = shards;
        this.confirm = confirm;
    }

    /** There may be something to do. */
    void wake() {
        context.runOnContext(any -> run());
    }

    void lead(boolean leads) {
        context.runOnContext(any -> {
            leading = leads;
            failedGroups.clear();
            run();
        });
    }

    @Override
    public void close() {
        closed = true;
    }

    private void run() {
        if (!leading || closed) {
            return;
        }
        Map<Long, List<ShardTask>> byGroup = new LinkedHashMap<>();
        Set<Long> moving = new HashSet<>();
        for (ShardTask task : state.tasks().values()) {
            boolean handled = done.contains(task.id()) || confirming.contains(task.id());
            // What comes behind a move is for another shard, once the move is on record.
            boolean behindMove = moving.contains(task.groupId());
            if (task.kind() == ShardTask.Kind.MOVE_GROUP) {
                moving.add(task.groupId());
            }
            if (!handled && !behindMove && !busyGroups.contains(task.groupId())) {
                byGroup.computeIfAbsent(task.groupId(), any -> new ArrayList<>())
                        .add(task);
            }
        }
        inTurn(byGroup.keySet()).forEach(group -> {
            if (busyGroups.size() < MAX_GROUPS_AT_ONCE) {
                busyGroups.add(group);
                next(group, byGroup.getOrDefault(group, List.of()), 0);
            }
        });
    }

    private List<Long> inTurn(Set<Long> groups) {
        List<Long> turns = new ArrayList<>(groups);
        turns.removeAll(failedGroups);
        failedGroups.stream().filter(groups::contains).forEach(turns::add);
        return turns;
    }

    private void next(long group, List<ShardTask> tasks, int position) {
        if (position == tasks.size()) {
            busyGroups.remove(group);
            run();
            return;
        }
        ShardTask task = tasks.get(position);
        if (closed || !leading || state.task(task.id()) == null) {
            next(group, closed || !leading ? List.of() : tasks, closed || !leading ? 0 : position + 1);
            return;
        }
        send(task)
                .timeout(
                        task.kind() == ShardTask.Kind.MOVE_GROUP ? MOVE_TIMEOUT_MS : CALL_TIMEOUT_MS,
                        TimeUnit.MILLISECONDS)
                .onComplete(result -> context.runOnContext(any -> {
                    failedGroups.remove(group);
                    if (result.succeeded()) {
                        done.add(task.id());
                        flush();
                        next(group, tasks, position + 1);
                    } else {
                        LOG.warn(
                                "{} of tenant {} on shard {} failed and will be retried: {}",
                                task.describe(),
                                task.tenant(),
                                task.shard(),
                                message(result.cause()));
                        failedGroups.add(group);
                        busyGroups.remove(group);
                        retryLater();
                    }
                }));
    }

    private Future<Void> send(ShardTask task) {
        try {
            return switch (task.kind()) {
                case DEFINE_GROUP ->
                    shards.defineGroup(
                            task.shard(),
                            task.tenantId(),
                            task.groupId(),
                            task.controlIndex(),
                            task.form(),
                            task.tenant(),
                            task.group());
                case DEFINE_QUEUE ->
                    shards.defineQueue(
                            task.shard(),
                            task.tenantId(),
                            task.groupId(),
                            task.controlIndex(),
                            task.queueId(),
                            task.queue(),
                            task.options(),
                            task.deadLetterQueueId());
                case DELETE_QUEUE ->
                    shards.deleteQueue(
                            task.shard(), task.tenantId(), task.groupId(), task.controlIndex(), task.queueId());
                case DELETE_GROUP ->
                    shards.deleteGroup(task.shard(), task.tenantId(), task.groupId(), task.controlIndex());
                case MOVE_GROUP -> move(task);
                case LEAVE_GROUP ->
                    shards.leaveGroup(task.shard(), task.tenantId(), task.groupId(), task.controlIndex());
                case FORGET_IMPORT ->
                    shards.forgetImport(task.shard(), task.tenantId(), task.groupId(), task.controlIndex());
            };
        } catch (RuntimeException e) {
            return Future.failedFuture(e);
        }
    }

    /** Called off, it is settled by that. */
    private Future<Void> move(ShardTask task) {
        return shards.moveGroup(task.shard(), task.tenantId(), task.groupId(), task.controlIndex(), task.toShard())
                .compose(why -> why.isEmpty() ? Future.succeededFuture() : callOff.apply(task, why));
    }

    private void flush() {
        done.removeIf(id -> state.task(id) == null);
        if (!confirming.isEmpty() || done.isEmpty() || closed) {
            return;
        }
        done.stream().sorted().limit(MAX_TASKS_PER_CONFIRMATION).forEach(confirming::add);
        done.removeAll(confirming);
        List<Long> ids = confirming.stream().sorted().toList();
        // Composed, so that a confirmation that throws (the log is not open yet: leadership may come first) counts as
        // one that failed.
        Future.succeededFuture()
                .compose(any -> confirm.apply(ids))
                .onComplete(result -> context.runOnContext(any -> confirmed(result.cause())));
    }

    private void confirmed(@Nullable Throwable failure) {
        if (failure == null) {
            retryMs = FIRST_RETRY_MS;
            confirming.clear();
            flush();
            return;
        }
        // Not known whether it was logged; what is still open then is confirmed once more, without asking the shards
        // again.
        LOG.warn("confirmation could not be logged and will be retried: {}", message(failure));
        done.addAll(confirming);
        confirming.clear();
        retryLater();
    }

    private void retryLater() {
        if (!retryPlanned && !closed) {
            retryPlanned = true;
            vertx.setTimer(
                    retryMs,
                    any -> context.runOnContext(none -> {
                        retryPlanned = false;
                        flush();
                        run();
                    }));
            retryMs = Math.min(MAX_RETRY_MS, retryMs * 2);
        }
    }

    private static String message(Throwable cause) {
        return cause.getMessage() == null ? cause.toString() : cause.getMessage();
    }
}
