package io.storeway.sql.internal.rows;

import io.storeway.Condition;
import io.storeway.Field;
import io.storeway.FieldType;
import io.storeway.Key;
import io.storeway.Row;
import io.storeway.Sort;
import io.storeway.spi.Selection;
import io.storeway.sql.internal.dialect.Dialect;
import io.storeway.sql.internal.dialect.Sql;
import io.storeway.sql.internal.dialect.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** Writes a selection as a SELECT. */
public final class SelectSql {

    private final Table table;
    private final Dialect dialect;
    private final Selection selection;
    private final List<Condition<?>> conjuncts;
    private final boolean overOwnWrites;
    private final boolean exact;
    /** Whether the engine may stop at the limit among the rows of one of several values. */
    private final boolean stopsInList;

    private final List<Sort<?>> order;
    /** The fields of the order that the engine itself would compare differently. */
    private final List<Field<?, ?>> differing;

    /**
     * A query.
     *
     * @param overOwnWrites whether its transaction may have written to the table before
     */
    public SelectSql(Table table, Dialect dialect, Selection selection, boolean overOwnWrites) {
        this.table = table;
        this.dialect = dialect;
        this.selection = selection;
        this.overOwnWrites = overOwnWrites;
        this.conjuncts = ConditionSql.conjuncts(selection.condition());
        this.exact = ConditionSql.decidable(selection.condition());
        this.stopsInList = exact
                && selection.limit() < Integer.MAX_VALUE
                && conjuncts.stream().anyMatch(each -> each instanceof Condition.In || each instanceof Condition.Or);
        this.order = order(table, selection, conjuncts);
        this.differing = differing(order, dialect);
    }

    private static List<Field<?, ?>> differing(List<Sort<?>> order, Dialect dialect) {
        List<Field<?, ?>> differing = new ArrayList<>(order.size());
        for (Sort<?> sort : order) {
            if (!dialect.ordered("", sort.field().type(), null).isEmpty()) {
                differing.add(sort.field());
            }
        }
        return differing;
    }

    /** Whether the statement returns exactly the result; otherwise its rows have to be filtered again. */
    public boolean exact() {
        return exact;
    }

    /**
     * The rows in the engine's own order, which is faster; null if that is the same as {@link #rows()}. If its rows are {@link
     * #surelyOrdered}, it is the right result.
     */
    public @Nullable Sql likelyRows() {
        return differing.isEmpty() || table.meetsHighText() ? null : rows((column, type) -> column);
    }

    /**
     * Whether rows in the engine's own order are also in the right order, including those beyond the limit. They are if their texts have no
     * character from the first surrogate on: below it UTF-16 and UTF-8 have the same order.
     */
    public boolean surelyOrdered(List<Row> rows) {
        for (Field<?, ?> field : differing) {
            for (int i = 0; i < rows.size(); i++) {
                if (rows.get(i).get(field.index()) instanceof String text && Dialect.high(text)) {
                    table.meetHighText();
                    return false;
                }
            }
        }
        return true;
    }

    public Sql rows() {
        return rows((column, type) -> dialect.ordered(column, type, null));
    }

    private Sql rows(BiFunction<String, FieldType, String> ordered) {
        Sql sql = where(new Sql(table.select()));
        String separator = " ORDER BY ";
        if (selection.partition() != null && dialect.ordersFromStartOfIndex() && !order.isEmpty()) {
            for (String column : table.columns(table.type().partitionKey())) {
                sql.add(separator).add(step(column, order.get(0).descending()));
                separator = ", ";
            }
        }
        for (Sort<?> sort : order) {
            Field<?, ?> field = sort.field();
            sql.add(separator)
                    .add(step(ordered.apply(column(field), field.type()), sort.descending()))
                    .add(!field.nullable() ? "" : dialect.nulls(sort.descending()));
            separator = ", ";
        }
        if (exact && selection.limit() < Integer.MAX_VALUE) {
            sql.add(" LIMIT ?").bind(selection.limit());
        }
        return sql;
    }

    private String step(String expression, boolean descending) {
        boolean alone = stopsInList || (descending && overOwnWrites);
        return (alone ? dialect.sortedAlone(expression) : expression) + (descending ? " DESC" : " ASC");
    }

    public Sql count() {
        return where(new Sql("SELECT COUNT(*) FROM " + table.name()));
    }

    public Sql countBy(Field<?, ?> field) {
        Sql sql = new Sql("SELECT " + table.selected(List.of(field)) + ", COUNT(*) FROM " + table.name());
        return where(sql).add(" GROUP BY " + column(field));
    }

    private Sql where(Sql sql) {
        ConditionSql conditions = new ConditionSql(table, dialect, sql);
        sql.add(" WHERE ");
        if (selection.partition() == null) {
            sql.add("1 = 1");
        } else {
            table.in(sql, table.type().partitionKey(), List.of(selection.partition()));
        }
        conditions.writeAll(
                exact
                        ? conjuncts
                        : conjuncts.stream().filter(ConditionSql::decidable).toList());
        List<@Nullable Object> after = selection.after();
        if (after != null) {
            after(sql, conditions, after);
        }
        return sql;
    }

