package io.storeway.cli.report;

import io.storeway.EntityType;
import io.storeway.Field;
import io.storeway.FieldType;
import io.storeway.Row;
import io.storeway.migrate.Acceptance;
import io.storeway.migrate.repair.Explanation;
import io.storeway.spi.PartitionState;
import io.storeway.spi.Residue;
import io.storeway.spi.Version;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Everything that is known of one partition as lines of text, both sides next to each other. */
public final class PartitionText {

    private final Explanation explanation;
    private final EntityType<?> type;
    private final boolean showValues;

    /**
     * The text of an explanation.
     *
     * @param showValues whether to print values instead of their kind and length
     */
    public PartitionText(Explanation explanation, boolean showValues) {
        this.explanation = explanation;
        this.type = explanation.type();
        this.showValues = showValues;
    }

    /** Prints it. */
    public void print(PrintWriter out) {
        TextTable sides = new TextTable("", "source", "target");
        sides.row("version", version(explanation.source()), version(explanation.target()));
        sides.row(
                "records",
                explanation.source().items().size(),
                explanation.target().items().size());
        sides.row(
                "residue",
                explanation.source().residue().size(),
                explanation.target().residue().size());
        sides.print(out);
        out.println();
        records(out);
        residue(out);
        explanation
                .marks()
                .forEach(mark -> out.println("mark: a write of " + mark.since() + ", version " + text(mark.version())
                        + ", may not have reached the other side"));
        for (Acceptance said : explanation.acceptances()) {
            out.println("accepted at position " + said.position() + " by " + said.by() + ", " + said.at() + ": "
                    + said.reason());
        }
        out.println("backfill of " + type.name() + ": "
                + TextReport.status(explanation.progress().status()));
        explanation
                .history()
                .forEach(change -> out.println("stage of " + change.migration() + ": " + change.from() + " -> "
                        + change.to() + ", " + change.at() + ", by " + change.by() + ": " + change.reason()));
        out.println(verdict());
        explanation.differences().forEach(difference -> out.println("    " + DifferenceLine.withoutType(difference)));
    }

    private String verdict() {
        if (!explanation.differences().isEmpty()) {
            return "DIFFERENT";
        }
        return unknown(explanation.source()) && unknown(explanation.target())
                ? "equal: neither side has ever known this key"
                : "equal";
    }

    private static boolean unknown(PartitionState state) {
        return state.isEmpty() && state.version().equals(Version.NONE);
    }

    private void records(PrintWriter out) {
        Map<String, Row> left = rows(explanation.source());
        Map<String, Row> right = rows(explanation.target());
        TreeSet<String> keys = new TreeSet<>(left.keySet());
        keys.addAll(right.keySet());
        for (String key : keys) {
            out.println("record " + key);
            TextTable table = new TextTable("field", "source", "target", "");
            Row one = left.get(key);
            Row other = right.get(key);
            for (Field<?, ?> field : type.fields()) {
                boolean same =
                        one != null && other != null && field.equal(one.get(field.index()), other.get(field.index()));
                table.row(field.name(), cell(field, one), cell(field, other), same ? "" : "differs");
            }
            table.print(out);
            out.println();
        }
    }

    private Map<String, Row> rows(PartitionState state) {
        Map<String, Row> rows = new LinkedHashMap<>();
        state.items().forEach(item -> rows.put(item.row().key().text(type.key()), item.row()));
        return rows;
    }

    private String cell(Field<?, ?> field, @Nullable Row row) {
        if (row == null) {
            return "no record";
        }
        Object value = row.get(field.index());
        if (value == null) {
            return "null";
        }
        String text = field.type().kind() == FieldType.Kind.JSON || field.type().kind() == FieldType.Kind.LIST
                ? value.toString()
                : field.type().format(value);
        return showValues
                ? Visible.of(text)
                : field.type().kind().name().toLowerCase(Locale.ROOT) + ", " + text.length() + " characters";
    }

    private void residue(PrintWriter out) {
        print(out, "source", explanation.source().residue());
        print(out, "target", explanation.target().residue());
    }

    private void print(PrintWriter out, String side, List<Residue> items) {
        for (Residue item : items) {
            out.println("residue of the " + side + " at "
                    + (item.position() == Residue.WHOLE ? "the whole value" : "position " + item.position()) + ": "
                    + item.kind() + (item.constraint() == null ? "" : " " + item.constraint()) + ", " + item.reason()
                    + (showValues ? ": " + Visible.of(new String(item.payload(), StandardCharsets.UTF_8)) : ""));
        }
    }

    private static String version(PartitionState state) {
        return text(state.version());
    }

    private static String text(Version version) {
        return version.equals(Version.NONE) ? "none" : version.epoch() + "." + version.counter();
    }
}
