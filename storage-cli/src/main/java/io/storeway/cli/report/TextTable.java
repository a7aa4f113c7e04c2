package io.storeway.cli.report;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A table for a terminal. Columns of numbers are aligned to the right, all others to the left. */
public final class TextTable {

    private final List<List<String>> rows = new ArrayList<>();
    /** For each column, whether all its cells so far are numbers. */
    private final List<Boolean> numbers = new ArrayList<>();

    /** A table with the headings; a column without a heading is text. */
    public TextTable(String... headings) {
        rows.add(List.of(headings));
        for (String heading : headings) {
            numbers.add(!heading.isEmpty());
        }
        numbers.set(0, false);
    }

    /** Adds a row. Longs and Integers are grouped by thousands. */
    public TextTable row(Object... cells) {
        List<String> row = new ArrayList<>();
        for (int i = 0; i < cells.length; i++) {
            if (cells[i] instanceof Long || cells[i] instanceof Integer) {
                row.add(String.format(Locale.ROOT, "%,d", ((Number) cells[i]).longValue()));
            } else {
                row.add(String.valueOf(cells[i]));
                numbers.set(i, false);
            }
        }
        rows.add(row);
        return this;
    }

    /** Prints the table, indented by two spaces. */
    public void print(PrintWriter out) {
        int[] widths = new int[numbers.size()];
        for (List<String> row : rows) {
            for (int i = 0; i < row.size(); i++) {
                widths[i] = Math.max(
                        widths[i], row.get(i).codePointCount(0, row.get(i).length()));
            }
        }
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder(" ");
            for (int i = 0; i < row.size(); i++) {
                String cell = row.get(i);
                String blanks = " ".repeat(widths[i] - cell.codePointCount(0, cell.length()));
                line.append(' ')
                        .append(numbers.get(i) ? blanks + cell : cell + blanks)
                        .append(' ');
            }
            out.println(line.toString().stripTrailing());
        }
    }
}
