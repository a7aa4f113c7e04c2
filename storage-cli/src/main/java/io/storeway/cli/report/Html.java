package io.storeway.cli.report;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;

/** Writes HTML elements; all text is escaped. Not thread-safe. */
final class Html {

    /** A longer text in a cell may wrap. */
    private static final int LONGEST_UNWRAPPED = 24;

    private final StringBuilder out = new StringBuilder();
    private final Deque<String> open = new ArrayDeque<>();
    private List<String> headings = List.of();

    /** Opens an element with pairs of attribute names and values. */
    Html open(String element, String... attributes) {
        out.append('<').append(element);
        for (int i = 0; i < attributes.length; i += 2) {
            out.append(' ').append(attributes[i]).append("=\"");
            text(attributes[i + 1]);
            out.append('"');
        }
        out.append('>');
        open.push(element);
        return this;
    }

    /** Closes the element that was opened last. */
    Html close() {
        out.append("</").append(open.pop()).append('>');
        return this;
    }

    /** Writes text, escaped and {@linkplain Visible made visible}. */
    Html text(String text) {
        String visible = Visible.of(text);
        for (int i = 0; i < visible.length(); i++) {
            char c = visible.charAt(i);
            switch (c) {
                case '&' -> out.append("&amp;");
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '"' -> out.append("&quot;");
                case '\'' -> out.append("&#39;");
                default -> out.append(c);
            }
        }
        return this;
    }

    /** Opens a table, which a narrow page shows as a card for each row. The heading of a column of numbers begins with #. */
    Html table(String... names) {
        headings = Arrays.stream(names).map(name -> name.replaceFirst("^#", "")).toList();
        open("div", "class", "scroll").open("table").open("thead").open("tr");
        for (String heading : names) {
            boolean number = heading.startsWith("#");
            open("th", "class", number ? "number" : "text")
                    .text(number ? heading.substring(1) : heading)
                    .close();
        }
        return close().close().open("tbody");
    }

    /** Writes a row. Numbers are aligned to the right. */
    Html row(String... cells) {
        open("tr");
        for (int i = 0; i < cells.length; i++) {
            boolean number = cells[i].equals("–") || cells[i].matches("[0-9,]+");
            String style = number ? "number" : cells[i].length() > LONGEST_UNWRAPPED ? "text long" : "text";
            open("td", "class", style, "data-name", headings.get(i))
                    .open("span")
                    .text(cells[i])
                    .close()
                    .close();
        }
        return close();
    }

    /** Closes a table. */
    Html endTable() {
        return close().close().close();
    }

    @Override
    public String toString() {
        return out.toString();
    }
}
