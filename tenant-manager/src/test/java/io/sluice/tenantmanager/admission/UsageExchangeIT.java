package io.sluice.tenantmanager.admission;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.tenantmanager.api.AuthResult;
import io.sluice.tenantmanager.api.Directory;
import io.sluice.tenantmanager.api.Limits;
import io.sluice.tenantmanager.api.ShardUsage;
import io.sluice.tenantmanager.api.TenantChange;
import io.sluice.tenantmanager.api.TenantView;
import io.sluice.tenantmanager.fakes.CountingMeters;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class UsageExchangeIT {
    private static final Limits LIMITS = new Limits(null, null, null, null, 5, -1, -1, 1_000, -1, 100, false);

    @Test
    void nodesHearOfEachOtherOverTheBus() throws Exception {
        Vertx vertx = Vertx.vertx();
        AdmissionControl one = new AdmissionControl(new AnyTenant(), new LocalTokenSource(), new CountingMeters());
        AdmissionControl two = new AdmissionControl(new AnyTenant(), new LocalTokenSource(), new CountingMeters());
        try (UsageExchange first = new UsageExchange(vertx, "n1", () -> List.of("n1", "n2"), one, System::nanoTime);
                UsageExchange second =
                        new UsageExchange(vertx, "n2", () -> List.of("n1", "n2"), two, System::nanoTime)) {
            assertThat(first).isNotSameAs(second);
            one.gate(7).connect();
            two.gate(7).connect();
            one.reportUsage(new ShardUsage(0, List.of(new ShardUsage.Tenant(7, 40, 2))));
            until(() -> one.usage(7).connections() == 2 && two.usage(7).connections() == 2);
            until(() -> two.usage(7).storageBytes() == 40 && two.usage(7).unackedMessages() == 2);
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
        }
    }

    private static void until(BooleanSupplier condition) throws InterruptedException {
        for (int i = 0; i < 3_000 && !condition.getAsBoolean(); i++) {
            Thread.sleep(10);
        }
        assertThat(condition.getAsBoolean()).isTrue();
    }

    private static final class AnyTenant implements Directory {
        @Override
        public AuthResult authenticate(String tenant, String key) {
            throw new UnsupportedOperationException();
        }

        @Override
        public @Nullable TenantView tenant(long tenantId) {
            return new TenantView(tenantId, "acme", false, 1, LIMITS, Map.of());
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
