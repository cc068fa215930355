package io.sluice.tenantmanager.admission;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.tenantmanager.api.Admission.TenantGate;
import io.sluice.tenantmanager.api.AuthResult;
import io.sluice.tenantmanager.api.Directory;
import io.sluice.tenantmanager.api.Limits;
import io.sluice.tenantmanager.api.ShardUsage;
import io.sluice.tenantmanager.api.TenantChange;
import io.sluice.tenantmanager.api.TenantView;
import io.sluice.tenantmanager.api.Verdict;
import io.sluice.tenantmanager.fakes.CountingMeters;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Three nodes that tell each other what is used, over the wire form of their reports. */
class ClusterQuotaTest {
    private static final long TENANT = 1;
    private static final long NS_PER_S = 1_000_000_000;
    private static final Limits LIMITS = new Limits(null, null, null, null, 5, -1, -1, 1_000, -1, 100, false);

    private final List<AdmissionControl> nodes = new ArrayList<>();
    private long nowNs = 1;

    ClusterQuotaTest() {
        for (int node = 0; node < 3; node++) {
            nodes.add(new AdmissionControl(new OneTenant(), new LocalTokenSource(), new CountingMeters()));
        }
        for (AdmissionControl node : nodes) {
            node.onShardUsage(usage -> nodes.stream()
                    .filter(other -> other != node)
                    .forEach(other -> other.toldOfShard(UsageWire.shard(UsageWire.write(usage)))));
        }
    }

    /** The second in which everybody who is up tells everybody. */
    private void exchange(int... up) {
        nowNs += NS_PER_S;
        for (int from : up) {
            NodeUsage usage = nodes.get(from).counted("n" + from);
            for (int to : up) {
                nodes.get(to).forgetSilentNodes(nowNs);
                if (to != from) {
                    nodes.get(to).toldOfNode(UsageWire.node(UsageWire.write(usage)), nowNs);
                }
            }
        }
    }

    private TenantGate gate(int node) {
        return nodes.get(node).gate(TENANT);
    }

    private int connect(int node, int times) {
        int admitted = 0;
        for (int i = 0; i < times; i++) {
            admitted += gate(node).connect() instanceof Verdict.Admitted ? 1 : 0;
        }
        return admitted;
    }

    @Test
    void connectionsOfAllNodesCountOnEach() {
        assertThat(connect(0, 2)).isEqualTo(2);
        assertThat(connect(1, 2)).isEqualTo(2);
        exchange(0, 1, 2);
        assertThat(connect(2, 3)).isOne();
        Verdict.Refused refused = (Verdict.Refused) gate(2).connect();
        assertThat(refused.message()).contains("'connections'").contains("is 5").contains("5 are in use");
        exchange(0, 1, 2);
        for (AdmissionControl node : nodes) {
            assertThat(node.usage(TENANT).connections()).isEqualTo(5);
        }
        gate(0).disconnected();
        exchange(0, 1, 2);
        assertThat(connect(1, 3)).isOne();
    }

    @Test
    void overshootsByWhatOtherNodesAdmitBetweenTwoReportsAndNoMore() {
        assertThat(connect(0, 9) + connect(1, 9) + connect(2, 9)).isEqualTo(15);
        exchange(0, 1, 2);
        gate(0).disconnected();
        exchange(0, 1, 2);
        assertThat(connect(0, 1) + connect(1, 1) + connect(2, 1)).isZero();
    }

    @Test
    void aNodeThatFellSilentNoLongerCounts() {
        connect(0, 5);
        exchange(0, 1, 2);
        assertThat(connect(1, 1)).isZero();
        for (int second = 0; second < 5; second++) {
            exchange(1, 2);
        }
        assertThat(connect(1, 9)).isEqualTo(5);
    }

    @Test
    void reservedUnackedMessagesOfAllNodesCount() {
        gate(0).reserveUnacked(60);
        exchange(0, 1, 2);
        assertThat(gate(1).reserveUnacked(41)).isInstanceOf(Verdict.Refused.class);
        assertThat(gate(1).reserveUnacked(40)).isSameAs(Verdict.ADMITTED);
        exchange(0, 1, 2);
        assertThat(nodes.get(2).usage(TENANT).reservedUnacked()).isEqualTo(100);
    }

    @Test
    void storageIsTheSumOfAllShardsWhereverTheyLead() {
        nodes.get(0).reportUsage(shard(0, 600));
        nodes.get(1).reportUsage(shard(1, 300));
        for (AdmissionControl node : nodes) {
            assertThat(node.usage(TENANT).storageBytes()).isEqualTo(900);
            assertThat(node.gate(TENANT).checkPublish(1, 101, 101)).isInstanceOf(Verdict.Refused.class);
            assertThat(node.gate(TENANT).checkPublish(1, 100, 100)).isSameAs(Verdict.ADMITTED);
        }
    }

    @Test
    void aShardThatMovesToAnotherLeaderIsNotCountedTwice() {
        nodes.get(0).reportUsage(shard(0, 600));
        nodes.get(1).reportUsage(shard(0, 610));
        for (AdmissionControl node : nodes) {
            assertThat(node.usage(TENANT).storageBytes()).isEqualTo(610);
        }
    }

    @Test
    void aShardThatIsEmptyNowNoLongerCounts() {
        nodes.get(0).reportUsage(shard(0, 600));
        nodes.get(0).reportUsage(new ShardUsage(0, List.of()));
        assertThat(nodes.get(2).usage(TENANT).storageBytes()).isZero();
    }

    private static ShardUsage shard(int shard, long storageBytes) {
        return new ShardUsage(shard, List.of(new ShardUsage.Tenant(TENANT, storageBytes, 3)));
    }

    private static final class OneTenant implements Directory {
        @Override
        public AuthResult authenticate(String tenant, String key) {
            throw new UnsupportedOperationException();
        }

        @Override
        public @Nullable TenantView tenant(long tenantId) {
            return tenantId == TENANT ? new TenantView(TENANT, "acme", false, 1, LIMITS, Map.of()) : null;
        }

        @Override
        public @Nullable TenantView tenant(String name) {
            throw new UnsupportedOperationException();
        }

        @Override
        public AutoCloseable onChange(Consumer<TenantChange> listener) {
            throw new UnsupportedOperationException();
        }
    }
}
