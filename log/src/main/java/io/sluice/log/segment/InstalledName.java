package io.sluice.log.segment;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The name of a segment that came with a snapshot: {@code <first>-<last>-<generation>.inst}.
 *
 * <p>The file itself is the one that its first owner wrote and may hold more entries; the bounds stand in the name, so that link and bounds appear in
 * one step.
 */
final class InstalledName {
    static final String SUFFIX = ".inst";
    private static final Pattern FORM = Pattern.compile("([0-9a-f]{16})-([0-9a-f]{16})-([0-9a-f]{16})\\" + SUFFIX);

    private InstalledName() {}

    static String of(LinkedSegment segment) {
        return String.format(
                "%016x-%016x-%016x%s", segment.firstIndex(), segment.lastIndex(), segment.generation(), SUFFIX);
    }

    static @Nullable LinkedSegment parse(String name) {
        Matcher matcher = FORM.matcher(name);
        return matcher.matches() ? new LinkedSegment(number(matcher, 3), number(matcher, 1), number(matcher, 2)) : null;
    }

    private static long number(Matcher matcher, int group) {
        return Long.parseUnsignedLong(matcher.group(group), 16);
    }
}
