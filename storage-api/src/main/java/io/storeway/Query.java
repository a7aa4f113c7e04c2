package io.storeway;

import io.storeway.error.ErrorContext;
import io.storeway.error.InvalidValueException;
import io.storeway.error.UnsupportedCapabilityException;
import io.storeway.spi.RowStore;
import io.storeway.spi.Selection;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads records by conditions; immutable, each method gives a changed copy.
 *
 * <p>The order is total: records that {@link #orderBy} leaves equal are ordered by their position, if the type is ordered, and by their
 * key, in the direction of the last step, so that one index can give the whole order. So pages neither repeat nor skip a record that isn't
 * changed.
 *
 * <pre>{@code
 * Page<Book> page = books.where(YEAR.ge(2000)).orderBy(YEAR.descending()).limit(50).page();
 * Page<Book> more = books.where(YEAR.ge(2000)).orderBy(YEAR.descending()).limit(50).after(page.next()).page();
 * }</pre>
 *
 * @param <T> the record
 */
public final class Query<T> {

    private final EntityType<T> type;
    private final RowStore rows;
    private final Clock clock;
    private final @Nullable Key partition;
    private final Condition<T> condition;
    private final List<Sort<T>> order;
    private final int limit;
    private final @Nullable String cursor;
    private final boolean backward;
    private final boolean scan;

    Query(EntityType<T> type, RowStore rows, Clock clock, @Nullable Key partition) {
        this(
                type,
                rows,
                clock,
                partition,
                new Condition.And<>(List.of()),
                List.of(),
                Integer.MAX_VALUE,
                null,
                false,
                false);
    }

    private Query(
            EntityType<T> type,
            RowStore rows,
            Clock clock,
            @Nullable Key partition,
            Condition<T> condition,
            List<Sort<T>> order,
            int limit,
            @Nullable String cursor,
            boolean backward,
            boolean scan) {
        this.type = type;
        this.rows = rows;
        this.clock = clock;
        this.partition = partition;
        this.condition = condition;
        this.order = order;
        this.limit = limit;
        this.cursor = cursor;
        this.backward = backward;
        this.scan = scan;
    }

    /**
     * Restricts the result to records that also meet this condition.
     *
     * @throws InvalidValueException if the condition has more than 10,000 parts, or more than 200 nested levels of {@code and}, {@code or}
     *     and {@code not}
     * @throws IllegalArgumentException if it contains a field of another entity type
     */
    public Query<T> where(Condition<T> more) {
        ConditionRules.check(type, more);
        return new Query<>(type, rows, clock, partition, condition.and(more), order, limit, cursor, backward, scan);
    }

    /**
     * The order, beginning with the most important step; replaces an order given before.
     *
     * @throws IllegalArgumentException if a step is by a field of another entity type
     */
    @SafeVarargs
    public final Query<T> orderBy(Sort<T>... steps) {
        return orderBy(Arrays.asList(steps));
    }

    /** As {@link #orderBy(Sort[])}. */
    public Query<T> orderBy(List<Sort<T>> steps) {
        if (steps == null || steps.stream().anyMatch(Objects::isNull)) {
            throw new IllegalArgumentException(
                    "A step of the order of a query of " + type.name() + " is null; leave it out");
        }
        steps.forEach(step -> type.requireField(step.field()));
        return new Query<>(type, rows, clock, partition, condition, List.copyOf(steps), limit, cursor, backward, scan);
    }

    /**
     * How many records at most.
     *
     * @throws IllegalArgumentException if it is less than 1
     */
    public Query<T> limit(int atMost) {
        if (atMost < 1) {
            throw new IllegalArgumentException("A limit is at least 1, not " + atMost);
        }
        return new Query<>(type, rows, clock, partition, condition, order, atMost, cursor, backward, scan);
    }

    /** Starts behind a page of the same order, given by its cursor; null is the beginning. Replaces {@link #before}. */
    public Query<T> after(@Nullable String next) {
        return new Query<>(type, rows, clock, partition, condition, order, limit, next, false, scan);
    }

    /**
     * Selects the last records before a page of the same order, given by its cursor; null is the end. They come in the query's order too.
     * Replaces {@link #after}.
     */
    public Query<T> before(@Nullable String previous) {
        return new Query<>(type, rows, clock, partition, condition, order, limit, previous, true, scan);
    }

    /**
     * Allows the backend to read every record if there is no index for the query. On a key-value store that holds for each page anew, so a
     * job that goes through everything there takes few large pages, or all at once by {@link #list}.
     */
    public Query<T> allowScan() {
        return new Query<>(type, rows, clock, partition, condition, order, limit, cursor, backward, true);
    }

    /**
     * The records.
     *
     * @throws UnsupportedCapabilityException if the backend would have to read every record and {@link #allowScan} was not called
     * @throws InvalidValueException if the cursor is not of this order
     */
    public List<T> list() {
        return records(rows());
    }

    private List<T> records(List<Row> rows) {
        List<T> records = new ArrayList<>(rows.size());
        for (Row row : rows) {
            records.add(type.fromRow(row));
        }
        return Collections.unmodifiableList(records);
    }

    /**
     * The records up to the limit, with cursors to the neighbouring pages. Throws as {@link #list}.
     *
     * <p>A page that was reached by a cursor always has a cursor back. If everything there was deleted meanwhile, that page is empty.
     */
    public Page<T> page() {
        Page<Row> page = rowPage();
        return new Page<>(records(page.items()), page.next(), page.previous());
    }

    Page<Row> rowPage() {
        boolean unlimited = limit == Integer.MAX_VALUE;
        List<Row> found = select(unlimited ? limit : limit + 1);
        boolean more = found.size() > limit;
        List<Row> page = !more ? found : backward ? found.subList(1, found.size()) : found.subList(0, limit);
        boolean behind = backward ? cursor != null : more;
        boolean ahead = backward ? more : cursor != null;
        return new Page<>(
                page,
                behind && !page.isEmpty() ? QueryCursor.of(totalOrder(), page.get(page.size() - 1)) : null,
                ahead && !page.isEmpty() ? QueryCursor.of(totalOrder(), page.get(0)) : null);
    }

    List<Row> rows() {
        return select(limit);
    }

    EntityType<T> type() {
        return type;
    }

    /**
     * This query, returning each record together with the one that it refers to: for instance a user's library with its books.
     *
     * @param field the field of a declared reference
     * @param target the type to which it refers
     * @throws IllegalArgumentException if there is no such reference
     */
    public <P> LinkedQuery<T, P> with(FieldRef<T, ?> field, EntityType<P> target) {
        Field<T, ?> holder = type.field(NamedField.of(field));
        boolean declared = type.references().stream()
                .anyMatch(reference ->
                        reference.target() == target && reference.fields().equals(List.of(holder)));
        if (!declared) {
            throw new IllegalArgumentException(
                    type.name() + " declares no reference of " + holder.name() + " to " + target.name());
        }
        return new LinkedQuery<>(this, holder, new Repository<>(target, rows, clock));
    }

    /** The first record. Throws as {@link #list}. */
    public Optional<T> first() {
        return limit(1).list().stream().findFirst();
    }

    /** How many records there are, regardless of limit and cursor. Throws as {@link #list}. */
    public long count() {
        return rows.count(type, after(null).selection(Integer.MAX_VALUE));
    }

    /**
     * How many records there are for each value of a field, regardless of limit and cursor. Values are in the field's order; records without
     * a value are counted under null, which comes first. Throws as {@link #list}.
     *
     * @throws IllegalArgumentException if the field is of bytes, or its values have no order, or it belongs to another
     *     entity type
     */
    public <V extends @Nullable Object> Map<V, Long> countBy(Field<T, V> field) {
        if (field == null) {
            throw new IllegalArgumentException("The field by which " + type.name() + " is counted is null");
        }
        type.requireField(field);
        if (!field.type().ordered() || field.type().kind() == FieldType.Kind.BYTES) {
            throw new IllegalArgumentException(field.name() + " can't be counted by: " + field.type());
        }
        List<RowStore.Group> groups =
                new ArrayList<>(rows.countBy(type, after(null).selection(Integer.MAX_VALUE), field));
        groups.sort((left, right) -> Selection.compare(field.type(), left.value(), right.value()));
        Map<V, Long> counts = new LinkedHashMap<>();
        groups.forEach(group -> counts.put(field.valueOf(group.value()), group.count()));
        return Collections.unmodifiableMap(counts);
    }

    /** Whether there is a record. Throws as {@link #list}. */
    public boolean exists() {
        return first().isPresent();
    }

    /** The rows in the query's order. For a page before a cursor, they are selected in the opposite order and reversed. */
    private List<Row> select(int rowLimit) {
        List<Row> found = rows.select(type, selection(rowLimit));
        if (!backward) {
            return found;
        }
        List<Row> reversed = new ArrayList<>(found);
        Collections.reverse(reversed);
        return reversed;
    }

    /** The order of rows. */
    Comparator<Row> order() {
        return selection(Integer.MAX_VALUE).comparator();
    }

    private Selection selection(int rowLimit) {
        Condition<T> all = condition;
        Field<T, ?> expiry = type.expiry().orElse(null);
        if (expiry != null) {
            Condition<T> live = new Condition.Compare<>(expiry, Condition.Operator.GT, clock.instant());
            all = all.and(new Condition.IsNull<>(expiry).or(live));
        }
        List<Sort<T>> total = totalOrder();
        List<@Nullable Object> bound = QueryCursor.read(type, partition, total, cursor, rows.backend());
        List<Sort<T>> direction = backward
                ? total.stream()
                        .map(sort -> new Sort<>(sort.field(), !sort.descending()))
                        .toList()
                : total;
        Selection selection = new Selection(partition, all, direction, bound, rowLimit);
        if (partition == null && !scan && !rows.indexed(type, selection)) {
            throw new UnsupportedCapabilityException(
                    "No index of this backend answers the query; allow a scan with allowScan() if that is meant",
                    new ErrorContext("query", rows.backend(), type.name(), null),
                    null);
        }
        return selection;
    }

    private List<Sort<T>> totalOrder() {
        List<Sort<T>> total = new ArrayList<>(order);
        if (partition != null) {
            type.position().ifPresent(field -> addTo(total, field.ascending()));
        }
        boolean descending = !total.isEmpty() && total.get(total.size() - 1).descending();
        type.key().forEach(field -> addTo(total, new Sort<>(field, descending)));
        return total;
    }

    private static <T> void addTo(List<Sort<T>> order, Sort<T> step) {
        if (order.stream().noneMatch(sort -> sort.field().equals(step.field()))) {
            order.add(step);
        }
    }
}
