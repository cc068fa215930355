package io.sluice.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Finds what somebody may have meant. */
final class Names {
    private Names() {}

    /** The candidate at most a third of the letters away from {@code typed}, the nearest first. */
    static Optional<String> nearest(String typed, Collection<String> candidates) {
        return nearest(typed, candidates, Math.max(1, typed.length() / 3));
    }

    /** The nearest candidate at most {@code away} letters away. */
    static Optional<String> nearest(String typed, Collection<String> candidates, int away) {
        return candidates.stream()
                .filter(candidate -> distance(typed, candidate) <= away)
                .min(Comparator.comparingInt(candidate -> distance(typed, candidate)));
    }

    static String didYouMean(String typed, Collection<String> candidates) {
        return nearest(typed, candidates)
                .map(name -> "did you mean " + name + "?")
                .orElseGet(() -> "allowed are " + String.join(", ", candidates));
    }

    /** Levenshtein's, case aside. */
    private static int distance(String from, String to) {
        String a = from.toLowerCase(Locale.ROOT);
        String b = to.toLowerCase(Locale.ROOT);
        int[] row = new int[b.length() + 1];
        for (int j = 0; j < row.length; j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j < row.length; j++) {
                int substituted = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(substituted, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[b.length()];
    }
}
