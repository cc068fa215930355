package io.sluice.config;

import java.lang.reflect.RecordComponent;
import java.util.LinkedHashMap;
import java.util.Map;

/** Reads nested settings records back into paths and values. */
final class RecordReader {
    private RecordReader() {}

    static Map<String, Object> flatten(Record settings) {
        Map<String, Object> values = new LinkedHashMap<>();
        flatten("", settings, values);
        return values;
    }

    private static void flatten(String prefix, Record settings, Map<String, Object> into) {
        for (RecordComponent component : settings.getClass().getRecordComponents()) {
            Object value = read(component, settings);
            if (value instanceof Record nested) {
                flatten(prefix + component.getName() + ".", nested, into);
            } else {
                into.put(prefix + component.getName(), value);
            }
        }
    }

    private static Object read(RecordComponent component, Record settings) {
        try {
            return component.getAccessor().invoke(settings);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("can't read " + component, e);
        }
    }
}
