package io.sluice.benchmark.chaos;

import io.sluice.benchmark.chaos.Journal.Place;
import io.sluice.benchmark.chaos.Violation.Kind;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Puts into words what a judge found. */
final class Findings {
    private Findings() {}

    static ChaosReport report(ChaosOptions options, Judge judge, List<Incident> incidents) {
        Map<Integer, Long> lost = lostByIncident(judge, incidents);
        Judge.Figures figures = judge.figures();
        StringBuilder story = new StringBuilder(String.format(
                Locale.ROOT,
                "seed %d, %d nodes: published %,d, confirmed %,d, refused %,d, unknown %,d, delivered %,d, of these again %,d%n",
                options.seed(),
                options.nodes(),
                figures.published(),
                figures.confirmed(),
                figures.refused(),
                figures.unknown(),
                figures.delivered(),
                figures.redelivered()));
        if (!judge.isClean()) {
            story.append("VIOLATIONS: ").append(counts(judge)).append('\n');
            tell(judge, story);
            story.append("logs, data and journal are kept in ")
                    .append(options.folder().toAbsolutePath())
                    .append("; repeat with --seed ")
                    .append(options.seed())
                    .append('\n');
        }
        return new ChaosReport(judge.isClean(), Table.markdown(incidents, lost), story.toString());
    }

    /** For example {@code 2 lost, 1 doubled}. */
    static String counts(Judge judge) {
        return List.of(Kind.values()).stream()
                .filter(kind -> judge.count(kind) > 0)
                .map(kind ->
                        judge.count(kind) + " " + kind.name().toLowerCase(Locale.ROOT) + " (" + kind.meaning() + ")")
                .collect(Collectors.joining(", "));
    }

    private static void tell(Judge judge, StringBuilder story) {
        Map<Place, List<String>> stories = judge.journal().stories(places(judge.violations()));
        for (Violation violation : judge.violations()) {
            story.append(String.format(
                    Locale.ROOT, "%n%s at %.3f s: %s%n", violation.kind(), violation.timeUs() / 1e6, violation.text()));
            stories.getOrDefault(new Place(violation.lane(), violation.number()), List.of())
                    .forEach(line -> story.append("    ").append(line).append('\n'));
        }
    }

    private static Set<Place> places(List<Violation> violations) {
        return violations.stream()
                .filter(Violation::isAboutAMessage)
                .map(violation -> new Place(violation.lane(), violation.number()))
                .collect(Collectors.toSet());
    }

    /** Lost messages by the incident during or after which they were published; those whose stories are not kept go with the first of their kind. */
    private static Map<Integer, Long> lostByIncident(Judge judge, List<Incident> incidents) {
        List<Violation> lost = judge.violations().stream()
                .filter(violation -> violation.kind() == Kind.LOST)
                .toList();
        Map<Integer, Long> counts = new HashMap<>();
        if (lost.isEmpty()) {
            return counts;
        }
        judge.journal().publishTimesUs(places(lost)).values().forEach(timeUs -> {
            counts.merge(incidentAt(incidents, timeUs), 1L, Long::sum);
        });
        counts.merge(incidentAt(incidents, lost.get(0).timeUs()), judge.count(Kind.LOST) - lost.size(), Long::sum);
        return counts;
    }

    private static int incidentAt(List<Incident> incidents, long timeUs) {
        int found = 0;
        for (int i = 0; i < incidents.size() && incidents.get(i).fromUs() <= timeUs; i++) {
            found = i;
        }
        return found;
    }
}
