package io.sluice.config;

import java.lang.reflect.Constructor;
import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads what a node is told: defaults, over them the YAML file, over it the environment, over it the command line. Every mistake is reported at once.
 *
 * <p><em>Confined to:</em> one thread, used once.
 */
public final class ConfigLoader {
    private final Map<String, SettingSpec> specs = new LinkedHashMap<>();
    private final Map<String, Raw> raws = new LinkedHashMap<>();
    private final List<ConfigProblem> problems = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();

    public ConfigLoader() {
        for (SettingSpec spec : SettingSpec.all()) {
            specs.put(spec.path(), spec);
            raws.put(spec.path(), Raw.split(spec, spec.rule().value(), "default"));
        }
    }

    /**
     * @param file the YAML file, or null for none
     * @param environment the process's; only {@code SLUICE_…} counts
     * @param flags {@code --tcp-port 0} or {@code --tcp-port=0}, without the command and without {@code --config}
     * @param heapBytes the largest heap of this process, to check the caches against
     * @throws ConfigException that lists every mistake
     */
    public LoadedConfig load(@Nullable Path file, Map<String, String> environment, List<String> flags, long heapBytes)
            throws ConfigException {
        if (file != null) {
            new YamlSource(file, specs, raws, problems).read();
        }
        readEnvironment(environment);
        readFlags(flags);
        Map<String, Object> values = parseAll();
        refuseIfWrong();
        SluiceConfig config = bind(SluiceConfig.class, "", values);
        problems.addAll(new Relations(config, raws, heapBytes).check());
        refuseIfWrong();
        Map<String, String> sources = new LinkedHashMap<>();
        raws.forEach((path, raw) -> sources.put(path, raw.source()));
        return new LoadedConfig(config, Map.copyOf(sources), List.copyOf(warnings));
    }

    private void refuseIfWrong() throws ConfigException {
        if (!problems.isEmpty()) {
            throw new ConfigException(problems);
        }
    }

    private void readEnvironment(Map<String, String> environment) {
        Map<String, SettingSpec> byVariable = new LinkedHashMap<>();
        specs.values().forEach(spec -> byVariable.put(spec.environmentVariable(), spec));
        for (SettingSpec spec : specs.values()) {
            String value = environment.get(spec.environmentVariable());
            if (value != null) {
                raws.put(spec.path(), Raw.split(spec, value, "environment variable " + spec.environmentVariable()));
            }
        }
        // Others may share the prefix (a Kubernetes service named sluice sets a dozen): warn only of what looks
        // mistyped.
        for (String variable : environment.keySet()) {
            if (variable.startsWith("SLUICE_") && !byVariable.containsKey(variable)) {
                Names.nearest(variable, byVariable.keySet(), 3)
                        .ifPresent(known -> warnings.add(
                                "environment variable " + variable + " is not a setting; did you mean " + known + "?"));
            }
        }
    }

    private void readFlags(List<String> flags) {
        Map<String, SettingSpec> byFlag = new LinkedHashMap<>();
        specs.values().forEach(spec -> spec.flags().forEach(flag -> byFlag.put(flag, spec)));
        for (int i = 0; i < flags.size(); i++) {
            String[] parts = flags.get(i).split("=", 2);
            SettingSpec spec = byFlag.get(parts[0]);
            boolean valueFollows = parts.length == 1
                    && i + 1 < flags.size()
                    && !flags.get(i + 1).startsWith("--");
            if (spec == null) {
                String meant = Names.nearest(parts[0], byFlag.keySet())
                        .map(flag -> "; did you mean " + flag + "?")
                        .orElse("");
                problems.add(new ConfigProblem(parts[0], "", "flag", "is not a flag" + meant));
            } else if (parts.length == 1 && !valueFollows) {
                problems.add(new ConfigProblem(spec.path(), "", "flag " + parts[0], "needs a value"));
            } else {
                String value = parts.length == 2 ? parts[1] : flags.get(i + 1);
                raws.put(spec.path(), Raw.split(spec, value, "flag " + parts[0]));
            }
            i += valueFollows ? 1 : 0;
        }
    }

    private Map<String, Object> parseAll() {
        Map<String, Object> values = new LinkedHashMap<>();
        for (SettingSpec spec : specs.values()) {
            Raw raw = Objects.requireNonNull(raws.get(spec.path()));
            ValueParser.Parsed parsed = ValueParser.parse(spec, raw);
            if (parsed.value() == null) {
                String shown = spec.rule().secret() ? "***" : "\"" + raw.text() + "\"";
                problems.add(new ConfigProblem(spec.path(), shown, raw.source(), parsed.problem()));
            } else {
                values.put(spec.path(), parsed.value());
            }
        }
        return values;
    }

    private static <T> T bind(Class<T> record, String prefix, Map<String, Object> values) {
        RecordComponent[] components = record.getRecordComponents();
        Object[] arguments = Arrays.stream(components)
                .map(component -> component.getType().isRecord()
                        ? bind(component.getType(), prefix + component.getName() + ".", values)
                        : values.get(prefix + component.getName()))
                .toArray();
        try {
            Constructor<T> constructor = record.getDeclaredConstructor(
                    Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new));
            return constructor.newInstance(arguments);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("can't make " + record.getSimpleName(), e);
        }
    }
}
