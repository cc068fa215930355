package io.sluice.tenantmanager.control;

import io.sluice.tenantmanager.control.ControlCommand.KeySpec;
import io.sluice.tenantmanager.control.ControlResult.Change;
import io.sluice.tenantmanager.control.ControlResult.Refused;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** How a tenant's keys may change. */
final class KeyRules {
    private KeyRules() {}

    /** Makes the keys whose names are new; gives the others the permissions that are asked for. */
    static @Nullable Refused put(Draft draft, List<KeySpec> specs) {
        Tenant tenant = Objects.requireNonNull(draft.tenant);
        TreeMap<String, Key> keys = new TreeMap<>(tenant.keys());
        for (KeySpec spec : specs) {
            Key before = keys.get(spec.name());
            if (before == null) {
                keys.put(
                        spec.name(),
                        new Key(spec.name(), spec.hash(), List.copyOf(spec.permissions()), draft.timeMs()));
                draft.createdKeys.add(spec.name());
                draft.changes.add(Change.create("key " + spec.name()));
            } else if (!before.permissions().equals(spec.permissions())) {
                keys.put(
                        spec.name(),
                        new Key(spec.name(), before.hash(), List.copyOf(spec.permissions()), before.createdMs()));
                draft.changes.add(Change.update(
                        "permissions of key " + spec.name(),
                        before.permissions().toString(),
                        spec.permissions().toString()));
            }
        }
        if (keys.size() > Bounds.KEYS_PER_TENANT) {
            return Refused.quota(
                    "keys",
                    "tenant '" + tenant.name() + "' would have " + keys.size() + " keys; at most "
                            + Bounds.KEYS_PER_TENANT + " are allowed: revoke one first");
        }
        if (!keys.equals(tenant.keys())) {
            draft.tenant = tenant.withKeys(keys, draft.timeMs());
        }
        return null;
    }

    static @Nullable Refused add(Draft draft, ControlCommand.AddKey add) {
        Tenant tenant = draft.state().tenant(add.tenant());
        if (tenant == null) {
            return TenantRules.noTenant(add.tenant());
        }
        if (tenant.keys().containsKey(add.key().name())) {
            return Refused.conflict(
                    "name",
                    "tenant '" + tenant.name() + "' has a key '" + add.key().name()
                            + "' already: choose another name, or revoke that one first");
        }
        draft.tenant = tenant;
        draft.created = true;
        return put(draft, List.of(add.key()));
    }

    static @Nullable Refused revoke(Draft draft, ControlCommand.RevokeKey revoke) {
        Tenant tenant = draft.state().tenant(revoke.tenant());
        if (tenant == null) {
            return TenantRules.noTenant(revoke.tenant());
        }
        TreeMap<String, Key> keys = new TreeMap<>(tenant.keys());
        if (keys.remove(revoke.key()) == null) {
            return Refused.notFound("tenant '" + tenant.name() + "' has no key '" + revoke.key() + "'");
        }
        draft.tenant = tenant.withKeys(keys, draft.timeMs());
        draft.changes.add(Change.delete("key " + revoke.key()));
        return null;
    }
}
