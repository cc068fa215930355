package io.sluice.tenantmanager.control;

import io.sluice.tenantmanager.control.ControlResult.Change;
import io.sluice.tenantmanager.control.ControlResult.Refused;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** How tenants and plans may change. */
final class TenantRules {
    private TenantRules() {}

    static @Nullable Refused put(Draft draft, ControlCommand.PutTenant put) {
        Tenant before = draft.state().tenant(put.tenant());
        if (before == null && put.mustExist()) {
            return noTenant(put.tenant());
        }
        if (before == null && draft.state().tenants().size() >= Bounds.TENANTS) {
            return Refused.quota(
                    "", "this cluster holds " + Bounds.TENANTS + " tenants, which is its bound: delete one first");
        }
        draft.created = before == null;
        Tenant base = before == null ? blank(draft, put.tenant()) : before;
        Refused refused = settings(draft, base, put);
        if (refused == null) {
            refused = groups(draft, put);
        }
        return refused != null ? refused : KeyRules.put(draft, put.keys());
    }

    private static Tenant blank(Draft draft, String name) {
        draft.changes.add(Change.create("tenant " + name));
        return new Tenant(
                draft.nextId(),
                name,
                "",
                Plan.DEFAULT,
                LimitSettings.NONE,
                1,
                false,
                new TreeMap<>(),
                new TreeMap<>(),
                draft.timeMs(),
                draft.timeMs());
    }

    private static @Nullable Refused settings(Draft draft, Tenant base, ControlCommand.PutTenant put) {
        String plan = put.plan() == null ? base.plan() : put.plan();
        if (draft.state().plan(plan) == null) {
            return Refused.invalid(
                    "plan",
                    "there is no plan '" + plan + "'; plans are "
                            + draft.state().plans().keySet().stream().limit(20).toList()
                            + ", PUT /v1/plans/{plan} makes another");
        }
        String displayName = put.displayName() == null ? base.displayName() : put.displayName();
        int weight = put.weight() == null ? base.weight() : put.weight();
        LimitSettings limits = base.limits().patched(put.limits());
        differ(draft, "displayName", base.displayName(), displayName);
        differ(draft, "plan", base.plan(), plan);
        differ(draft, "weight", base.weight(), weight);
        differ(draft, base.limits(), limits);
        boolean same = displayName.equals(base.displayName())
                && plan.equals(base.plan())
                && weight == base.weight()
                && limits.equals(base.limits());
        draft.tenant = same ? base : base.withSettings(displayName, plan, limits, weight, draft.timeMs());
        return null;
    }

    private static @Nullable Refused groups(Draft draft, ControlCommand.PutTenant put) {
        List<ControlCommand.GroupSpec> groups = put.groups();
        for (int i = 0; i < groups.size(); i++) {
            Refused refused = GroupRules.merge(draft, groups.get(i), put.shardCount(), "groups[" + i + "].");
            if (refused != null) {
                return refused;
            }
        }
        return null;
    }

    static @Nullable Refused suspend(Draft draft, ControlCommand.SuspendTenant suspend) {
        Tenant tenant = draft.state().tenant(suspend.tenant());
        if (tenant == null) {
            return noTenant(suspend.tenant());
        }
        draft.tenant = tenant;
        if (tenant.suspended() != suspend.suspended()) {
            draft.tenant = tenant.withSuspended(suspend.suspended(), draft.timeMs());
            differ(draft, "suspended", tenant.suspended(), suspend.suspended());
        }
        return null;
    }

    static @Nullable Refused delete(Draft draft, ControlCommand.DeleteTenant delete) {
        Tenant tenant = draft.state().tenant(delete.tenant());
        if (tenant == null) {
            return noTenant(delete.tenant());
        }
        Refused moving = MoveRules.refuseWhileMoving(draft.state(), tenant);
        if (moving != null) {
            return moving;
        }
        tenant.groups().values().forEach(group -> draft.deleteGroup(tenant, group));
        draft.removed = tenant;
        draft.changes.add(Change.delete("tenant " + tenant.name()));
        return null;
    }

    static @Nullable Refused putPlan(Draft draft, ControlCommand.PutPlan put) {
        Plan before = draft.state().plan(put.plan());
        if (before == null && draft.state().plans().size() >= Bounds.PLANS) {
            return Refused.quota("", "this cluster holds " + Bounds.PLANS + " plans, which is its bound");
        }
        LimitSettings old = before == null ? LimitSettings.NONE : before.limits();
        LimitSettings limits = old.patched(put.limits());
        draft.created = before == null;
        if (before == null) {
            draft.changes.add(Change.create("plan " + put.plan()));
        }
        differ(draft, old, limits);
        draft.plan = new Plan(put.plan(), limits);
        return null;
    }

    static Refused noTenant(String name) {
        return Refused.notFound("there is no tenant '" + name + "'; PUT /v1/tenants/" + name + " makes it");
    }

    private static void differ(Draft draft, LimitSettings before, LimitSettings after) {
        for (LimitName name : LimitName.values()) {
            differ(
                    draft,
                    "limit " + name.label(),
                    text(before.amounts().get(name)),
                    text(after.amounts().get(name)));
        }
        differ(draft, "overRate", text(before.rejectOverRate()), text(after.rejectOverRate()));
    }

    private static String text(@Nullable Amount amount) {
        return amount == null ? "unset" : amount.toString();
    }

    private static String text(@Nullable Boolean reject) {
        return reject == null ? "unset" : reject ? "reject" : "pace";
    }

    private static void differ(Draft draft, String what, Object before, Object after) {
        if (!Objects.equals(before, after)) {
            draft.changes.add(Change.update(what, before.toString(), after.toString()));
        }
    }
}
