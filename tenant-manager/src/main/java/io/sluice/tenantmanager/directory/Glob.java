package io.sluice.tenantmanager.directory;

/** A pattern in which {@code *} stands for any characters, none included. Matching needs no memory and at most length × length steps. */
final class Glob {
    private final String pattern;
    private final boolean all;
    private final boolean literal;

    Glob(String pattern) {
        this.pattern = pattern;
        this.all = pattern.equals("*");
        this.literal = pattern.indexOf('*') < 0;
    }

    boolean isAll() {
        return all;
    }

    boolean matches(String text) {
        return all || (literal ? pattern.equals(text) : walk(text));
    }

    /** Goes back to the last star, never further: that is enough for patterns without other wildcards. */
    private boolean walk(String text) {
        int p = 0;
        int t = 0;
        int star = -1;
        int mark = 0;
        while (t < text.length()) {
            if (p < pattern.length() && pattern.charAt(p) == '*') {
                star = p++;
                mark = t;
            } else if (p < pattern.length() && pattern.charAt(p) == text.charAt(t)) {
                p++;
                t++;
            } else if (star >= 0) {
                p = star + 1;
                t = ++mark;
            } else {
                return false;
            }
        }
        while (p < pattern.length() && pattern.charAt(p) == '*') {
            p++;
        }
        return p == pattern.length();
    }
}
