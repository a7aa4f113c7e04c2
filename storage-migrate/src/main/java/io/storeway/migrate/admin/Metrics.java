package io.storeway.migrate.admin;

import java.util.LinkedHashMap;
import java.util.Map;

/** Numbers in Prometheus' text format. Not thread-safe. */
final class Metrics {

    private final Map<String, StringBuilder> families = new LinkedHashMap<>();

    /** Adds a number; labels are written as {@code name="value",name="value"}. */
    void gauge(String name, String help, String labels, long value) {
        families.computeIfAbsent(
                        name,
                        absent -> new StringBuilder("# HELP " + name + " " + help + "\n# TYPE " + name + " gauge\n"))
                .append(name)
                .append(labels.isEmpty() ? "" : "{" + labels + "}")
                .append(' ')
                .append(value)
                .append('\n');
    }

    static String quoted(String value) {
        return '"' + value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + '"';
    }

    @Override
    public String toString() {
        return String.join("", families.values());
    }
}
