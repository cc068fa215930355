package io.sluice.gateway.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.gateway.testkit.FakeTenants;
import io.sluice.tenantmanager.api.TenantChange;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RoutesTest {
    private static final long GROUP = FakeTenants.GROUP + 10;

    private final FakeTenants tenants = new FakeTenants().add(1, "acme").add(2, "beta");
    private final Overdue overdue = new Overdue();
    private final Routes routes = new Routes(tenants, overdue);
    private final List<Integer> saidAgain = new ArrayList<>();

    private Route route(long tenantId) {
        return routes.of(tenantId, "orders", FakeTenants.GROUP + 10 * tenantId, 0);
    }

    private void waits(Route route, boolean waiting) {
        new Watch(overdue, new Asking(route, waiting), 4).waiting();
    }

    @Test
    void whatHasNoAnswerIsAskedOfTheNewShard() {
        waits(route(1), true);
        routes.changed(tenants.move(1, 3));
        assertThat(saidAgain).containsExactly(3);
    }

    @Test
    void whatHasItsAnswerAndOtherGroupsAreLeftAlone() {
        waits(route(1), false);
        waits(route(2), true);
        routes.changed(tenants.move(1, 3));
        assertThat(saidAgain).isEmpty();
        assertThat(route(1).shard()).isEqualTo(3);
        assertThat(route(2).shard()).isZero();
    }

    @Test
    void aChangeOfSomethingElseSaysNothingAgain() {
        waits(route(1), true);
        routes.changed(new TenantChange.Updated(1));
        assertThat(saidAgain).isEmpty();
    }

    @Test
    void allWhoSpeakToAGroupFollowItInOneMoment() {
        Route one = route(1);
        routes.changed(tenants.move(1, 2));
        assertThat(routes.of(1, "orders", GROUP, 0)).isSameAs(one);
        assertThat(one.shard()).isEqualTo(2);
    }

    @Test
    void theRouteOfADeletedTenantIsForgotten() {
        Route one = route(1);
        routes.changed(new TenantChange.Deleted(1, "acme"));
        assertThat(route(1)).isNotSameAs(one);
    }

    private final class Asking implements Watch.Asker {
        private final Route route;
        private final boolean waiting;

        Asking(Route route, boolean waiting) {
            this.route = route;
            this.waiting = waiting;
        }

        @Override
        public Route route() {
            return route;
        }

        @Override
        public boolean waits() {
            return waiting;
        }

        @Override
        public void sayAgain() {}

        @Override
        public void leaderChanged() {
            saidAgain.add(route.shard());
        }
    }
}
