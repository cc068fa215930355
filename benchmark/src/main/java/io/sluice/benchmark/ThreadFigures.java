package io.sluice.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What the threads of a process have done so far, by name without its number, from {@code /proc} (so on Linux alone; elsewhere there are none).
 *
 * @param cpuNs of the process
 */
record ThreadFigures(long cpuNs, Map<String, Figures> byName) {
    private static final int USER_TICKS_FIELD = 11;
    private static final int TICKS_PER_SECOND = 100;

    /** @param ticks CPU time in hundredths of a second @param wakeUps times that a thread went to sleep by itself */
    record Figures(long ticks, long wakeUps) {
        private static final Figures NONE = new Figures(0, 0);

        Figures plus(Figures more) {
            return new Figures(ticks + more.ticks, wakeUps + more.wakeUps);
        }
    }

    static ThreadFigures of(long pid, long cpuNs) throws IOException {
        Map<String, Figures> byName = new TreeMap<>();
        Path tasks = Path.of("/proc/" + pid + "/task");
        if (Files.isDirectory(tasks)) {
            try (Stream<Path> all = Files.list(tasks)) {
                for (Path task : all.toList()) {
                    add(task, byName);
                }
            }
        }
        return new ThreadFigures(cpuNs, byName);
    }

    private static void add(Path task, Map<String, Figures> byName) throws IOException {
        String name = Files.readString(task.resolve("comm")).strip().replaceAll("[0-9]+", "");
        String stat = Files.readString(task.resolve("stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        long ticks = Long.parseLong(fields[USER_TICKS_FIELD]) + Long.parseLong(fields[USER_TICKS_FIELD + 1]);
        byName.merge(name, new Figures(ticks, switches(task)), Figures::plus);
    }

    private static long switches(Path task) throws IOException {
        return Files.readAllLines(task.resolve("status")).stream()
                .filter(line -> line.startsWith("voluntary_ctxt_switches:"))
                .mapToLong(line ->
                        Long.parseLong(line.substring(line.indexOf(':') + 1).strip()))
                .sum();
    }

    ThreadFigures minus(ThreadFigures before) {
        Map<String, Figures> difference = new TreeMap<>();
        byName.forEach((name, now) -> {
            Figures then = before.byName.getOrDefault(name, Figures.NONE);
            difference.put(name, new Figures(now.ticks - then.ticks, now.wakeUps - then.wakeUps));
        });
        return new ThreadFigures(cpuNs - before.cpuNs, difference);
    }

    long wakeUps() {
        return byName.values().stream().mapToLong(Figures::wakeUps).sum();
    }

    /** Lines about those that used most CPU. */
    List<String> top(int count, int seconds) {
        return byName.entrySet().stream()
                .sorted(Comparator.comparingLong((Map.Entry<String, Figures> each) -> -each.getValue().ticks)
                        .thenComparingLong(each -> -each.getValue().wakeUps))
                .limit(count)
                .map(each -> String.format(
                        Locale.ROOT,
                        "  %-16s %5.2f %% of a core, woken %.1f times a second",
                        each.getKey(),
                        100.0 * each.getValue().ticks / TICKS_PER_SECOND / seconds,
                        each.getValue().wakeUps / (double) seconds))
                .toList();
    }
}
