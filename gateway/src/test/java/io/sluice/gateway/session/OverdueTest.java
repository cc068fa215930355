package io.sluice.gateway.session;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class OverdueTest {
    private final Overdue overdue = new Overdue();
    private int asked;

    private void waiting(Runnable task) {
        Route route = new Route(1, "orders", 7, 0);
        Watch.Asker asker = new Watch.Asker() {
            @Override
            public Route route() {
                return route;
            }

            @Override
            public boolean waits() {
                return true;
            }

            @Override
            public void sayAgain() {
                task.run();
            }

            @Override
            public void leaderChanged() {
                task.run();
            }
        };
        new Watch(overdue, asker, 1).waiting();
    }

    private static void broken() {
        throw new IllegalStateException("a bug");
    }

    @Test
    void aBugInTheServiceOfOneClientKeepsNobodyElseFromAskingAgain() {
        waiting(OverdueTest::broken);
        waiting(() -> asked++);
        overdue.sweep();
        overdue.sweep();
        assertThat(asked).isEqualTo(1);
        overdue.leaderChanged(0);
        assertThat(asked).isEqualTo(2);
        overdue.moved(7);
        assertThat(asked).isEqualTo(3);
        assertThat(overdue.size()).isEqualTo(2);
    }
}
