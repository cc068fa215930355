package io.sluice.tenantmanager.admission;

import io.sluice.metrics.Meters;
import io.sluice.metrics.Meters.TenantMeters;
import io.sluice.protocol.ErrorCode;
import io.sluice.tenantmanager.api.Admission;
import io.sluice.tenantmanager.api.Directory;
import io.sluice.tenantmanager.api.ShardUsage;
import io.sluice.tenantmanager.api.TenantChange;
import io.sluice.tenantmanager.api.TenantView;
import io.sluice.tenantmanager.api.Verdict;
import io.sluice.tenantmanager.spi.TokenSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The gates of all tenants of this node; follows the directory.
 *
 * <p><i>Confined to:</i> gates are asked by any thread; changes arrive on the control shard's apply thread.
 */
public final class AdmissionControl implements Admission {
    private final Directory directory;
    private final TokenSource source;
    private final Meters meters;
    private final ConcurrentHashMap<Long, Gate> gates = new ConcurrentHashMap<>();
    private final UsageBoard board = new UsageBoard();
    private volatile Consumer<ShardUsage> onShardUsage = usage -> {};

    public AdmissionControl(Directory directory, TokenSource source, Meters meters) {
        this.directory = directory;
        this.source = source;
        this.meters = meters;
    }

    @Override
    public TenantGate gate(long tenantId) {
        Gate gate = gates.get(tenantId);
        if (gate != null) {
            return gate;
        }
        gate = gates.computeIfAbsent(tenantId, this::open);
        return gate == null ? ABSENT : gate;
    }

    private @Nullable Gate open(long tenantId) {
        TenantView tenant = directory.tenant(tenantId);
        if (tenant == null) {
            return null;
        }
        TenantMeters tenantMeters = meters.tenant(tenant.name());
        Buckets buckets = Buckets.open(source, tenantId, tenant.limits(), tenant.suspended(), null);
        Gate gate = new Gate(tenant.name(), buckets, source, new GateMeters(tenantMeters));
        tenantMeters.gauge("sluice.connections", "Client connections now", gate::connectionsHere);
        gate.reported(board.held(tenantId));
        return gate;
    }

    @Override
    public void reportUsage(ShardUsage usage) {
        toldOfShard(usage);
        onShardUsage.accept(usage);
    }

    /** @param listener given each report of a shard that leads on this node */
    void onShardUsage(Consumer<ShardUsage> listener) {
        onShardUsage = listener;
    }

    void toldOfShard(ShardUsage usage) {
        refresh(board.shard(usage));
    }

    void toldOfNode(NodeUsage usage, long nowNs) {
        refresh(board.node(usage, nowNs));
    }

    void forgetSilentNodes(long nowNs) {
        refresh(board.forgetSilent(nowNs));
    }

    /** What this node counts itself, for the others. */
    NodeUsage counted(String self) {
        List<NodeUsage.Tenant> tenants = new ArrayList<>();
        gates.forEach((tenantId, gate) -> {
            if (gate.connectionsHere() > 0 || gate.reservedHere() > 0) {
                tenants.add(new NodeUsage.Tenant(tenantId, gate.connectionsHere(), gate.reservedHere()));
            }
        });
        return new NodeUsage(self, tenants);
    }

    private void refresh(Set<Long> tenantIds) {
        for (long tenantId : tenantIds) {
            Gate gate = gates.get(tenantId);
            if (gate == null) {
                gate = gates.computeIfAbsent(tenantId, this::open);
            }
            if (gate != null) {
                gate.reported(board.held(tenantId));
            }
        }
    }

    /** What the tenant uses in the whole cluster, as far as this node knows. */
    public Usage usage(long tenantId) {
        Gate gate = gates.get(tenantId);
        return gate == null ? Usage.NONE : gate.usage();
    }

    /** Takes a change of the directory over. */
    public void changed(TenantChange change) {
        gates.computeIfPresent(change.tenantId(), (id, gate) -> {
            TenantView tenant = directory.tenant(id);
            if (tenant == null) {
                gate.close();
                return null;
            }
            Buckets before = gate.buckets();
            if (!before.limits().equals(tenant.limits()) || before.suspended() != tenant.suspended()) {
                gate.replace(Buckets.open(source, id, tenant.limits(), tenant.suspended(), before));
            }
            return gate;
        });
    }

    /** The gate of a tenant that is not there (any more). */
    private static final TenantGate ABSENT = new TenantGate() {
        private final Verdict refused =
                new Verdict.Refused(ErrorCode.UNAUTHENTICATED, "", "the tenant does not exist any more", 0);

        @Override
        public Verdict connect() {
            return refused;
        }

        @Override
        public void disconnected() {}

        @Override
        public Verdict checkPublish(int messages, long bytes, int largestBytes) {
            return refused;
        }

        @Override
        public Verdict takePublish(int messages, long bytes, boolean reject) {
            return refused;
        }

        @Override
        public Verdict takeDeliver(int messages, long bytes) {
            return refused;
        }

        @Override
        public Verdict reserveUnacked(int prefetchCount) {
            return refused;
        }

        @Override
        public void releaseUnacked(int prefetchCount) {}
    };
}
