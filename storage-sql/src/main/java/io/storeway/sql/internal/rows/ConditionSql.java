package io.storeway.sql.internal.rows;

import io.storeway.Condition;
import io.storeway.Field;
import io.storeway.FieldType;
import io.storeway.Key;
import io.storeway.sql.internal.dialect.Dialect;
import io.storeway.sql.internal.dialect.Sql;
import io.storeway.sql.internal.dialect.Table;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes conditions as SQL that is true for exactly the rows that fulfil them. */
final class ConditionSql {

    private final Table table;
    private final Dialect dialect;
    private static final int MAX_CHAIN = 100;

    private final Sql sql;

    ConditionSql(Table table, Dialect dialect, Sql sql) {
        this.table = table;
        this.dialect = dialect;
        this.sql = sql;
    }

    /** Whether SQL can decide the condition. It can't compare JSON: equal trees may have different text. */
    static boolean decidable(Condition<?> condition) {
        if (condition instanceof Condition.And<?> and) {
            return decidable(and.conditions());
        }
        if (condition instanceof Condition.Or<?> or) {
            return decidable(or.conditions());
        }
        if (condition instanceof Condition.Not<?> not) {
            return decidable(not.condition());
        }
        if (condition instanceof Condition.Compare<?> compare) {
            return compare.field().type().kind() != FieldType.Kind.JSON;
        }
        return !(condition instanceof Condition.In<?> in) || in.field().type().kind() != FieldType.Kind.JSON;
    }

    private static boolean decidable(List<? extends Condition<?>> conditions) {
        for (Condition<?> condition : conditions) {
            if (!decidable(condition)) {
                return false;
            }
        }
        return true;
    }

    /** The conditions that all have to hold, with nested conjunctions taken apart. */
    static List<Condition<?>> conjuncts(Condition<?> condition) {
        if (!(condition instanceof Condition.And<?> and)) {
            return List.of(condition);
        }
        List<Condition<?>> parts = new ArrayList<>();
        collect(and, parts);
        return parts;
    }

    private static void collect(Condition<?> condition, List<Condition<?>> parts) {
        if (condition instanceof Condition.And<?> and) {
            and.conditions().forEach(part -> collect(part, parts));
        } else {
            parts.add(condition);
        }
    }

    /** Adds further conditions that all have to hold, each behind an AND. */
    void writeAll(List<? extends Condition<?>> conjuncts) {
        for (int from = 0; from < conjuncts.size(); from += MAX_CHAIN) {
            sql.add(" AND ");
            join(conjuncts.subList(from, Math.min(from + MAX_CHAIN, conjuncts.size())), " AND ", "1 = 1");
        }
    }

    void write(Condition<?> condition) {
        if (condition instanceof Condition.Compare<?> compare) {
            compare(compare.field(), symbol(compare.operator()), compare.value());
        } else if (condition instanceof Condition.In<?> in) {
            in(in);
        } else if (condition instanceof Condition.Text<?> text) {
            text(text);
        } else if (condition instanceof Condition.IsNull<?> isNull) {
            sql.add(column(isNull.field()) + " IS NULL");
        } else if (condition instanceof Condition.And<?> and) {
            join(and.conditions(), " AND ", "1 = 1");
        } else if (condition instanceof Condition.Or<?> or) {
            join(or.conditions(), " OR ", "1 = 0");
        } else if (condition instanceof Condition.Not<?> not) {
            // Not IS NOT TRUE: SQLite reads TRUE as a column if the table has one of that name.
            sql.add("(CASE WHEN ");
            write(not.condition());
            sql.add(" THEN 0 ELSE 1 END = 1)");
        }
    }

    private void join(List<? extends Condition<?>> conditions, String word, String ofNone) {
        if (conditions.isEmpty()) {
            sql.add(ofNone);
            return;
        }
        sql.add("(");
        if (conditions.size() > MAX_CHAIN) {
            // Halved, because a chain has one level for each part, and SQLite allows 1,000 levels.
            int half = conditions.size() / 2;
            join(conditions.subList(0, half), word, ofNone);
            sql.add(word);
            join(conditions.subList(half, conditions.size()), word, ofNone);
        } else {
            for (int i = 0; i < conditions.size(); i++) {
                sql.add(i == 0 ? "" : word);
                write(conditions.get(i));
            }
        }
        sql.add(")");
    }

