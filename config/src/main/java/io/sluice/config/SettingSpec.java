package io.sluice.config;

import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * One setting as the records declare it. Immutable.
 *
 * @param path for example {@code gateway.tcpPort}
 * @param type type of the record's component
 * @param unit what a number counts
 */
record SettingSpec(String path, Class<?> type, Unit unit, Setting rule) {

    /** Every setting, in the records' order. */
    static List<SettingSpec> all() {
        List<SettingSpec> specs = new ArrayList<>();
        collect("", SluiceConfig.class, specs);
        return List.copyOf(specs);
    }

    private static void collect(String prefix, Class<?> record, List<SettingSpec> into) {
        for (RecordComponent component : record.getRecordComponents()) {
            String path = prefix + component.getName();
            if (component.getType().isRecord()) {
                collect(path + ".", component.getType(), into);
            } else {
                Setting rule =
                        Objects.requireNonNull(component.getAnnotation(Setting.class), () -> path + " has no @Setting");
                into.add(new SettingSpec(path, component.getType(), Unit.ofName(component.getName()), rule));
            }
        }
    }

    /** {@code SLUICE_GATEWAY_TCP_PORT} for {@code gateway.tcpPort}. */
    String environmentVariable() {
        return "SLUICE_" + words('_').toUpperCase(Locale.ROOT);
    }

    /** {@code --gateway-tcp-port} and, if it has one, its short form {@code --tcp-port}. */
    List<String> flags() {
        String full = "--" + words('-');
        return rule.flag().isEmpty() ? List.of(full) : List.of("--" + rule.flag(), full);
    }

    boolean isNumber() {
        return type == int.class || type == long.class;
    }

    boolean isList() {
        return type == List.class;
    }

    private String words(char separator) {
        String camel = path.replaceAll("([a-z0-9])([A-Z])", "$1" + separator + "$2");
        return camel.replace('.', separator).toLowerCase(Locale.ROOT);
    }
}
