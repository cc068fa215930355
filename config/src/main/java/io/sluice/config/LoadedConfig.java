package io.sluice.config;

import java.util.List;
import java.util.Map;

/**
 * What is in force, and where each value comes from.
 *
 * @param sources by path, for example {@code sluice.yaml:12}
 * @param warnings what was ignored, for the log
 */
public record LoadedConfig(SluiceConfig config, Map<String, String> sources, List<String> warnings) {}
