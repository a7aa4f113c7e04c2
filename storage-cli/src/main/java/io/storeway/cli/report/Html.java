package io.storeway.cli.report;

import java.util.ArrayDeque;
import java.util.Deque;

/** Writes HTML elements; all text is escaped. Not thread-safe. */
final class Html {

    private final StringBuilder out = new StringBuilder();
    private final Deque<String> open = new ArrayDeque<>();

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

    /** Writes text. Control characters, which HTML has no form for, become a replacement sign. */
    Html text(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '&' -> out.append("&amp;");
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '"' -> out.append("&quot;");
                default -> out.append(c < ' ' || c == 0x7f ? '\ufffd' : c);
            }
        }
        return this;
    }

    /** Opens a table that scrolls by itself where it is wider than the page. A heading of numbers begins with #. */
    Html table(String... headings) {
        open("div", "class", "scroll").open("table").open("thead").open("tr");
        for (String heading : headings) {
            boolean number = heading.startsWith("#");
            open("th", "class", number ? "number" : "text")
                    .text(number ? heading.substring(1) : heading)
                    .close();
        }
        return close().close().open("tbody");
    }

    /** Writes a row; cells that are numbers stand to the right. */
    Html row(String... cells) {
        open("tr");
        for (String cell : cells) {
            boolean number = cell.equals("–") || cell.matches("[0-9,]+");
            open("td", "class", number ? "number" : "text").text(cell).close();
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