    /** The order without fields that have the same value in the whole result. */
    private static List<Sort<?>> order(Table table, Selection selection, List<Condition<?>> conjuncts) {
        List<Field<?, ?>> fixed = new ArrayList<>();
        if (selection.partition() != null) {
            fixed.addAll(table.type().partitionKey());
        }
        for (Condition<?> conjunct : conjuncts) {
            if (conjunct instanceof Condition.Compare<?> compare
                    && compare.operator() == Condition.Operator.EQ
                    && startsLevel(selection, compare)) {
                fixed.add(compare.field());
            }
        }
        List<Sort<?>> order = new ArrayList<>(selection.order());
        order.removeIf(sort -> fixed.contains(sort.field()));
        return order;
    }

    /** Whether the bound fulfils the condition; it may not if it comes from another query's result. */
    private static boolean startsLevel(Selection selection, Condition.Compare<?> compare) {
        List<@Nullable Object> after = selection.after();
        for (int i = 0; after != null && i < after.size(); i++) {
            if (selection.order().get(i).field().equals(compare.field())
                    && !compare.field().equal(after.get(i), compare.value())) {
                return false;
            }
        }
        return true;
    }

    /**
     * Adds the condition that rows come behind the bound: behind it in the first field of the order, or equal there and behind it in the
     * second, and so on. Where the engine knows that as a comparison of rows, it goes straight to the bound in an index. Otherwise the
     * condition on the first field is repeated in front, because an index can start from it.
     */
    private void after(Sql sql, ConditionSql conditions, List<@Nullable Object> bounds) {
        List<Sort<?>> steps = new ArrayList<>();
        List<@Nullable Object> values = new ArrayList<>();
        for (int i = 0; i < bounds.size(); i++) {
            if (order.contains(selection.order().get(i))) {
                steps.add(selection.order().get(i));
                values.add(bounds.get(i));
            }
        }
        if (steps.isEmpty()) {
            sql.add(" AND 1 = 0");
            return;
        }
        Key row = rowToCompare(steps, values);
        if (row != null) {
            sql.add(" AND ");
            conditions.compareRows(
                    steps.stream().map(Sort::field).toList(), steps.get(0).descending() ? "<" : ">", row);
            return;
        }
        Sort<?> first = steps.get(0);
        Object firstValue = values.get(0);
        if (firstValue != null && !(first.descending() && first.field().nullable())) {
            sql.add(" AND ");
            conditions.compare(first.field(), first.descending() ? "<=" : ">=", firstValue);
        }
        sql.add(" AND (");
        for (int i = 0; i < steps.size(); i++) {
            sql.add(i == 0 ? "(" : " OR (");
            for (int j = 0; j < i; j++) {
                level(sql, conditions, steps.get(j).field(), values.get(j));
                sql.add(" AND ");
            }
            behind(sql, conditions, steps.get(i), values.get(i));
            sql.add(")");
        }
        sql.add(")");
    }

    /** The bound, if one comparison of rows means the same; otherwise null. That knows one direction, and no missing value. */
    private @Nullable Key rowToCompare(List<Sort<?>> steps, List<@Nullable Object> bounds) {
        boolean descending = steps.get(0).descending();
        List<Field<?, ?>> fields = new ArrayList<>();
        List<Object> values = new ArrayList<>();
        for (int i = 0; i < steps.size(); i++) {
            Sort<?> step = steps.get(i);
            Object value = bounds.get(i);
            if (value == null
                    || step.descending() != descending
                    || (descending && step.field().nullable())) {
                return null;
            }
            fields.add(step.field());
            values.add(value);
        }
        Key row = new Key(values);
        return dialect.comparesRows() && steps.size() > 1 && table.holds(fields, row) ? row : null;
    }

    private void level(Sql sql, ConditionSql conditions, Field<?, ?> field, @Nullable Object value) {
        if (value == null) {
            sql.add(column(field) + " IS NULL");
        } else {
            conditions.compare(field, "=", value);
        }
    }

    private void behind(Sql sql, ConditionSql conditions, Sort<?> step, @Nullable Object value) {
        Field<?, ?> field = step.field();
        if (value == null) {
            sql.add(step.descending() ? "1 = 0" : column(field) + " IS NOT NULL");
        } else if (!step.descending()) {
            conditions.compare(field, ">", value);
        } else {
            sql.add("(");
            conditions.compare(field, "<", value);
            sql.add(field.nullable() ? " OR " + column(field) + " IS NULL)" : ")");
        }
    }

    /** Whether an index begins with a field that the condition restricts. */
    public static boolean indexed(Table table, Condition<?> condition) {
        for (Condition<?> conjunct : ConditionSql.conjuncts(condition)) {
            Field<?, ?> field = narrowed(conjunct);
            if (field != null && field.type().kind() != FieldType.Kind.JSON && table.indexed(field)) {
                return true;
            }
        }
        return false;
    }

    private static @Nullable Field<?, ?> narrowed(Condition<?> conjunct) {
        if (conjunct instanceof Condition.Compare<?> compare) {
            return compare.field();
        }
        if (conjunct instanceof Condition.In<?> in) {
            return in.field();
        }
        return conjunct instanceof Condition.Text<?> text && text.prefix() ? text.field() : null;
    }

    private String column(Field<?, ?> field) {
        return table.columns().get(field.index());
    }
}
