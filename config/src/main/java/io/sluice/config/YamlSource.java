package io.sluice.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/** Reads the settings of a YAML file with the line of each. Only composes nodes: nothing in the file can name a Java type. */
final class YamlSource {
    private static final int LARGEST_BYTES = 1 << 20;

    private final Path file;
    private final Map<String, SettingSpec> specs;
    private final Map<String, Raw> into;
    private final List<ConfigProblem> problems;

    YamlSource(Path file, Map<String, SettingSpec> specs, Map<String, Raw> into, List<ConfigProblem> problems) {
        this.file = file;
        this.specs = specs;
        this.into = into;
        this.problems = problems;
    }

    void read() {
        try {
            if (Files.size(file) > LARGEST_BYTES) {
                problem("", "", file.toString(), "larger than 1MB; is this the right file?");
                return;
            }
            LoadSettings settings = LoadSettings.builder()
                    .setLabel(file.toString())
                    .setMaxAliasesForCollections(10)
                    .build();
            new Compose(settings).composeString(Files.readString(file)).ifPresent(root -> mapping("", root));
        } catch (IOException e) {
            problem("--config", file.toString(), "file", "can't be read: " + e);
        } catch (YamlEngineException e) {
            problem("--config", "", file.toString(), "is not valid YAML: " + e.getMessage());
        }
    }

    private void mapping(String prefix, Node node) {
        if (isEmpty(node)) {
            return;
        }
        if (!(node instanceof MappingNode mapping)) {
            String section = prefix.isEmpty() ? "the file" : prefix.substring(0, prefix.length() - 1);
            problem(section, "", at(node), "must hold keys and values");
            return;
        }
        for (NodeTuple tuple : mapping.getValue()) {
            String key = tuple.getKeyNode() instanceof ScalarNode scalar ? scalar.getValue() : "?";
            entry(prefix, key, tuple);
        }
    }

    private void entry(String prefix, String key, NodeTuple tuple) {
        String path = prefix + key;
        Set<String> known = keysUnder(prefix);
        SettingSpec spec = specs.get(path);
        if (!known.contains(key)) {
            problem(path, "", at(tuple.getKeyNode()), "is not a setting; " + Names.didYouMean(key, known));
        } else if (spec == null) {
            mapping(path + ".", tuple.getValueNode());
        } else {
            value(spec, tuple.getValueNode());
        }
    }

    private void value(SettingSpec spec, Node node) {
        String path = spec.path();
        if (isEmpty(node)) {
            into.put(path, new Raw(spec.isList() ? List.of() : List.of(""), at(node)));
        } else if (node instanceof ScalarNode scalar) {
            into.put(path, Raw.of(scalar.getValue(), at(node)));
        } else if (node instanceof SequenceNode sequence
                && sequence.getValue().stream().allMatch(ScalarNode.class::isInstance)) {
            into.put(
                    path,
                    new Raw(
                            sequence.getValue().stream()
                                    .map(item -> ((ScalarNode) item).getValue())
                                    .toList(),
                            at(node)));
        } else {
            problem(path, "", at(node), "must be a plain value");
        }
    }

    private Set<String> keysUnder(String prefix) {
        Set<String> keys = new LinkedHashSet<>();
        for (String path : specs.keySet()) {
            if (path.startsWith(prefix)) {
                keys.add(path.substring(prefix.length()).split("\\.", 2)[0]);
            }
        }
        return keys;
    }

    private static boolean isEmpty(Node node) {
        return node.getTag().equals(Tag.NULL);
    }

    private String at(Node node) {
        return file + ":" + node.getStartMark().map(mark -> mark.getLine() + 1).orElse(0);
    }

    private void problem(String path, String value, String source, String message) {
        problems.add(new ConfigProblem(path, value, source, message));
    }
}
