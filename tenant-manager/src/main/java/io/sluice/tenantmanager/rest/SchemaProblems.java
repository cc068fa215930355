package io.sluice.tenantmanager.rest;

import io.vertx.json.schema.OutputUnit;
import io.vertx.openapi.validation.SchemaValidationException;
import io.vertx.openapi.validation.ValidatorErrorType;
import io.vertx.openapi.validation.ValidatorException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Says in words, and with the field's place, what a request violated in the OpenAPI description.
 *
 * <p>The validator reports a violation once for each schema around it; the one that says most is the innermost, the first that is not about a subschema. A field that violates its own
 * schema is reported as an unknown one too, so only a field that nothing else is said about is unknown.
 */
final class SchemaProblems {
    private static final Set<String> AROUND = Set.of("properties", "$ref", "items", "anyOf");
    private static final Pattern PARAMETER = Pattern.compile("of (?:path|query|header) parameter (\\S+) ");
    private static final Pattern EXPECTED = Pattern.compile("Expected (.+)");
    private static final Pattern QUOTED = Pattern.compile("\"(.*)\"");
    private static final String NAME_RULE = "must be 1 to 64 of a-z 0-9 . _ -, starting with a letter or digit";

    /** What stands in the place of a choice of schemas, by the schema that offers the choice. */
    private static final Map<String, String> CHOICES = Map.of(
            "/Rate/anyOf", "must be a whole number, {\"rate\": …, \"burst\": …}, \"unlimited\" or null",
            "/Quota/anyOf", "must be a whole number, \"unlimited\" or null");

    private SchemaProblems() {}

    static Problem of(ValidatorException failure) {
        String message = String.valueOf(failure.getMessage());
        Matcher parameter = PARAMETER.matcher(message);
        String prefix = parameter.find() ? parameter.group(1) : "";
        if (failure instanceof SchemaValidationException violation) {
            return of(prefix, violation.getOutputUnit());
        }
        ValidatorErrorType type = failure.type();
        if (type == ValidatorErrorType.MISSING_REQUIRED_PARAMETER) {
            return Problem.invalid(prefix, prefix.isEmpty() ? "a JSON body is needed, {} at least" : "is missing");
        }
        if (type == ValidatorErrorType.UNSUPPORTED_VALUE_FORMAT) {
            return new Problem(
                    415,
                    "INVALID",
                    "The body has no form that is understood",
                    "",
                    "send JSON with Content-Type: application/json");
        }
        if (message.contains("path parameter")) {
            return named(prefix, NAME_RULE);
        }
        return Problem.invalid(prefix, prefix.isEmpty() ? "the body is not JSON" : message);
    }

    private static Problem of(String prefix, OutputUnit unit) {
        List<OutputUnit> errors = unit.getErrors() == null ? List.of() : unit.getErrors();
        List<OutputUnit> inner = new ArrayList<>();
        for (OutputUnit error : errors) {
            if (!AROUND.contains(keyword(error)) && !isEcho(error, errors)) {
                inner.add(error);
            }
        }
        for (OutputUnit error : errors) {
            String choice = choice(error);
            if (!choice.isEmpty()) {
                return problem(
                        prefix,
                        error,
                        inner.stream()
                                .filter(SchemaProblems::saysMore)
                                .findFirst()
                                .orElse(error),
                        choice);
            }
        }
        OutputUnit error = inner.isEmpty() ? unit : inner.get(0);
        return problem(prefix, error, error, "");
    }

    /** Within a choice "not an integer" says nothing: it may be any of the others. */
    private static boolean saysMore(OutputUnit error) {
        return !keyword(error).equals("type") && !keyword(error).equals("const");
    }

    private static String choice(OutputUnit error) {
        String at = String.valueOf(error.getAbsoluteKeywordLocation());
        return CHOICES.entrySet().stream()
                .filter(entry -> at.endsWith(entry.getKey()))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse("");
    }

    private static boolean isEcho(OutputUnit error, List<OutputUnit> errors) {
        return keyword(error).equals("additionalProperties")
                && errors.stream()
                        .anyMatch(other -> !keyword(other).equals("additionalProperties")
                                && String.valueOf(other.getInstanceLocation()).equals(error.getInstanceLocation()));
    }

    private static Problem problem(String prefix, OutputUnit choice, OutputUnit error, String choiceText) {
        if (error == choice && !choiceText.isEmpty()) {
            return named(field(prefix, error), choiceText);
        }
        String text = String.valueOf(error.getError());
        String field = field(prefix, error);
        return switch (keyword(error)) {
            case "additionalProperties" ->
                Problem.invalid(field, "there is no field '" + field + "'; GET /v1/openapi.yaml tells which there are");
            case "required" -> {
                Matcher missing = QUOTED.matcher(text);
                String name = missing.find() ? missing.group(1) : "";
                yield named(field.isEmpty() ? name : field + "." + name, "is missing");
            }
            case "type" -> {
                Matcher expected = EXPECTED.matcher(text);
                yield named(field, "must be of type " + (expected.find() ? expected.group(1) : text));
            }
            case "pattern" -> named(field, NAME_RULE);
            default -> named(field, "is not allowed: " + text);
        };
    }

    private static Problem named(String field, String detail) {
        return Problem.invalid(field, (field.isEmpty() ? "the body" : "'" + field + "'") + " " + detail);
    }

    private static String keyword(OutputUnit error) {
        String at = String.valueOf(error.getKeywordLocation());
        return at.substring(at.lastIndexOf('/') + 1);
    }

    /** {@code #/groups/0/name} as {@code groups[0].name}. */
    private static String field(String prefix, OutputUnit error) {
        StringBuilder field = new StringBuilder(prefix);
        String[] parts = String.valueOf(error.getInstanceLocation()).split("/", -1);
        for (int i = 1; i < parts.length; i++) {
            String part = parts[i].replace("~1", "/").replace("~0", "~");
            if (part.chars().allMatch(Character::isDigit) && !part.isEmpty()) {
                field.append('[').append(part).append(']');
            } else {
                field.append(field.isEmpty() ? "" : ".").append(part);
            }
        }
        return field.toString();
    }
}
