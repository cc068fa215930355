package io.sluice.benchmark.chaos;

/**
 * How a run went.
 *
 * @param passed whether nothing was seen that must not be
 * @param table Markdown
 * @param story seed, figures, and each violation with what happened to its message
 */
public record ChaosReport(boolean passed, String table, String story) {}
