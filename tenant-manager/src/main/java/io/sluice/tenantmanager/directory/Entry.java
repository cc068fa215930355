package io.sluice.tenantmanager.directory;

import io.sluice.tenantmanager.api.GroupView;
import io.sluice.tenantmanager.api.Principal;
import io.sluice.tenantmanager.api.TenantView;
import io.sluice.tenantmanager.control.Bounds;
import io.sluice.tenantmanager.control.Group;
import io.sluice.tenantmanager.control.Key;
import io.sluice.tenantmanager.control.LimitSettings;
import io.sluice.tenantmanager.control.Tenant;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One tenant's picture: what clients may see, and its keys in the form they are checked in. Immutable. */
record Entry(Tenant tenant, TenantView view, List<Credential> credentials) {
    private static final byte[] NOTHING = new byte[32];

    record Credential(byte[] hash, Principal principal) {}

    static Entry of(Tenant tenant, LimitSettings effective) {
        Map<String, GroupView> groups = new LinkedHashMap<>();
        for (Group group : tenant.groups().values()) {
            if (group.ready()) {
                groups.put(group.name(), view(group));
            }
        }
        List<Credential> credentials = new ArrayList<>();
        for (Key key : tenant.keys().values()) {
            Principal principal =
                    new Principal(tenant.id(), tenant.name(), key.name(), CompiledPermissions.of(key.permissions()));
            credentials.add(new Credential(HexFormat.of().parseHex(key.hash()), principal));
        }
        TenantView view = new TenantView(
                tenant.id(),
                tenant.name(),
                tenant.suspended(),
                tenant.weight(),
                effective.toLimits(),
                Collections.unmodifiableMap(groups));
        return new Entry(tenant, view, List.copyOf(credentials));
    }

    /** Queues that their shard has not confirmed yet are left out: nobody could use them. */
    private static GroupView view(Group group) {
        Map<String, Long> queues = new LinkedHashMap<>();
        group.queues().values().stream()
                .filter(queue -> queue.ready())
                .forEach(queue -> queues.put(queue.name(), queue.id()));
        return new GroupView(
                group.id(), group.name(), group.form(), group.shard(), Collections.unmodifiableMap(queues));
    }

    /** Compares with as many hashes for any tenant, known or not: the time tells neither whether it exists nor how many keys it has. */
    static @Nullable Principal find(List<Credential> credentials, byte[] hash) {
        Principal found = null;
        for (int i = 0; i < Bounds.KEYS_PER_TENANT; i++) {
            boolean real = i < credentials.size();
            byte[] candidate = real ? credentials.get(i).hash() : NOTHING;
            if (MessageDigest.isEqual(candidate, hash) && real) {
                found = credentials.get(i).principal();
            }
        }
        return found;
    }
}
