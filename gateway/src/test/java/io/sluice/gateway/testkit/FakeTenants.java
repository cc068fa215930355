package io.sluice.gateway.testkit;

import io.sluice.protocol.ErrorCode;
import io.sluice.protocol.GroupForm;
import io.sluice.tenantmanager.api.Admission;
import io.sluice.tenantmanager.api.AuthResult;
import io.sluice.tenantmanager.api.Directory;
import io.sluice.tenantmanager.api.GroupView;
import io.sluice.tenantmanager.api.Limits;
import io.sluice.tenantmanager.api.Permissions;
import io.sluice.tenantmanager.api.Principal;
import io.sluice.tenantmanager.api.ShardUsage;
import io.sluice.tenantmanager.api.TenantChange;
import io.sluice.tenantmanager.api.TenantView;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Tenants in memory: each has a group {@code orders} with the queues {@code created}, {@code paid} and {@code secret}, which keys may not use, and a key
 * {@code key-of-NAME}. Safe for any thread.
 */
public final class FakeTenants implements Directory, Admission {
    public static final long GROUP = 1000;
    public static final long CREATED = 1;
    public static final long PAID = 2;

    private final Map<Long, TenantView> views = new ConcurrentHashMap<>();
    private final Map<Long, FakeGate> gates = new ConcurrentHashMap<>();
    private final List<Consumer<TenantChange>> listeners = new ArrayList<>();

    /** The ids of its group and queues are those of the constants + 10 × the tenant's id. */
    public FakeTenants add(long tenantId, String name) {
        return add(tenantId, name, null);
    }

    public FakeTenants add(long tenantId, String name, Limits.@Nullable Rate deliverMessages) {
        Limits limits = new Limits(null, null, deliverMessages, null, -1, -1, -1, -1, -1, -1, false);
        long base = 10 * tenantId;
        Map<String, Long> queues = Map.of("created", base + CREATED, "paid", base + PAID, "secret", base + 3);
        GroupView group = new GroupView(GROUP + base, "orders", GroupForm.WORK, 0, queues);
        views.put(tenantId, new TenantView(tenantId, name, false, 1, limits, Map.of("orders", group)));
        gates.put(tenantId, new FakeGate());
        return this;
    }

    /** Its group is in another shard from now on. */
    public TenantChange move(long tenantId, int shard) {
        views.computeIfPresent(tenantId, (id, view) -> {
            GroupView old = java.util.Objects.requireNonNull(view.groups().get("orders"));
            GroupView moved = new GroupView(old.groupId(), old.name(), old.form(), shard, old.queues());
            return new TenantView(
                    id, view.name(), view.suspended(), view.weight(), view.limits(), Map.of("orders", moved));
        });
        return new TenantChange.Updated(tenantId);
    }

    @Override
    public FakeGate gate(long tenantId) {
        return java.util.Objects.requireNonNull(gates.get(tenantId));
    }

    @Override
    public void reportUsage(ShardUsage usage) {}

    @Override
    public AuthResult authenticate(String tenant, String key) {
        TenantView view = tenant(tenant);
        if (view == null || !key.startsWith("key-of-" + tenant)) {
            return new AuthResult.Refused(ErrorCode.UNAUTHENTICATED, "unknown tenant or wrong key");
        }
        return new AuthResult.Granted(new Principal(view.tenantId(), tenant, key, new NotSecret()));
    }

    @Override
    public @Nullable TenantView tenant(long tenantId) {
        return views.get(tenantId);
    }

    @Override
    public @Nullable TenantView tenant(String name) {
        return views.values().stream()
                .filter(view -> view.name().equals(name))
                .findFirst()
                .orElse(null);
    }

    @Override
    public AutoCloseable onChange(Consumer<TenantChange> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    public void change(TenantChange change) {
        List.copyOf(listeners).forEach(listener -> listener.accept(change));
    }

    private static final class NotSecret implements Permissions {
        @Override
        public boolean mayPublish(String group, String queue) {
            return !queue.equals("secret");
        }

        @Override
        public boolean mayConsume(String group, String queue) {
            return !queue.equals("secret");
        }
    }
}
