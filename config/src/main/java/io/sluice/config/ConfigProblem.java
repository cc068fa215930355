package io.sluice.config;

/**
 * One mistake in what a node was told.
 *
 * @param path the setting, or the key that is none
 * @param value as it was written; masked where it is a secret
 * @param source where it was written: a file and line, an environment variable, a flag, or the default
 * @param message what is allowed, or what to do
 */
public record ConfigProblem(String path, String value, String source, String message) {
    @Override
    public String toString() {
        String what = value.isEmpty() ? path : path + " = " + value;
        return what + " (" + source + "): " + message;
    }
}
