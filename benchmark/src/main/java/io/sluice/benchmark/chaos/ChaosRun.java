package io.sluice.benchmark.chaos;

import io.sluice.benchmark.chaos.Violation.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * A cluster in JVMs of its own, clients that publish and consume through all nodes, and faults, one after the other; at the end everything is healed and
 * drained, and the history judged. To be run once.
 */
public final class ChaosRun {
    private static final int LONGEST_FAULT_MS = 25_000;
    private static final int LONGEST_SHORT_FAULT_MS = 4_000;
    private static final int RECOVERY_MS = 90_000;
    private static final int COMPANION_PERCENT = 35;

    private final ChaosOptions options;
    private final Consumer<String> progress;
    private final long startNs = System.nanoTime();
    private final List<Incident> incidents = new ArrayList<>();
    private final SplittableRandom random;

    public ChaosRun(ChaosOptions options, Consumer<String> progress) {
        this.options = options;
        this.progress = progress;
        this.random = new SplittableRandom(options.seed());
    }

    /** @throws IOException when the cluster can't be started, or a file not be written */
    public ChaosReport run() throws IOException, InterruptedException {
        delete(options.folder());
        Files.createDirectories(options.folder());
        ChaosReport report;
        try (Journal journal = new Journal(options.folder().resolve("journal"));
                Ground ground = Ground.prepare(options, progress)) {
            Judge judge = new Judge(journal, this::nowUs);
            Availability availability = new Availability(this::nowUs);
            Stage stage = new Stage(ground.cluster(), judge, availability);
            Admin admin = new Admin(ground.cluster());
            try (Workload workload = new Workload(stage, admin, random.split())) {
                workload.begin(options.perSecond());
                awaitRecovery(stage, workload, 0);
                suffer(ground, stage, admin, workload);
                progress.accept("healed; draining");
                workload.drain();
            }
            report = Findings.report(options, judge, incidents);
            if (!report.passed()) {
                ground.keep();
            }
        }
        if (report.passed()) {
            delete(options.folder());
        }
        return report;
    }

    private long nowUs() {
        return (System.nanoTime() - startNs) / 1_000;
    }

    private void suffer(Ground ground, Stage stage, Admin admin, Workload workload) throws InterruptedException {
        boolean once = options.runMs() == 0;
        Faults faults = new Faults(
                ground, admin, stage.judge(), random.split(), once ? LONGEST_SHORT_FAULT_MS : LONGEST_FAULT_MS);
        Faults companions = new Faults(ground, admin, stage.judge(), random.split(), 0);
        long endNs = startNs + TimeUnit.MILLISECONDS.toNanos(options.runMs());
        Deque<Fault> next = new ArrayDeque<>(once ? ground.possible() : shuffled(ground.possible()));
        boolean healthy = true;
        while (healthy && !next.isEmpty() && (once || System.nanoTime() < endNs)) {
            healthy = suffer(next.poll(), faults, companions, stage, workload);
            if (next.isEmpty() && !once) {
                next.addAll(shuffled(ground.possible()));
            }
            if (healthy) {
                workload.goHome(random);
            }
            Thread.sleep(once ? 500 : random.nextInt(2_000, 6_000));
        }
    }

    private List<Fault> shuffled(List<Fault> faults) {
        List<Fault> left = new ArrayList<>(faults);
        List<Fault> drawn = new ArrayList<>();
        while (!left.isEmpty()) {
            drawn.add(left.remove(random.nextInt(left.size())));
        }
        return drawn;
    }

    /** @return whether the cluster recovered */
    private boolean suffer(Fault fault, Faults faults, Faults companions, Stage stage, Workload workload)
            throws InterruptedException {
        Judge judge = stage.judge();
        Judge.Figures before = judge.figures();
        long doubledBefore = judge.count(Kind.DOUBLED);
        long fromUs = nowUs();
        stage.availability().begin();
        Thread companion = companion(companions);
        String target;
        boolean recovered = true;
        try {
            target = faults.strike(fault);
        } catch (IOException e) {
            judge.violation(Kind.BROKEN, fault.label() + ": " + e.getMessage());
            target = "failed";
            recovered = false;
        }
        companion.join();
        recovered &= awaitRecovery(stage, workload, nowUs());
        Availability.Gaps gaps = stage.availability().end();
        Judge.Figures after = judge.figures();
        Incident incident = new Incident(
                fault,
                target,
                fromUs,
                after.confirmed() - before.confirmed(),
                after.refused() + after.unknown() - before.refused() - before.unknown(),
                judge.count(Kind.DOUBLED) - doubledBefore,
                gaps.allUs(),
                gaps.producerUs());
        incidents.add(incident);
        progress.accept("%7.1f s  %s %s: %,d confirmed, none for %.1f s, one producer none for %.1f s%s"
                .formatted(
                        fromUs / 1e6,
                        fault.label(),
                        target,
                        incident.confirmed(),
                        gaps.allUs() / 1e6,
                        gaps.producerUs() / 1e6,
                        judge.isClean() ? "" : "; VIOLATIONS " + Findings.counts(judge)));
        return recovered;
    }

    /** Perhaps something mild at the same time. */
    private Thread companion(Faults companions) {
        boolean comes = options.runMs() > 0 && random.nextInt(100) < COMPANION_PERCENT;
        Fault fault = Fault.companions().get(random.nextInt(Fault.companions().size()));
        int delayMs = random.nextInt(5_000);
        Thread thread = new Thread(
                () -> {
                    if (comes) {
                        accompany(companions, fault, delayMs);
                    }
                },
                "chaos-companion");
        thread.start();
        return thread;
    }

    private void accompany(Faults companions, Fault fault, int delayMs) {
        try {
            Thread.sleep(delayMs);
            progress.accept("           with " + fault.label() + " " + companions.strike(fault));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            // A cluster that another fault holds down may refuse a change.
            progress.accept("           with " + fault.label() + ", refused: " + e.getMessage());
        }
    }

    /** Waits until every producer has had a confirm since then. */
    private boolean awaitRecovery(Stage stage, Workload workload, long sinceUs) throws InterruptedException {
        long deadlineUs = nowUs() + TimeUnit.MILLISECONDS.toMicros(RECOVERY_MS);
        while (stage.availability().confirmedSince(sinceUs) < workload.producers()) {
            if (nowUs() > deadlineUs) {
                stage.judge()
                        .violation(
                                Kind.STUCK,
                                "only " + stage.availability().confirmedSince(sinceUs) + " of "
                                        + workload.producers() + " producers had a confirm within "
                                        + RECOVERY_MS / 1_000
                                        + " s after everything was healed");
                return false;
            }
            Thread.sleep(20);
        }
        return true;
    }

    private static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
