package io.sluice.tenantmanager.control;

import io.sluice.protocol.GroupForm;
import io.sluice.protocol.QueueOptions;
import io.sluice.tenantmanager.control.ControlCommand.GroupSpec;
import io.sluice.tenantmanager.control.ControlCommand.QueueSpec;
import io.sluice.tenantmanager.control.ControlResult.Change;
import io.sluice.tenantmanager.control.ControlResult.Refused;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** How queue groups and queues may change. */
final class GroupRules {
    private GroupRules() {}

    static @Nullable Refused put(Draft draft, ControlCommand.PutGroup put) {
        Tenant tenant = draft.state().tenant(put.tenant());
        if (tenant == null) {
            return TenantRules.noTenant(put.tenant());
        }
        boolean exists = tenant.groups().containsKey(put.group().name());
        if (!exists && put.mustExist()) {
            return noGroup(tenant, put.group().name());
        }
        draft.tenant = tenant;
        draft.created = !exists;
        return merge(draft, put.group(), put.shardCount(), "");
    }

    static @Nullable Refused putQueue(Draft draft, ControlCommand.PutQueue put) {
        Tenant tenant = draft.state().tenant(put.tenant());
        if (tenant == null) {
            return TenantRules.noTenant(put.tenant());
        }
        Group group = tenant.groups().get(put.group());
        if (group == null) {
            return noGroup(tenant, put.group());
        }
        boolean exists = group.queues().containsKey(put.queue().name());
        if (!exists && put.mustExist()) {
            return noQueue(group, put.queue().name());
        }
        draft.tenant = tenant;
        draft.created = !exists;
        Refused refused = merge(draft, new GroupSpec(group.name(), null, List.of(put.queue())), 1, "");
        return refused == null
                ? null
                : new Refused(refused.reason(), refused.field().replace("queues[0].", ""), refused.message());
    }

    /** Lays a group's definition over the draft's tenant; {@code field} is where it stands in the request. */
    static @Nullable Refused merge(Draft draft, GroupSpec spec, int shardCount, String field) {
        Tenant tenant = Objects.requireNonNull(draft.tenant);
        Group before = tenant.groups().get(spec.name());
        if (before != null && spec.form() != null && spec.form() != before.form()) {
            return Refused.conflict(
                    field + "form",
                    "group '" + spec.name() + "' has form '" + before.form().label()
                            + "', which cannot change: delete the group and make it anew");
        }
        Refused refused = before == null ? groupQuota(draft, tenant, field) : null;
        if (refused != null) {
            return refused;
        }
        Group base = before != null ? before : blank(draft, spec, shardCount);
        Map<String, Integer> changed = new LinkedHashMap<>();
        Group group = mergeQueues(draft, base, spec.queues(), changed);
        refused = check(draft, tenant, group, changed, field);
        if (refused != null) {
            return refused;
        }
        draft.touchedGroups.add(group.id());
        if (!group.equals(before)) {
            draft.tenant = tenant.withGroup(group, draft.timeMs());
        }
        define(draft, tenant, group, before == null, changed);
        return null;
    }

    private static Group blank(Draft draft, GroupSpec spec, int shardCount) {
        draft.changes.add(Change.create("group " + spec.name()));
        GroupForm form = spec.form() == null ? GroupForm.WORK : spec.form();
        return new Group(draft.nextId(), spec.name(), form, draft.nextShard(shardCount), false, new TreeMap<>());
    }

    /** {@code changed}: names of the queues that are new or different, with their position in the request. */
    private static Group mergeQueues(Draft draft, Group base, List<QueueSpec> specs, Map<String, Integer> changed) {
        TreeMap<String, Queue> queues = new TreeMap<>(base.queues());
        for (int i = 0; i < specs.size(); i++) {
            QueueSpec spec = specs.get(i);
            String address = base.name() + "/" + spec.name();
            Queue before = queues.get(spec.name());
            QueueOptions options = QueueRules.merge(before == null ? QueueOptions.DEFAULT : before.options(), spec);
            if (before == null) {
                queues.put(spec.name(), new Queue(draft.nextId(), spec.name(), options, draft.index(), false));
                draft.changes.add(Change.create("queue " + address));
                changed.put(spec.name(), i);
            } else if (!options.equals(before.options())) {
                queues.put(spec.name(), new Queue(before.id(), spec.name(), options, draft.index(), before.ready()));
                draft.changes.add(
                        Change.update("queue " + address, before.options().toString(), options.toString()));
                changed.put(spec.name(), i);
            }
        }
        return base.withQueues(queues);
    }

