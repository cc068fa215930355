package io.sluice.gateway.json;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the fields of one request; the first that is wrong is remembered, and later reads answer their default. */
final class JsonFields {
    private final JsonObject object;
    private @Nullable String problem;

    JsonFields(JsonObject object) {
        this.object = object;
    }

    /** What is wrong, naming the field, or null. */
    @Nullable
    String problem() {
        return problem;
    }

    void fail(String message) {
        if (problem == null) {
            problem = message;
        }
    }

    boolean has(String field) {
        return object.getValue(field) != null;
    }

    String string(String field, String otherwise) {
        Object value = object.getValue(field);
        if (value == null) {
            return otherwise;
        }
        if (value instanceof String text) {
            return text;
        }
        fail(field + " must be a string");
        return otherwise;
    }

    String required(String field) {
        if (!has(field)) {
            fail(field + " is missing");
        }
        return string(field, "");
    }

    /** A whole number between both bounds. */
    long number(String field, long otherwise, long least, long most) {
        Object value = object.getValue(field);
        if (value == null) {
            return otherwise;
        }
        boolean whole = value instanceof Integer || value instanceof Long;
        long number = whole ? ((Number) value).longValue() : 0;
        if (!whole || number < least || number > most) {
            fail(field + " must be a whole number from " + least + " to " + most);
            return otherwise;
        }
        return number;
    }

    /** A whole number that must be there. */
    long required(String field, long least, long most) {
        if (!has(field)) {
            fail(field + " is missing");
        }
        return number(field, least, least, most);
    }

    boolean flag(String field, boolean otherwise) {
        Object value = object.getValue(field);
        if (value == null || value instanceof Boolean) {
            return value == null ? otherwise : (Boolean) value;
        }
        fail(field + " must be true or false");
        return otherwise;
    }

    /** What the client calls its request: a string or a whole number, sent back as it is; null where there is none. */
    @Nullable
    Object id() {
        Object id = object.getValue("id");
        if (id != null && !(id instanceof String) && !(id instanceof Integer) && !(id instanceof Long)) {
            fail("id must be a string or a whole number");
            return null;
        }
        return id;
    }

    Map<String, String> strings(String field) {
        Object value = object.getValue(field);
        Map<String, String> strings = new LinkedHashMap<>();
        if (value instanceof JsonObject fields) {
            for (Map.Entry<String, Object> entry : fields) {
                if (entry.getValue() instanceof String text) {
                    strings.put(entry.getKey(), text);
                } else {
                    fail(field + "." + entry.getKey() + " must be a string");
                }
            }
        } else if (value != null) {
            fail(field + " must be an object of strings");
        }
        return strings;
    }

    /** Positive whole numbers in ascending order, each once. */
    long[] numbers(String field) {
        if (!(object.getValue(field) instanceof JsonArray values)) {
            fail(field + " must be an array of whole numbers");
            return new long[0];
        }
        long[] numbers = new long[values.size()];
        for (int i = 0; i < numbers.length; i++) {
            Object value = values.getValue(i);
            numbers[i] = value instanceof Integer || value instanceof Long ? ((Number) value).longValue() : 0;
            if (numbers[i] < 1) {
                fail(field + "[" + i + "] must be a whole number of at least 1");
            }
        }
        return Arrays.stream(numbers).sorted().distinct().toArray();
    }

    /** The bytes of {@code body} or {@code bodyBase64}. */
    byte[] body() {
        if (has("body") == has("bodyBase64")) {
            fail("exactly one of body and bodyBase64 must be there");
            return new byte[0];
        }
        if (has("body")) {
            return string("body", "").getBytes(StandardCharsets.UTF_8);
        }
        try {
            return Base64.getDecoder().decode(string("bodyBase64", ""));
        } catch (IllegalArgumentException e) {
            fail("bodyBase64 is not Base64: " + e.getMessage());
            return new byte[0];
        }
    }
}
