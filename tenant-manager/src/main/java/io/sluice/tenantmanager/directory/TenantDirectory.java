package io.sluice.tenantmanager.directory;

import io.sluice.protocol.ErrorCode;
import io.sluice.tenantmanager.api.AuthResult;
import io.sluice.tenantmanager.api.Directory;
import io.sluice.tenantmanager.api.Principal;
import io.sluice.tenantmanager.api.TenantChange;
import io.sluice.tenantmanager.api.TenantView;
import io.sluice.tenantmanager.control.ControlState;
import io.sluice.tenantmanager.control.Key;
import io.sluice.tenantmanager.control.Tenant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The directory of this node: an immutable picture per tenant, replaced as a whole when the control shard changed the tenant.
 *
 * <p><i>Confined to:</i> {@link #update} and {@link #reload} to the control shard's apply thread; everything else to no thread.
 */
public final class TenantDirectory implements Directory {
    private static final Logger LOG = LoggerFactory.getLogger(TenantDirectory.class);

    private final ControlState state;
    private final ConcurrentHashMap<String, Entry> byName = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<Long, Entry> byId = new ConcurrentHashMap<>();
    private final CopyOnWriteArrayList<Consumer<TenantChange>> listeners = new CopyOnWriteArrayList<>();
    private volatile boolean caughtUp;
    private volatile boolean outOfTouch;

    public TenantDirectory(ControlState state) {
        this.state = state;
    }

    /** From now on a tenant that is not here does not exist; before, this node may just not know it yet. */
    public void caughtUp() {
        caughtUp = true;
    }

    public boolean isCaughtUp() {
        return caughtUp;
    }

    /** Whether nothing was heard of the control shard's leader for so long that what stands here may be out of date. */
    public void outOfTouch(boolean value) {
        outOfTouch = value;
    }

    public boolean isOutOfTouch() {
        return outOfTouch;
    }

    @Override
    public AuthResult authenticate(String tenant, String key) {
        if (outOfTouch) {
            return new AuthResult.Refused(
                    ErrorCode.UNAVAILABLE,
                    "this node has lost touch with the rest of the cluster and takes no new clients: try another node");
        }
        Entry entry = byName.get(tenant);
        Principal principal = Entry.find(entry == null ? List.of() : entry.credentials(), KeyMaterial.hash(key));
        if (entry == null || principal == null) {
            return caughtUp
                    ? new AuthResult.Refused(ErrorCode.UNAUTHENTICATED, "tenant or key is not right")
                    : new AuthResult.Refused(
                            ErrorCode.UNAVAILABLE, "this node has not read all tenants yet: try again shortly");
        }
        if (entry.view().suspended()) {
            return new AuthResult.Refused(
                    ErrorCode.TENANT_SUSPENDED, "tenant '" + tenant + "' is suspended: ask the operator");
        }
        return new AuthResult.Granted(principal);
    }

    @Override
    public @Nullable TenantView tenant(long tenantId) {
        Entry entry = byId.get(tenantId);
        return entry == null ? null : entry.view();
    }

    @Override
    public @Nullable TenantView tenant(String name) {
        Entry entry = byName.get(name);
        return entry == null ? null : entry.view();
    }

    @Override
    public AutoCloseable onChange(Consumer<TenantChange> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    /** Takes over what the control shard now holds of a tenant. */
    public void update(String name) {
        Entry before = byName.get(name);
        Tenant now = state.tenant(name);
        List<TenantChange> changes = new ArrayList<>();
        if (before != null && (now == null || now.id() != before.tenant().id())) {
            byName.remove(name);
            byId.remove(before.tenant().id());
            changes.add(new TenantChange.Deleted(before.tenant().id(), name));
            before = null;
        }
        if (now != null) {
            Entry after = Entry.of(now, state.effectiveLimits(now));
            byId.put(now.id(), after);
            byName.put(name, after);
            differences(before == null ? null : before.tenant(), now, changes);
        }
        changes.forEach(this::tell);
    }

    /** Takes over everything, after a restore. */
    public void reload() {
        List<String> names = new ArrayList<>(byName.keySet());
        state.tenants().keySet().stream()
                .filter(name -> !byName.containsKey(name))
                .forEach(names::add);
        names.forEach(this::update);
    }

    private static void differences(@Nullable Tenant before, Tenant now, List<TenantChange> changes) {
        if (before != null) {
            for (Key key : before.keys().values()) {
                Key same = now.keys().get(key.name());
                if (same == null || !same.equals(key)) {
                    changes.add(new TenantChange.KeyRevoked(now.id(), key.name()));
                }
            }
            if (now.suspended() && !before.suspended()) {
                changes.add(new TenantChange.Suspended(now.id()));
            }
        }
        changes.add(new TenantChange.Updated(now.id()));
    }

    private void tell(TenantChange change) {
        for (Consumer<TenantChange> listener : listeners) {
            try {
                listener.accept(change);
            } catch (RuntimeException e) {
                // One listener's bug must neither hide the change from the others nor stop the control shard.
                LOG.error("listener failed on {}", change, e);
            }
        }
    }
}
