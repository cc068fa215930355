package io.sluice.config;

import java.util.List;
import java.util.stream.Collectors;

/** The configuration can't be used; the message lists every mistake, one a line. */
public final class ConfigException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient List<ConfigProblem> problems;

    public ConfigException(List<ConfigProblem> problems) {
        super(problems.stream()
                .map(problem -> "  - " + problem)
                .collect(Collectors.joining("\n", "configuration has " + count(problems.size()) + ":\n", "")));
        this.problems = List.copyOf(problems);
    }

    public List<ConfigProblem> problems() {
        return problems;
    }

    private static String count(int problems) {
        return problems == 1 ? "a mistake" : problems + " mistakes";
    }
}
