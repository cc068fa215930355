package io.sluice.benchmark.chaos;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The incidents of a run by fault, as Markdown. */
final class Table {
    private Table() {}

    /** @param lost messages by the number of the incident in which they were published */
    static String markdown(List<Incident> incidents, Map<Integer, Long> lost) {
        StringBuilder text = new StringBuilder(
                "| fault | times | confirmed | refused | lost | duplicated | worst unavailability | worst of one producer |\n"
                        + "|---|---|---|---|---|---|---|---|\n");
        for (Fault fault : Fault.values()) {
            List<Integer> rows = new ArrayList<>();
            for (int i = 0; i < incidents.size(); i++) {
                if (incidents.get(i).fault() == fault) {
                    rows.add(i);
                }
            }
            if (!rows.isEmpty()) {
                text.append(row("`" + fault.label() + "`", incidents, rows, lost));
            }
        }
        List<Integer> all = new ArrayList<>();
        for (int i = 0; i < incidents.size(); i++) {
            all.add(i);
        }
        return text.append(row("all", incidents, all, lost)).toString();
    }

    private static String row(String name, List<Incident> incidents, List<Integer> rows, Map<Integer, Long> lost) {
        List<Incident> ours = rows.stream().map(incidents::get).toList();
        return String.format(
                Locale.ROOT,
                "| %s | %d | %,d | %d | %d | %d | %.1f s | %.1f s |%n",
                name,
                ours.size(),
                ours.stream().mapToLong(Incident::confirmed).sum(),
                ours.stream().mapToLong(Incident::refused).sum(),
                rows.stream().mapToLong(row -> lost.getOrDefault(row, 0L)).sum(),
                ours.stream().mapToLong(Incident::doubled).sum(),
                seconds(ours.stream()
                        .map(Incident::gapUs)
                        .max(Comparator.naturalOrder())
                        .orElse(0L)),
                seconds(ours.stream()
                        .map(Incident::producerGapUs)
                        .max(Comparator.naturalOrder())
                        .orElse(0L)));
    }

    private static double seconds(long us) {
        return us / 1e6;
    }
}
