package io.sluice.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MicrometerMetersTest {
    private final AtomicLong nowNs = new AtomicLong();
    private final MicrometerMeters meters = new MicrometerMeters(2, nowNs::get);

    @AfterEach
    void close() {
        meters.close();
    }

    @Test
    void exposesCountersUnderOurPrefix() {
        meters.counter("appended", "Entries appended", "shard", "0").add(3);
        meters.counter("sluice.appended.total", "Entries appended", "shard", "0")
                .add(4);

        assertThat(meters.scrape()).contains("sluice_appended_total{shard=\"0\"} 7.0");
    }

    @Test
    void exposesDurationsInSecondsWithQuantiles() {
        Meters.Timer timer = meters.timer("fsync", "Time of a force");
        timer.record(1_000_000, 98);
        timer.record(20_000_000, 2);

        String text = meters.scrape();
        assertThat(text).contains("sluice_fsync_seconds_count 100");
        assertThat(valueOf(text, "sluice_fsync_seconds_sum")).isEqualTo(0.138);
        assertThat(valueOf(text, "sluice_fsync_seconds{quantile=\"0.5\"}")).isBetween(0.00094, 0.00107);
        assertThat(valueOf(text, "sluice_fsync_seconds{quantile=\"0.99\"}")).isBetween(0.0188, 0.0213);
    }

    @Test
    void forgetsOldDurationsInQuantilesButNotInTheCount() {
        Meters.Timer timer = meters.timer("fsync", "Time of a force");
        timer.record(50_000_000);
        meters.scrape();
        for (int i = 0; i < 2; i++) {
            nowNs.addAndGet(31_000_000_000L);
            timer.record(1_000_000);
            meters.scrape();
        }

        String text = meters.scrape();
        assertThat(text).contains("sluice_fsync_seconds_count 3");
        assertThat(valueOf(text, "sluice_fsync_seconds{quantile=\"0.99\"}")).isLessThan(0.0011);
    }

    @Test
    void reportsNoQuantileBeforeTheFirstDuration() {
        meters.timer("fsync", "Time of a force");

        assertThat(meters.scrape()).contains("sluice_fsync_seconds{quantile=\"0.5\"} NaN");
    }

    @Test
    void readsGaugesWhenScraped() {
        AtomicLong depth = new AtomicLong(5);
        meters.gauge("depth", "Messages held", depth::get);
        depth.set(9);

        assertThat(meters.scrape()).contains("sluice_depth 9.0");
    }

    @Test
    void replacesTheValueOfAGaugeThatIsMadeAgain() {
        meters.gauge("depth", "Messages held", () -> 1);
        meters.gauge("depth", "Messages held", () -> 2);

        assertThat(meters.scrape()).contains("sluice_depth 2.0");
    }

    @Test
    void showsOfATenantOnlyWhatHappened() {
        Meters.Counter published = meters.tenant("a").counter("published", "Messages published");
        Meters.Timer dwell = meters.tenant("a").timer("dwell", "Publish to deliver");
        published.add(0);
        assertThat(meters.scrape()).doesNotContain("tenant=\"a\"");

        published.add(2);
        published.add(3);
        dwell.record(5, 7);
        assertThat(meters.scrape())
                .contains("sluice_published_total{tenant=\"a\"} 5.0")
                .contains("sluice_dwell_seconds_count{tenant=\"a\"} 7");
    }

    @Test
    void givesTenantsBeyondTheBoundOneSharedSeries() {
        for (String tenant : new String[] {"a", "b", "c", "d"}) {
            meters.tenant(tenant).counter("published", "Messages published").add(1);
            meters.tenant(tenant).gauge("depth", "Messages held", () -> 10);
        }

        String text = meters.scrape();
        assertThat(text)
                .contains("sluice_published_total{tenant=\"a\"} 1.0")
                .contains("sluice_published_total{tenant=\"b\"} 1.0")
                .contains("sluice_published_total{tenant=\"_overflow\"} 2.0")
                .contains("sluice_depth{tenant=\"_overflow\"} 20.0")
                .doesNotContain("tenant=\"c\"");
    }

    @Test
    void removesEverySeriesOfADeletedTenantAndFreesItsPlace() {
        meters.tenant("a").counter("published", "Messages published").add(1);
        meters.tenant("a").gauge("depth", "Messages held", () -> 1);
        meters.tenant("a").timer("dwell", "Publish to deliver").record(5);
        meters.tenant("b");
        meters.tenant("c").gauge("depth", "Messages held", () -> 7);

        meters.removeTenant("a");
        meters.removeTenant("c");
        meters.tenant("d").counter("published", "Messages published").add(2);

        assertThat(meters.scrape())
                .doesNotContain("tenant=\"a\"")
                .contains("sluice_depth{tenant=\"_overflow\"} 0.0")
                .contains("sluice_published_total{tenant=\"d\"} 2.0");
    }

    @Test
    void lateUsersOfADeletedTenantBringNoSeriesBackNorReachItsSuccessor() {
        Meters.TenantMeters gone = meters.tenant("a");
        meters.removeTenant("a");
        gone.counter("rejected", "Messages rejected", "reason", "unavailable").add(1);
        gone.gauge("depth", "Messages held", () -> 1);
        gone.timer("dwell", "Publish to deliver").record(5);
        assertThat(meters.scrape()).doesNotContain("tenant=\"a\"");

        meters.tenant("a").counter("published", "Messages published").add(1);
        gone.counter("published", "Messages published").add(5);
        assertThat(meters.scrape()).contains("sluice_published_total{tenant=\"a\"} 1.0");
    }

    @Test
    void startsATenantOfTheSameNameFromZero() {
        meters.tenant("a").counter("published", "Messages published").add(5);
        meters.removeTenant("a");
        meters.tenant("a").counter("published", "Messages published").add(1);

        assertThat(meters.scrape()).contains("sluice_published_total{tenant=\"a\"} 1.0");
    }

    @Test
    void showsTheJvmAndTheProcess() {
        assertThat(meters.scrape())
                .contains("jvm_memory_used_bytes")
                .contains("jvm_threads_live_threads")
                .contains("jvm_gc_")
                .contains("process_cpu_time_ns_total")
                .contains("process_uptime_seconds");
    }

    private static double valueOf(String text, String series) {
        return text.lines()
                .filter(line -> line.startsWith(series + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(series.length() + 1)))
                .findFirst()
                .orElseThrow();
    }
}
