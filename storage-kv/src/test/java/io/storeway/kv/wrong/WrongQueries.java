package io.storeway.kv.wrong;

import io.storeway.Condition;
import io.storeway.Condition.Operator;
import io.storeway.Field;
import io.storeway.Row;
import io.storeway.Sort;
import io.storeway.spi.Selection;
import io.storeway.testkit.call.StoreCall;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;

/** Storages that answer a query with other records, or in another order. */
// Read from a class file, the bounds in a selection's constructor have lost their annotation for the checker.
@SuppressWarnings("NullAway")
final class WrongQueries {

    private WrongQueries() {}

    static List<WrongStorage> all() {
        return List.of(
                selecting(
                        "gives one record less than the limit",
                        "L08-order",
                        asked -> new Selection(
                                asked.partition(), asked.condition(), asked.order(), asked.after(), asked.limit() - 1)),
                selecting(
                        "starts every page at the beginning",
                        "L20-pages",
                        asked -> new Selection(
                                asked.partition(), asked.condition(), asked.order(), null, asked.limit())),
                WrongStorage.wrong("skips the record behind a cursor", "L20-pages", "select", (call, right) -> {
                    List<Row> rows = selected(call, selection(call));
                    return selection(call).after() == null || rows.isEmpty() ? rows : rows.subList(1, rows.size());
                }),
                selecting("sorts everything upwards", "L08-order", WrongQueries::upwards),
                WrongStorage.wrong("sorts missing values last", "L08-order", "select", (call, right) -> {
                    List<Row> rows = new ArrayList<>(selected(call, selection(call)));
                    int first = selection(call).order().get(0).field().index();
                    rows.sort(Comparator.comparing(row -> Objects.isNull(row.get(first))));
                    return rows;
                }),
                WrongStorage.wrong(
                        "counts everything",
                        "L08-conditions",
                        "count",
                        (call, right) -> WrongStorage.proceed(
                                call, conditioned(selection(call), condition -> new Condition.And<>(List.of())))),
                asking("takes a beginning for any part", "L08-conditions", WrongQueries::anywhere),
                asking(
                        "takes less for less or equal",
                        "L08-conditions",
                        condition -> compared(condition, Operator.LT, Operator.LE)),
                asking("knows a third truth value", "L08-conditions", WrongQueries::sqlNot),
                asking("finds everything in nothing", "L08-conditions", WrongQueries::inNothing),
                asking(
                        "lets a record live a moment too long",
                        "L19-expiry",
                        condition -> compared(condition, Operator.GT, Operator.GE)),
                asking("shows what has expired", "L19-expiry", WrongQueries::expired),
                WrongStorage.wrong("hides a partition of one", "L17-keys", "select", (call, right) -> {
                    List<Row> rows = selected(call, selection(call));
                    return rows.size() == 1 ? List.of() : rows;
                }));
    }

    private static Selection selection(StoreCall call) {
        return (Selection) Objects.requireNonNull(call.arguments().get(1));
    }

    @SuppressWarnings("unchecked")
    private static List<Row> selected(StoreCall call, Selection selection) throws Throwable {
        return (List<Row>) Objects.requireNonNull(WrongStorage.proceed(call, selection));
    }

    private static WrongStorage selecting(String name, String law, UnaryOperator<Selection> defect) {
        return WrongStorage.wrong(
                name, law, "select", (call, right) -> WrongStorage.proceed(call, defect.apply(selection(call))));
    }

    private static WrongStorage asking(String name, String law, UnaryOperator<Condition<?>> defect) {
        return selecting(name, law, asked -> conditioned(asked, condition -> deep(condition, defect)));
    }

    private static Selection conditioned(Selection asked, UnaryOperator<Condition<?>> defect) {
        return new Selection(
                asked.partition(), defect.apply(asked.condition()), asked.order(), asked.after(), asked.limit());
    }

    /** Applies the defect to every part of a condition. */
    static <T> Condition<T> deep(Condition<T> condition, UnaryOperator<Condition<?>> defect) {
        Condition<T> inner = condition;
        if (condition instanceof Condition.And<T> and) {
            inner = new Condition.And<>(
                    and.conditions().stream().map(part -> deep(part, defect)).toList());
        } else if (condition instanceof Condition.Or<T> or) {
            inner = new Condition.Or<>(
                    or.conditions().stream().map(part -> deep(part, defect)).toList());
        } else if (condition instanceof Condition.Not<T> not) {
            inner = new Condition.Not<>(deep(not.condition(), defect));
        }
        @SuppressWarnings("unchecked")
        Condition<T> result = (Condition<T>) defect.apply(inner);
        return result;
    }

    private static <T> Condition<T> compared(Condition<T> condition, Operator from, Operator to) {
        return condition instanceof Condition.Compare<T> compare && compare.operator() == from
                ? new Condition.Compare<>(compare.field(), to, compare.value())
                : condition;
    }

    /** As SQL does it: the negation of a comparison with a missing value is not true either. */
    private static <T> Condition<T> sqlNot(Condition<T> condition) {
        return condition instanceof Condition.Not<T> not && not.condition() instanceof Condition.Compare<T> compare
                ? new Condition.And<>(List.of(new Condition.Not<>(new Condition.IsNull<>(compare.field())), condition))
                : condition;
    }

    private static <T> Condition<T> anywhere(Condition<T> condition) {
        return condition instanceof Condition.Text<T> text && text.prefix()
                ? new Condition.Text<>(text.field(), text.part(), false)
                : condition;
    }

    private static <T> Condition<T> inNothing(Condition<T> condition) {
        return condition instanceof Condition.In<T> in && in.values().isEmpty()
                ? new Condition.And<>(List.of())
                : condition;
    }

    private static <T> Condition<T> expired(Condition<T> condition) {
        return condition instanceof Condition.Compare<T> compare && isExpiry(compare.field())
                ? new Condition.And<>(List.of())
                : condition;
    }

    private static boolean isExpiry(Field<?, ?> field) {
        return field.name().equals("expiresAt");
    }

    private static Selection upwards(Selection asked) {
        List<Sort<?>> order = new ArrayList<>();
        asked.order().forEach(sort -> order.add(sort.field().ascending()));
        return new Selection(asked.partition(), asked.condition(), order, asked.after(), asked.limit());
    }
}
