package io.storeway.sql.internal.dialect;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** SQL text under construction, with the encoded values of its parameters in order. */
public final class Sql {

    private final StringBuilder text;
    private final List<@Nullable Object> values = new ArrayList<>();

    public Sql() {
        this("");
    }

    public Sql(String start) {
        text = new StringBuilder(start.length() + 128).append(start);
    }

    public Sql add(String more) {
        text.append(more);
        return this;
    }

    public Sql bind(@Nullable Object encoded) {
        values.add(encoded);
        return this;
    }

    public Sql bindAll(List<? extends @Nullable Object> encoded) {
        values.addAll(encoded);
        return this;
    }

    /** Adds {@code count} tuples of {@code width} question marks, separated by commas. */
    public Sql tuples(int count, int width) {
        String tuple = "(" + "?, ".repeat(width - 1) + "?)";
        text.append((tuple + ", ").repeat(count - 1)).append(tuple);
        return this;
    }

    public String text() {
        return text.toString();
    }

    public List<@Nullable Object> values() {
        return values;
    }
}
