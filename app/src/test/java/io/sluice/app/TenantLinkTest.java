package io.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.metrics.MicrometerMeters;
import io.sluice.tenantmanager.api.Admission;
import io.sluice.tenantmanager.api.AuthResult;
import io.sluice.tenantmanager.api.Directory;
import io.sluice.tenantmanager.api.ShardUsage;
import io.sluice.tenantmanager.api.TenantChange;
import io.sluice.tenantmanager.api.TenantView;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TenantLinkTest {
    private final MicrometerMeters meters = new MicrometerMeters(10);
    private final EmptyDirectory directory = new EmptyDirectory();

    @AfterEach
    void close() {
        meters.close();
    }

    @Test
    void removesTheSeriesOfATenantWhenItIsDeletedAndOnlyThen() {
        new TenantLink(meters).connect(directory, new NoAdmission());
        meters.tenant("acme").counter("published", "Messages published").add(1);
        meters.tenant("other").counter("published", "Messages published").add(1);

        directory.tell(new TenantChange.Suspended(7));
        assertThat(meters.scrape()).contains("tenant=\"acme\"");

        directory.tell(new TenantChange.Deleted(7, "acme"));
        assertThat(meters.scrape()).doesNotContain("tenant=\"acme\"").contains("tenant=\"other\"");
    }

    private static final class NoAdmission implements Admission {
        @Override
        public TenantGate gate(long tenantId) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void reportUsage(ShardUsage usage) {
            throw new UnsupportedOperationException();
        }
    }

    private static final class EmptyDirectory implements Directory {
        private final List<Consumer<TenantChange>> listeners = new ArrayList<>();

        void tell(TenantChange change) {
            listeners.forEach(listener -> listener.accept(change));
        }

        @Override
        public AuthResult authenticate(String tenant, String key) {
            throw new UnsupportedOperationException();
        }

        @Override
        public @Nullable TenantView tenant(long tenantId) {
            return null;
        }

        @Override
        public @Nullable TenantView tenant(String name) {
            return null;
        }

        @Override
        public AutoCloseable onChange(Consumer<TenantChange> listener) {
            listeners.add(listener);
            return () -> listeners.remove(listener);
        }
    }
}
