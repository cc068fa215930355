package io.sluice.protocol;

import org.jspecify.annotations.Nullable;

/** The rule for names of tenants, groups, queues, producers and keys: 1–64 of {@code a-z 0-9 . _ -}, starting with a letter or digit. */
public final class Names {
    public static final int MAX_CHARS = 64;

    private Names() {}

    public static boolean isValid(String name) {
        if (name.isEmpty() || name.length() > MAX_CHARS || !isLetterOrDigit(name.charAt(0))) {
            return false;
        }
        for (int i = 1; i < name.length(); i++) {
            char c = name.charAt(i);
            if (!isLetterOrDigit(c) && c != '.' && c != '_' && c != '-') {
                return false;
            }
        }
        return true;
    }

    /**
     * What is wrong with a name, for people, or null.
     *
     * @param what for example {@code queue name}
     */
    public static @Nullable String problem(String what, String name) {
        return isValid(name)
                ? null
                : what + " \"" + shorten(name)
                        + "\" is not valid: 1 to 64 of a-z 0-9 . _ -, starting with a letter or digit, are allowed";
    }

    private static String shorten(String name) {
        return name.length() <= MAX_CHARS ? name : name.substring(0, MAX_CHARS) + "…";
    }

    private static boolean isLetterOrDigit(char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    }
}
