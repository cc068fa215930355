package io.sluice.queuegroups.shard;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BodyReadersTest {
    private final BodyReaders readers = new BodyReaders(1);

    @AfterEach
    void close() {
        readers.close();
    }

    @Test
    void tenantsTakeTurnsWhateverOneHasWaiting() throws InterruptedException {
        List<String> order = new CopyOnWriteArrayList<>();
        CountDownLatch start = new CountDownLatch(1);
        CountDownLatch done = new CountDownLatch(13);
        readers.submit(new BodyReaders.Job(9, () -> await(start)));
        for (int i = 0; i < 10; i++) {
            submit(1, "flood" + i, order, done);
        }
        for (int i = 0; i < 3; i++) {
            submit(2, "victim" + i, order, done);
        }
        start.countDown();

        assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(order.subList(0, 6)).containsExactly("flood0", "victim0", "flood1", "victim1", "flood2", "victim2");
        assertThat(order).hasSize(13);
    }

    @Test
    void goesOnAfterAReadThatThrows() throws InterruptedException {
        CountDownLatch done = new CountDownLatch(1);
        readers.submit(new BodyReaders.Job(1, () -> {
            throw new IllegalStateException("planted");
        }));
        readers.submit(new BodyReaders.Job(1, done::countDown));

        assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
    }

    private void submit(long tenant, String name, List<String> order, CountDownLatch done) {
        readers.submit(new BodyReaders.Job(tenant, () -> {
            order.add(name);
            done.countDown();
        }));
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
