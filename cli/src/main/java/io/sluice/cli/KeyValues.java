package io.sluice.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;

/** Turns {@code name=value} options into JSON: whole numbers and booleans as such, {@code none} as null, the rest as text. */
final class KeyValues {
    private KeyValues() {}

    static ObjectNode toJson(Map<String, String> values) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        values.forEach((name, value) -> node.set(name, scalar(value)));
        return node;
    }

    /** Limits: a rate may be written {@code RATE:BURST}. */
    static ObjectNode limits(Map<String, String> values) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        values.forEach((name, value) -> node.set(name, limit(name, value)));
        return node;
    }

    private static JsonNode limit(String name, String value) {
        int colon = value.indexOf(':');
        if (colon < 0) {
            return scalar(value);
        }
        try {
            return JsonNodeFactory.instance
                    .objectNode()
                    .put("rate", Long.parseLong(value.substring(0, colon)))
                    .put("burst", Long.parseLong(value.substring(colon + 1)));
        } catch (NumberFormatException e) {
            throw new CliException(
                    name + ": '" + value + "' is no rate; expected RATE or RATE:BURST, both whole numbers");
        }
    }

    private static JsonNode scalar(String value) {
        if (value.equals("none") || value.equals("null")) {
            return JsonNodeFactory.instance.nullNode();
        }
        if (value.equals("true") || value.equals("false")) {
            return JsonNodeFactory.instance.booleanNode(Boolean.parseBoolean(value));
        }
        if (value.matches("-?\\d{1,18}")) {
            return JsonNodeFactory.instance.numberNode(Long.parseLong(value));
        }
        return JsonNodeFactory.instance.textNode(value);
    }
}