    private static String symbol(Condition.Operator operator) {
        return switch (operator) {
            case EQ -> "=";
            case LT -> "<";
            case LE -> "<=";
            case GT -> ">";
            case GE -> ">=";
        };
    }

    /** Adds a comparison in the order that every backend keeps. */
    void compare(Field<?, ?> field, String symbol, Object value) {
        if (!holds(field, value)) {
            compareWithNul(field, symbol, (String) value);
            return;
        }
        Object encoded = table.codec(field).encode().apply(value);
        if (symbol.equals("=")) {
            sql.add(column(field) + " = ?").bind(encoded);
        } else {
            sql.add(dialect.ordered(column(field), field.type(), encoded) + " " + symbol + " "
                            + dialect.ordered("?", field.type(), encoded))
                    .bind(encoded);
        }
    }

    /** Adds a comparison of several fields at once, with a row that they can hold; see {@link Dialect#comparesRows}. */
    void compareRows(List<? extends Field<?, ?>> fields, String symbol, Key row) {
        List<?> values = table.encode(fields, row).values();
        sql.add("(" + String.join(", ", table.columns(fields)) + ") " + symbol + " ("
                + String.join(", ", Collections.nCopies(values.size(), "?")) + ")");
        values.forEach(sql::bind);
    }

    private boolean holds(Field<?, ?> field, Object value) {
        return table.holds(List.of(field), new Key(List.of(value)));
    }

    /**
     * Compares with a text that contains U+0000, which no stored text can have. As that character comes before all others, a stored
     * text is greater exactly if it is greater than the part before the character.
     */
    private void compareWithNul(Field<?, ?> field, String symbol, String value) {
        if (symbol.equals("=")) {
            sql.add("1 = 0");
        } else {
            compare(field, symbol.startsWith(">") ? ">" : "<=", value.substring(0, value.indexOf('\0')));
        }
    }

    private void in(Condition.In<?> in) {
        if (in.values().isEmpty()) {
            sql.add("1 = 0");
            return;
        }
        List<Field<?, ?>> field = List.of(in.field());
        List<Key> keys = in.values().stream().map(Key::of).distinct().toList();
        List<List<Key>> chunks = Lookup.chunks(table, field, keys);
        if (chunks.isEmpty()) {
            sql.add("1 = 0");
            return;
        }
        sql.add("(");
        for (int i = 0; i < chunks.size(); i++) {
            sql.add(i == 0 ? "" : " OR ");
            table.in(sql, field, chunks.get(i));
        }
        sql.add(")");
    }

    /** Writes a prefix as the range up to its successor in UTF-8 order, for which an index can be used. */
    private void text(Condition.Text<?> text) {
        if (text.part().isEmpty()) {
            sql.add(column(text.field()) + " IS NOT NULL");
        } else if (!holds(text.field(), text.part())) {
            sql.add("1 = 0");
        } else if (text.prefix()) {
            sql.add("(");
            compare(text.field(), ">=", text.part());
            String end = successor(text.part());
            if (end != null) {
                sql.add(" AND ");
                compare(text.field(), "<", end);
            }
            sql.add(")");
        } else {
            sql.add(dialect.contains(column(text.field()))).bind(text.part());
        }
    }

    /** The smallest text greater than all texts with the prefix, or null if there is none. */
    static @Nullable String successor(String prefix) {
        String rest = prefix;
        while (!rest.isEmpty()) {
            int last = rest.codePointBefore(rest.length());
            rest = rest.substring(0, rest.length() - Character.charCount(last));
            if (last < Character.MAX_CODE_POINT) {
                int next = last + 1 == Character.MIN_SURROGATE ? Character.MAX_SURROGATE + 1 : last + 1;
                return rest + Character.toString(next);
            }
        }
        return null;
    }

    private String column(Field<?, ?> field) {
        return table.columns().get(field.index());
    }
}
