package io.sluice.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Prints an answer: as JSON for scripts, else as indented fields and, for lists of objects, as a table. */
final class Printer {
    /** An object with more fields than this is shown in a cell by its first one alone. */
    private static final int MAX_CELL_FIELDS = 4;

    private final PrintWriter out;
    private final boolean json;

    Printer(PrintWriter out, boolean json) {
        this.out = out;
        this.json = json;
    }

    void print(JsonNode node) {
        if (json) {
            out.println(node);
        } else {
            block(node, "");
        }
        out.flush();
    }

    /** A line for people; scripts that asked for JSON do not see it. */
    void say(String line) {
        if (!json) {
            out.println(line);
            out.flush();
        }
    }

    private void block(JsonNode node, String indent) {
        if (node.isObject()) {
            node.fields().forEachRemaining(field -> field(field.getKey(), field.getValue(), indent));
        } else if (isTable(node)) {
            table(node, indent);
        } else if (node.isArray()) {
            node.forEach(element -> out.println(indent + "- " + text(element)));
        } else {
            out.println(indent + text(node));
        }
    }

    private void field(String name, JsonNode value, String indent) {
        if (value.isContainerNode() && !value.isEmpty() && !isFlat(value)) {
            out.println(indent + name + ":");
            block(value, indent + "  ");
        } else {
            out.println(indent + name + ": " + text(value));
        }
    }

    private static boolean isTable(JsonNode node) {
        return node.isArray() && !node.isEmpty() && node.get(0).isObject();
    }

    private static boolean isFlat(JsonNode node) {
        return node.isArray() && !isTable(node);
    }

    private static String text(JsonNode value) {
        if (value.isNull() || (value.isContainerNode() && value.isEmpty())) {
            return "-";
        }
        if (value.isValueNode()) {
            return value.asText();
        }
        List<String> parts = new ArrayList<>();
        value.forEach(element -> parts.add(text(element)));
        if (value.isArray()) {
            return String.join(", ", parts);
        }
        return parts.size() > MAX_CELL_FIELDS ? parts.get(0) : String.join(" ", parts);
    }

    private void table(JsonNode rows, String indent) {
        Set<String> columns = new LinkedHashSet<>();
        rows.forEach(row -> row.fieldNames().forEachRemaining(columns::add));
        List<List<String>> cells = new ArrayList<>();
        cells.add(List.copyOf(columns));
        rows.forEach(row ->
                cells.add(columns.stream().map(column -> text(row.path(column))).toList()));
        int[] widths = new int[columns.size()];
        for (List<String> line : cells) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], line.get(i).length());
            }
        }
        for (List<String> line : cells) {
            StringBuilder text = new StringBuilder(indent);
            for (int i = 0; i < widths.length; i++) {
                text.append(String.format("%-" + (widths[i] + 2) + "s", line.get(i)));
            }
            out.println(text.toString().stripTrailing());
        }
    }
}
