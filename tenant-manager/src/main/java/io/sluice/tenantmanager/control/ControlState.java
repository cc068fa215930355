package io.sluice.tenantmanager.control;

import io.sluice.tenantmanager.api.ClusterMap;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/**
 * What the control shard holds: maps of immutable values.
 *
 * <p><i>Invariants:</i> {@link #verify()}. <i>Confined to:</i> written by the apply thread alone; read by any thread, which sees each value whole but two
 * values perhaps of different moments.
 */
public final class ControlState {
    private final ConcurrentSkipListMap<String, Tenant> tenants = new ConcurrentSkipListMap<>();
    private final ConcurrentSkipListMap<String, Plan> plans = new ConcurrentSkipListMap<>();
    private final ConcurrentSkipListMap<Long, ShardTask> tasks = new ConcurrentSkipListMap<>();
    private final ConcurrentSkipListMap<Long, AuditRecord> audit = new ConcurrentSkipListMap<>();
    private volatile Counters counters = new Counters(0, 0, 0, 0);
    private volatile ClusterMap cluster = ClusterMap.EMPTY;

    /**
     * @param lastIndex of the last entry applied
     * @param timeMs machine time
     * @param auditSequence of the last audit record
     * @param placed number of groups ever placed: the next goes to {@code placed mod shards}
     */
    record Counters(long lastIndex, long timeMs, long auditSequence, long placed) {}

    public ControlState() {
        Plan.predefined().forEach(plan -> plans.put(plan.name(), plan));
    }

    public @Nullable Tenant tenant(String name) {
        return tenants.get(name);
    }

    public NavigableMap<String, Tenant> tenants() {
        return java.util.Collections.unmodifiableNavigableMap(tenants);
    }

    public @Nullable Plan plan(String name) {
        return plans.get(name);
    }

    public NavigableMap<String, Plan> plans() {
        return java.util.Collections.unmodifiableNavigableMap(plans);
    }

    public @Nullable ShardTask task(long id) {
        return tasks.get(id);
    }

    /** What data shards still have to confirm, in order. */
    public NavigableMap<Long, ShardTask> tasks() {
        return java.util.Collections.unmodifiableNavigableMap(tasks);
    }

    /** The newest changes, by sequence. */
    public NavigableMap<Long, AuditRecord> audit() {
        return java.util.Collections.unmodifiableNavigableMap(audit);
    }

    public ClusterMap cluster() {
        return cluster;
    }

    void cluster(ClusterMap map) {
        cluster = map;
    }

    Counters counters() {
        return counters;
    }

    /** The tenant's limits with its plan's below. */
    public LimitSettings effectiveLimits(Tenant tenant) {
        Plan plan = plans.get(tenant.plan());
        return plan == null ? tenant.limits() : plan.limits().with(tenant.limits());
    }

    void advance(long index, long timeMs) {
        Counters c = counters;
        counters = new Counters(index, Math.max(c.timeMs(), timeMs), c.auditSequence(), c.placed());
    }

    void placed(long count) {
        Counters c = counters;
        counters = new Counters(c.lastIndex(), c.timeMs(), c.auditSequence(), c.placed() + count);
    }

    void put(Tenant tenant) {
        tenants.put(tenant.name(), tenant);
    }

    void removeTenant(String name) {
        tenants.remove(name);
    }

    void put(Plan plan) {
        plans.put(plan.name(), plan);
    }

    void put(ShardTask task) {
        tasks.put(task.id(), task);
    }

    void removeTask(long id) {
        tasks.remove(id);
    }

    void record(ControlEntry entry, String what, String result) {
        Counters c = counters;
        long sequence = c.auditSequence() + 1;
        ControlCommand command = entry.command();
        audit.put(
                sequence,
                new AuditRecord(
                        sequence,
                        c.timeMs(),
                        entry.who(),
                        entry.from(),
                        command.action(),
                        command.target(),
                        cut(what),
                        cut(result)));
        counters = new Counters(c.lastIndex(), c.timeMs(), sequence, c.placed());
        while (audit.firstKey() <= sequence - Bounds.AUDIT_RECORDS) {
            audit.pollFirstEntry();
        }
    }

    private static String cut(String text) {
        return text.length() <= Bounds.AUDIT_TEXT_CHARS ? text : text.substring(0, Bounds.AUDIT_TEXT_CHARS) + "…";
    }

    /** Everything at this moment, by reference. Called on the apply thread. */
    Image image() {
        return new Image(
                counters,
                new ArrayList<>(tenants.values()),
                new ArrayList<>(plans.values()),
                new ArrayList<>(tasks.values()),
                new ArrayList<>(audit.values()),
                cluster);
    }

    void load(Image image) {
        tenants.clear();
        plans.clear();
        tasks.clear();
        audit.clear();
        image.tenants().forEach(this::put);
        image.plans().forEach(this::put);
        image.tasks().forEach(this::put);
        image.audit().forEach(record -> audit.put(record.sequence(), record));
        counters = image.counters();
        cluster = image.cluster() == null ? ClusterMap.EMPTY : image.cluster();
    }

    /** @param cluster null in snapshots of releases that knew single nodes only */
    record Image(
            Counters counters,
            List<Tenant> tenants,
            List<Plan> plans,
            List<ShardTask> tasks,
            List<AuditRecord> audit,
            @Nullable ClusterMap cluster) {}

    /** Checks what always holds. @throws IllegalStateException with what does not */
    public void verify() {
        java.util.Set<Long> ids = new java.util.HashSet<>();
        for (Map.Entry<String, Tenant> entry : tenants.entrySet()) {
            Tenant tenant = entry.getValue();
            check(tenant.name().equals(entry.getKey()), "name of tenant " + entry.getKey());
            check(plans.containsKey(tenant.plan()), "plan of tenant " + tenant.name());
            check(ids.add(tenant.id()), "tenant id used twice: " + tenant.name());
            tenant.groups().values().forEach(group -> verify(tenant, group, ids));
        }
        check(audit.size() <= Bounds.AUDIT_RECORDS, "audit records " + audit.size());
    }

    private void verify(Tenant tenant, Group group, java.util.Set<Long> ids) {
        String where = tenant.name() + ":" + group.name();
        check(ids.add(group.id()), "group id used twice: " + where);
        check(group.ready() || hasTask(group.id(), 0), "group that is not ready has no task: " + where);
        for (Queue queue : group.queues().values()) {
            check(ids.add(queue.id()), "queue id used twice: " + where + "/" + queue.name());
            check(
                    queue.ready() || hasTask(group.id(), queue.id()),
                    "queue that is not ready has no task: " + where + "/" + queue.name());
            String target = queue.options().deadLetterQueue();
            check(target.isEmpty() || group.queues().containsKey(target), "dead-letter queue of " + where);
        }
    }

    private boolean hasTask(long groupId, long queueId) {
        return tasks.values().stream().anyMatch(task -> task.groupId() == groupId && task.queueId() == queueId);
    }

    private static void check(boolean holds, String what) {
        if (!holds) {
            throw new IllegalStateException("control state: " + what);
        }
    }
}