    private static @Nullable Refused check(
            Draft draft, Tenant tenant, Group group, Map<String, Integer> changed, String field) {
        for (Map.Entry<String, Integer> entry : changed.entrySet()) {
            Queue queue = Objects.requireNonNull(group.queues().get(entry.getKey()));
            Refused refused = QueueRules.check(group, queue, field + "queues[" + entry.getValue() + "].");
            if (refused != null) {
                return refused;
            }
        }
        Group before = tenant.groups().get(group.name());
        int had = before == null ? 0 : before.queues().size();
        int added = group.queues().size() - had;
        return added == 0 ? null : quota(draft, tenant, LimitName.QUEUES, tenant.queueCount(), added, field + "queues");
    }

    private static @Nullable Refused groupQuota(Draft draft, Tenant tenant, String field) {
        return quota(draft, tenant, LimitName.GROUPS, tenant.groups().size(), 1, field + "name");
    }

    private static @Nullable Refused quota(
            Draft draft, Tenant tenant, LimitName limit, int used, int added, String field) {
        int bound = limit == LimitName.GROUPS ? Bounds.GROUPS_PER_TENANT : Bounds.QUEUES_PER_TENANT;
        long set = draft.state().effectiveLimits(tenant).quota(limit);
        long most = set < 0 ? bound : Math.min(set, bound);
        if (used + added <= most) {
            return null;
        }
        return Refused.quota(
                field,
                "quota '" + limit.label() + "' of tenant '" + tenant.name() + "' is " + most + ", " + used
                        + " are in use and " + added + " more are asked for"
                        + (most < bound ? ": raise the limit or delete some" : ": delete some"));
    }

    /** Queues without a dead-letter queue come first, so that the others find theirs. */
    private static void define(Draft draft, Tenant tenant, Group group, boolean isNew, Map<String, Integer> changed) {
        if (isNew) {
            draft.defineGroup(tenant, group);
        }
        List<Queue> queues = new ArrayList<>();
        changed.keySet()
                .forEach(
                        name -> queues.add(Objects.requireNonNull(group.queues().get(name))));
        queues.sort(
                Comparator.comparing(queue -> !queue.options().deadLetterQueue().isEmpty()));
        queues.forEach(queue -> draft.defineQueue(tenant, group, queue));
    }

    static @Nullable Refused delete(Draft draft, ControlCommand.DeleteGroup delete) {
        Tenant tenant = draft.state().tenant(delete.tenant());
        if (tenant == null) {
            return TenantRules.noTenant(delete.tenant());
        }
        TreeMap<String, Group> groups = new TreeMap<>(tenant.groups());
        Group group = groups.remove(delete.group());
        if (group == null) {
            return noGroup(tenant, delete.group());
        }
        Refused moving = MoveRules.refuseWhileMoving(draft.state(), group);
        if (moving != null) {
            return moving;
        }
        draft.deleteGroup(tenant, group);
        draft.tenant = tenant.withGroups(groups, draft.timeMs());
        draft.changes.add(Change.delete("group " + group.name()));
        return null;
    }

    static @Nullable Refused deleteQueue(Draft draft, ControlCommand.DeleteQueue delete) {
        Tenant tenant = draft.state().tenant(delete.tenant());
        if (tenant == null) {
            return TenantRules.noTenant(delete.tenant());
        }
        Group group = tenant.groups().get(delete.group());
        if (group == null) {
            return noGroup(tenant, delete.group());
        }
        Queue queue = group.queues().get(delete.queue());
        if (queue == null) {
            return noQueue(group, delete.queue());
        }
        for (Queue other : group.queues().values()) {
            if (other.options().deadLetterQueue().equals(queue.name())) {
                return Refused.conflict(
                        "",
                        "queue '" + other.name() + "' uses '" + queue.name()
                                + "' as its dead-letter queue: change or delete that one first");
            }
        }
        draft.deleteQueue(tenant, group, queue);
        draft.tenant = tenant.withGroup(group.withoutQueue(queue.name()), draft.timeMs());
        draft.changes.add(Change.delete("queue " + group.name() + "/" + queue.name()));
        return null;
    }

    static @Nullable Refused purge(Draft draft, ControlCommand.PurgeQueue purge) {
        Tenant tenant = draft.state().tenant(purge.tenant());
        if (tenant == null) {
            return TenantRules.noTenant(purge.tenant());
        }
        Group group = tenant.groups().get(purge.group());
        if (group == null) {
            return noGroup(tenant, purge.group());
        }
        if (!group.queues().containsKey(purge.queue())) {
            return noQueue(group, purge.queue());
        }
        draft.tenant = tenant;
        return null;
    }

    static Refused noGroup(Tenant tenant, String name) {
        return Refused.notFound("tenant '" + tenant.name() + "' has no group '" + name + "'; PUT /v1/tenants/"
                + tenant.name() + "/groups/" + name + " makes it");
    }

    private static Refused noQueue(Group group, String name) {
        return Refused.notFound("group '" + group.name() + "' has no queue '" + name + "'");
    }
}
