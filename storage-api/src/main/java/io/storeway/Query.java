package io.storeway;

import io.storeway.error.ErrorContext;
import io.storeway.error.InvalidValueException;
import io.storeway.error.UnsupportedCapabilityException;
import io.storeway.spi.RowStore;
import io.storeway.spi.Selection;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads records by conditions; immutable, each method gives a changed copy.
 *
 * <p>The order is total: what {@link #orderBy} leaves open is settled by the position in an ordered partition and by the
 * key, so pages neither repeat nor skip a record that stays as it is.
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
    private final @Nullable String after;
    private final boolean scan;

    Query(EntityType<T> type, RowStore rows, Clock clock, @Nullable Key partition) {
        this(type, rows, clock, partition, new Condition.And<>(List.of()), List.of(), Integer.MAX_VALUE, null, false);
    }

    private Query(
            EntityType<T> type,
            RowStore rows,
            Clock clock,
            @Nullable Key partition,
            Condition<T> condition,
            List<Sort<T>> order,
            int limit,
            @Nullable String after,
            boolean scan) {
        this.type = type;
        this.rows = rows;
        this.clock = clock;
        this.partition = partition;
        this.condition = condition;
        this.order = order;
        this.limit = limit;
        this.after = after;
        this.scan = scan;
    }

    /** Only records that meet this condition too. */
    public Query<T> where(Condition<T> more) {
        return new Query<>(type, rows, clock, partition, condition.and(more), order, limit, after, scan);
    }

    /** The order, first step first; replaces an order given before. */
    @SafeVarargs
    public final Query<T> orderBy(Sort<T>... steps) {
        return orderBy(List.of(steps));
    }

    /** As {@link #orderBy(Sort[])}. */
    public Query<T> orderBy(List<Sort<T>> steps) {
        return new Query<>(type, rows, clock, partition, condition, List.copyOf(steps), limit, after, scan);
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
        return new Query<>(type, rows, clock, partition, condition, order, atMost, after, scan);
    }

    /** Goes on behind a page of the same order; null starts at the beginning. */
    public Query<T> after(@Nullable String cursor) {
        return new Query<>(type, rows, clock, partition, condition, order, limit, cursor, scan);
    }

    /** Allows the backend to look at every record where no index helps. */
    public Query<T> allowScan() {
        return new Query<>(type, rows, clock, partition, condition, order, limit, after, true);
    }

    /**
     * The records.
     *
     * @throws UnsupportedCapabilityException if the backend would have to look at every record and {@link #allowScan} was
     *     not called
     * @throws InvalidValueException if the cursor is not one of this order
     */
    public List<T> list() {
        return rows.select(type, selection(limit)).stream().map(type::fromRow).toList();
    }

    /** The records up to the limit, and where the next page starts. Throws as {@link #list}. */
    public Page<T> page() {
        boolean unlimited = limit == Integer.MAX_VALUE;
        List<Row> found = rows.select(type, selection(unlimited ? limit : limit + 1));
        boolean more = found.size() > limit;
        List<Row> page = more ? found.subList(0, limit) : found;
        return new Page<>(
                page.stream().map(type::fromRow).toList(),
                more ? QueryCursor.of(totalOrder(), page.get(limit - 1)) : null);
    }

    /** The first record. Throws as {@link #list}. */
    public Optional<T> first() {
        return limit(1).list().stream().findFirst();
    }

    /** How many records there are, limit and cursor apart. Throws as {@link #list}. */
    public long count() {
        return rows.count(type, after(null).selection(Integer.MAX_VALUE));
    }

    /** Whether there is a record. Throws as {@link #list}. */
    public boolean exists() {
        return first().isPresent();
    }

    private Selection selection(int rowLimit) {
        Condition<T> all = condition;
        Field<T, ?> expiry = type.expiry().orElse(null);
        if (expiry != null) {
            Condition<T> live = new Condition.Compare<>(expiry, Condition.Operator.GT, clock.instant());
            all = all.and(new Condition.IsNull<>(expiry).or(live));
        }
        List<Sort<T>> total = totalOrder();
        Selection selection =
                new Selection(partition, all, total, QueryCursor.read(type, total, after, rows.backend()), rowLimit);
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
        Stream<Field<T, ?>> rest = partition == null || type.position().isEmpty()
                ? type.key().stream()
                : Stream.concat(type.position().stream(), type.key().stream());
        rest.filter(field -> total.stream().noneMatch(sort -> sort.field().equals(field)))
                .forEach(field -> total.add(field.ascending()));
        return total;
    }
}
