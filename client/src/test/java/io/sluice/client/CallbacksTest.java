package io.sluice.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class CallbacksTest {
    private final Set<String> threads = ConcurrentHashMap.newKeySet();

    @Test
    void aConsumerThatIsAlwaysBusyDoesNotTakeAThreadForEachTask() throws Exception {
        try (Callbacks callbacks = new Callbacks("test", ClientListener.NONE)) {
            SerialExecutor consumer = callbacks.serial(false);
            for (int i = 0; i < 2_000; i++) {
                CountDownLatch done = new CountDownLatch(1);
                consumer.execute(() -> {
                    threads.add(Thread.currentThread().getName());
                    done.countDown();
                });
                assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
            }
        }
        assertThat(threads).hasSizeLessThan(32);
    }

    @Test
    void tasksWaitWhenAllThreadsAreHeldUpAndRunAfterwards() throws Exception {
        int consumers = 300;
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch done = new CountDownLatch(consumers);
        try (Callbacks callbacks = new Callbacks("test", ClientListener.NONE)) {
            IntStream.range(0, consumers)
                    .forEach(i -> callbacks.serial(false).execute(() -> {
                        threads.add(Thread.currentThread().getName());
                        awaitQuietly(release);
                        done.countDown();
                    }));
            release.countDown();
            assertThat(done.await(20, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(threads).hasSizeLessThanOrEqualTo(256);
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
