package io.sluice.tenantmanager.control;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A tenant with everything it has. Immutable: a change makes another.
 *
 * @param id never reused
 * @param limits its own settings, which go over its plan's
 * @param weight share in the fair append, 1–100
 */
public record Tenant(
        long id,
        String name,
        String displayName,
        String plan,
        LimitSettings limits,
        int weight,
        boolean suspended,
        SortedMap<String, Key> keys,
        SortedMap<String, Group> groups,
        long createdMs,
        long changedMs) {
    public Tenant {
        keys = Collections.unmodifiableSortedMap(new TreeMap<>(keys));
        groups = Collections.unmodifiableSortedMap(new TreeMap<>(groups));
    }

    public int queueCount() {
        return groups.values().stream().mapToInt(group -> group.queues().size()).sum();
    }

    Tenant withSuspended(boolean value, long nowMs) {
        return new Tenant(id, name, displayName, plan, limits, weight, value, keys, groups, createdMs, nowMs);
    }

    Tenant withKeys(SortedMap<String, Key> replaced, long nowMs) {
        return new Tenant(id, name, displayName, plan, limits, weight, suspended, replaced, groups, createdMs, nowMs);
    }

    Tenant withGroups(SortedMap<String, Group> replaced, long nowMs) {
        return new Tenant(id, name, displayName, plan, limits, weight, suspended, keys, replaced, createdMs, nowMs);
    }

    Tenant withGroup(Group group, long nowMs) {
        TreeMap<String, Group> copy = new TreeMap<>(groups);
        copy.put(group.name(), group);
        return withGroups(copy, nowMs);
    }

    Tenant withSettings(String newDisplayName, String newPlan, LimitSettings newLimits, int newWeight, long nowMs) {
        return new Tenant(
                id, name, newDisplayName, newPlan, newLimits, newWeight, suspended, keys, groups, createdMs, nowMs);
    }
}
