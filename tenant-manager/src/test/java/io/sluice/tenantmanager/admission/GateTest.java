package io.sluice.tenantmanager.admission;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bucket4j.TimeMeter;
import io.sluice.protocol.ErrorCode;
import io.sluice.tenantmanager.api.Admission.TenantGate;
import io.sluice.tenantmanager.api.AuthResult;
import io.sluice.tenantmanager.api.Directory;
import io.sluice.tenantmanager.api.Limits;
import io.sluice.tenantmanager.api.ShardUsage;
import io.sluice.tenantmanager.api.TenantChange;
import io.sluice.tenantmanager.api.TenantView;
import io.sluice.tenantmanager.api.Verdict;
import io.sluice.tenantmanager.fakes.CountingMeters;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class GateTest {
    private static final long MS = 1_000_000;
    private static final Limits NONE = new Limits(null, null, null, null, -1, -1, -1, -1, -1, -1, false);

    private final Clock clock = new Clock();
    private final OneTenant directory = new OneTenant();
    private final CountingMeters meters = new CountingMeters();
    private final AdmissionControl admission = new AdmissionControl(directory, new LocalTokenSource(clock), meters);

    private static final class Clock implements TimeMeter {
        private long nowNs = 1;

        @Override
        public long currentTimeNanos() {
            return nowNs;
        }

        @Override
        public boolean isWallClockBased() {
            return false;
        }
    }

    private static final class OneTenant implements Directory {
        private @Nullable TenantView view = view(NONE, false);

        private static TenantView view(Limits limits, boolean suspended) {
            return new TenantView(1, "acme", suspended, 1, limits, Map.of());
        }

        @Override
        public AuthResult authenticate(String tenant, String key) {
            throw new UnsupportedOperationException();
        }

        @Override
        public @Nullable TenantView tenant(long tenantId) {
            return tenantId == 1 ? view : null;
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

    private TenantGate gate(Limits limits) {
        set(limits, false);
        return admission.gate(1);
    }

    private void set(Limits limits, boolean suspended) {
        directory.view = OneTenant.view(limits, suspended);
        admission.changed(new TenantChange.Updated(1));
    }

    private static Limits publish(long messages, long burst) {
        return publish(messages, burst, false);
    }

    private static Limits publish(long messages, long burst, boolean reject) {
        return new Limits(new Limits.Rate(messages, burst), null, null, null, -1, -1, -1, -1, -1, -1, reject);
    }

    private static long waitNs(Verdict verdict) {
        return ((Verdict.Paced) verdict).waitNs();
    }

    @Test
    void pacesByExactlyTheDebt() {
        TenantGate gate = gate(publish(1_000, 10));
        assertThat(gate.takePublish(10, 1, false)).isSameAs(Verdict.ADMITTED);
        assertThat(waitNs(gate.takePublish(5, 1, false))).isEqualTo(5 * MS);
        assertThat(waitNs(gate.takePublish(5, 1, false))).isEqualTo(10 * MS);
        clock.nowNs += 10 * MS;
        assertThat(waitNs(gate.takePublish(1, 1, false))).isEqualTo(MS);
    }

    @Test
    void aBatchLargerThanTheBurstPassesAndIsPaidFor() {
        TenantGate gate = gate(publish(1_000, 10));
        Verdict.Paced paced = (Verdict.Paced) gate.takePublish(5_010, 1, false);
        assertThat(paced.waitNs()).isEqualTo(5_000 * MS);
        assertThat(paced.limit()).isEqualTo("publish.messagesPerSecond");
        assertThat(paced.tokensLeft()).isEqualTo(-5_000);
    }

    @Test
    void overALongTimeTheRateHolds() {
        TenantGate gate = gate(publish(1_000, 100));
        long startNs = clock.nowNs;
        int taken = 0;
        while (clock.nowNs - startNs < 60_000 * MS) {
            Verdict verdict = gate.takePublish(7, 1, false);
            taken += 7;
            clock.nowNs += verdict instanceof Verdict.Paced paced ? paced.waitNs() : 1;
        }
        assertThat(taken).isBetween(60_000, 60_000 + 100 + 7);
    }

    @Test
    void theLongerWaitNamesTheLimit() {
        Limits both = new Limits(
                new Limits.Rate(1_000, 1_000),
                new Limits.Rate(1_000, 1_000),
                null,
                null,
                -1,
                -1,
                -1,
                -1,
                -1,
                -1,
                false);
        Verdict.Paced paced = (Verdict.Paced) gate(both).takePublish(1_001, 3_000, false);
        assertThat(paced.limit()).isEqualTo("publish.bytesPerSecond");
        assertThat(paced.waitNs()).isEqualTo(2_000 * MS);
    }

    @Test
    void rejectTakesNothingAndSaysWhen() {
        TenantGate gate = gate(publish(1_000, 10));
        gate.takePublish(10, 1, true);
        for (int i = 0; i < 3; i++) {
            Verdict.Refused refused = (Verdict.Refused) gate.takePublish(4, 1, true);
            assertThat(refused.code()).isEqualTo(ErrorCode.THROTTLED);
            assertThat(refused.retryAfterMs()).isEqualTo(4);
            assertThat(refused.message()).contains("publish.messagesPerSecond", "1000", "acme");
        }
        clock.nowNs += 4 * MS;
        assertThat(gate.takePublish(4, 1, true)).isSameAs(Verdict.ADMITTED);
        assertThat(meters.count("acme/sluice.refused/publish.messagesPerSecond"))
                .isEqualTo(3);
    }

    @Test
    void rejectTakesNothingOfTheOtherBucketEither() {
        Limits both = new Limits(
                new Limits.Rate(1_000, 10), new Limits.Rate(1_000, 100), null, null, -1, -1, -1, -1, -1, -1, true);
        TenantGate gate = gate(both);
        assertThat(gate.takePublish(1, 100, false)).isSameAs(Verdict.ADMITTED);
        assertThat(gate.takePublish(1, 100, false)).isInstanceOf(Verdict.Refused.class);
        assertThat(admission.usage(1).publishMessagesLeft()).isEqualTo(9);
    }

    /** It could never pass otherwise. */
    @Test
    void rejectLetsABatchLargerThanTheBurstPassAFullBucket() {
        TenantGate gate = gate(publish(1_000, 10, true));
        assertThat(waitNs(gate.takePublish(30, 1, false))).isEqualTo(20 * MS);
        clock.nowNs += 20 * MS;
        assertThat(gate.takePublish(30, 1, false)).isInstanceOf(Verdict.Refused.class);
        clock.nowNs += 10 * MS;
        assertThat(gate.takePublish(30, 1, false)).isInstanceOf(Verdict.Paced.class);
    }

    @Test
    void aChangedRateHoldsAtOnceAndKeepsTheDebt() {
        TenantGate gate = gate(publish(1_000, 10));
        assertThat(waitNs(gate.takePublish(110, 1, false))).isEqualTo(100 * MS);
        set(publish(100, 10), false);
        assertThat(admission.gate(1)).isSameAs(gate);
        assertThat(waitNs(gate.takePublish(1, 1, false))).isEqualTo(1_010 * MS);
        set(publish(100_000, 10), false);
        assertThat(waitNs(gate.takePublish(1, 1, false))).isEqualTo(1_020_000);
        set(NONE, false);
        assertThat(gate.takePublish(1_000_000, 1, false)).isSameAs(Verdict.ADMITTED);
    }

    @Test
    void deliveriesHaveTheirOwnBuckets() {
        Limits limits = new Limits(
                null, null, new Limits.Rate(10, 10), new Limits.Rate(1_000, 1_000), -1, -1, -1, -1, -1, -1, false);
        TenantGate gate = gate(limits);
        assertThat(gate.takePublish(1_000, 1_000_000, false)).isSameAs(Verdict.ADMITTED);
        Verdict.Paced paced = (Verdict.Paced) gate.takeDeliver(20, 10);
        assertThat(paced.limit()).isEqualTo("deliver.messagesPerSecond");
        assertThat(paced.waitNs()).isEqualTo(1_000 * MS);
    }

    @Test
    void throttledTimeCountsOverlappingWaitsOnce() {
        TenantGate gate = gate(publish(1_000, 10));
        gate.takePublish(110, 1, false);
        gate.takePublish(100, 1, false);
        assertThat(meters.count("acme/sluice.throttled.ms")).isEqualTo(200);
        clock.nowNs += 500 * MS;
        gate.takePublish(60, 1, false);
        assertThat(meters.count("acme/sluice.throttled.ms")).isEqualTo(250);
    }

    @Test
    void connectionsAreCountedAndGivenBack() {
        TenantGate gate = gate(new Limits(null, null, null, null, 2, -1, -1, -1, -1, -1, false));
        assertThat(gate.connect()).isSameAs(Verdict.ADMITTED);
        assertThat(gate.connect()).isSameAs(Verdict.ADMITTED);
        Verdict.Refused refused = (Verdict.Refused) gate.connect();
        assertThat(refused.code()).isEqualTo(ErrorCode.QUOTA_EXCEEDED);
        assertThat(refused.message()).contains("'connections'").contains("is 2").contains("2 are in use");
        assertThat(meters.gauge("acme/sluice.connections")).isEqualTo(2);
        gate.disconnected();
        assertThat(gate.connect()).isSameAs(Verdict.ADMITTED);
    }

    @Test
    void unackedMessagesAreReservedByPrefetch() {
        TenantGate gate = gate(new Limits(null, null, null, null, -1, -1, -1, -1, -1, 100, false));
        assertThat(gate.reserveUnacked(60)).isSameAs(Verdict.ADMITTED);
        Verdict.Refused refused = (Verdict.Refused) gate.reserveUnacked(41);
        assertThat(refused.message())
                .contains("'unackedMessages'")
                .contains("is 100")
                .contains("60 are in use");
        assertThat(gate.reserveUnacked(40)).isSameAs(Verdict.ADMITTED);
        gate.releaseUnacked(60);
        assertThat(gate.reserveUnacked(60)).isSameAs(Verdict.ADMITTED);
    }

    @Test
    void storageIsRefusedByTheLastReport() {
        TenantGate gate = gate(new Limits(null, null, null, null, -1, -1, -1, 1_000, -1, -1, false));
        assertThat(gate.checkPublish(1, 1_000, 1_000)).isSameAs(Verdict.ADMITTED);
        admission.reportUsage(new ShardUsage(0, List.of(new ShardUsage.Tenant(1, 950, 0))));
        assertThat(gate.checkPublish(1, 50, 50)).isSameAs(Verdict.ADMITTED);
        Verdict.Refused refused = (Verdict.Refused) gate.checkPublish(1, 51, 51);
        assertThat(refused.code()).isEqualTo(ErrorCode.QUOTA_EXCEEDED);
        assertThat(refused.message())
                .contains("'storageBytes'")
                .contains("is 1000")
                .contains("950 are in use");
        admission.reportUsage(new ShardUsage(0, List.of()));
        assertThat(gate.checkPublish(1, 51, 51)).isSameAs(Verdict.ADMITTED);
    }

    @Test
    void aSuspendedOrDeletedTenantMayDoNothing() {
        TenantGate gate = gate(NONE);
        set(NONE, true);
        assertThat(((Verdict.Refused) gate.checkPublish(1, 1, 1)).code()).isEqualTo(ErrorCode.TENANT_SUSPENDED);
        set(NONE, false);
        assertThat(gate.checkPublish(1, 1, 1)).isSameAs(Verdict.ADMITTED);
        directory.view = null;
        admission.changed(new TenantChange.Deleted(1, "acme"));
        assertThat(gate.checkPublish(1, 1, 1)).isInstanceOf(Verdict.Refused.class);
        assertThat(gate.connect()).isInstanceOf(Verdict.Refused.class);
        assertThat(admission.gate(1).connect()).isInstanceOf(Verdict.Refused.class);
        assertThat(admission.gate(99).takePublish(1, 1, false)).isInstanceOf(Verdict.Refused.class);
    }
}
