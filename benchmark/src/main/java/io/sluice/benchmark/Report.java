package io.sluice.benchmark;

import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;

/** Prints results as they go into docs/BENCHMARKS.md. */
final class Report {
    private Report() {}

    static void progress(String line) {
        System.err.println(line);
    }

    static void print(Medians medians, String checked) {
        print(medians.lines(), checked);
    }

    static void print(List<String> table, String checked) {
        System.out.println();
        System.out.println(LocalDate.now(ZoneOffset.UTC) + ", " + Options.machine());
        System.out.println();
        table.forEach(System.out::println);
        System.out.println();
        System.out.println(checked);
    }
}
