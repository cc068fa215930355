package io.sluice.benchmark;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.DoubleFunction;

/** Collects the figures of several runs and prints the median of each, with the least and the greatest. */
final class Medians {
    private final String title;
    private final Map<String, Series> all = new LinkedHashMap<>();

    private record Series(DoubleFunction<String> format, List<Double> values) {
        String least() {
            return format.apply(
                    values.stream().mapToDouble(Double::doubleValue).min().orElse(Double.NaN));
        }

        String greatest() {
            return format.apply(
                    values.stream().mapToDouble(Double::doubleValue).max().orElse(Double.NaN));
        }

        double median() {
            return values.stream().sorted().toList().get(values.size() / 2);
        }
    }

    Medians(String title) {
        this.title = title;
    }

    void add(String name, double value, DoubleFunction<String> format) {
        all.computeIfAbsent(name, key -> new Series(format, new ArrayList<>()))
                .values()
                .add(value);
    }

    void add(String name, long value, DoubleFunction<String> format) {
        add(name, (double) value, format);
    }

    /** The figure of the last run. @throws IllegalArgumentException where none was added */
    double last(String name) {
        Series series = all.get(name);
        if (series == null) {
            throw new IllegalArgumentException("no figure " + name);
        }
        return series.values().get(series.values().size() - 1);
    }

    /** Lines of a Markdown table: figure, median, least to greatest. */
    List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add("| " + title + " | median | least to greatest |");
        lines.add("|---|---|---|");
        all.forEach((name, series) -> lines.add("| " + name + " | "
                + series.format().apply(series.median()) + " | " + series.least() + " to " + series.greatest() + " |"));
        return lines;
    }

    static String rate(double perSecond) {
        return String.format(Locale.ROOT, "%,.0f/s", perSecond);
    }

    static String megabytes(double bytesPerSecond) {
        return String.format(Locale.ROOT, "%.0f MB/s", bytesPerSecond / 1e6);
    }

    static String micros(double ns) {
        return String.format(Locale.ROOT, "%.2f µs", ns / 1e3);
    }

    static String millis(double ns) {
        return String.format(Locale.ROOT, "%.2f ms", ns / 1e6);
    }

    /** Of a part of 1. */
    static String percent(double part) {
        return String.format(Locale.ROOT, "%.2f %%", 100 * part);
    }

    static String plain(double number) {
        return String.format(Locale.ROOT, "%,.2f", number);
    }
}
