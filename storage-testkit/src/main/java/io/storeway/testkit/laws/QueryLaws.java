package io.storeway.testkit.laws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.storeway.Capability;
import io.storeway.Catalog;
import io.storeway.Condition;
import io.storeway.EntityType;
import io.storeway.Field;
import io.storeway.Page;
import io.storeway.Query;
import io.storeway.Repository;
import io.storeway.Row;
import io.storeway.Sort;
import io.storeway.Storage;
import io.storeway.error.InvalidValueException;
import io.storeway.error.UnsupportedCapabilityException;
import io.storeway.spi.Selection;
import io.storeway.testkit.laws.LawTypes.Single;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Queries select and sort as their conditions and orders say, and pages neither repeat nor skip records. */
final class QueryLaws {

    private static final Field<Single, String> ID = LawTypes.SINGLES.field(Single::id);
    private static final Field<Single, @Nullable Integer> NUMBER = LawTypes.SINGLES.field(Single::number);
    private static final Field<Single, @Nullable String> TEXT = LawTypes.SINGLES.field(Single::text);

    record Parcel(String id, List<byte[]> parts) {}

    private static final EntityType<Parcel> PARCELS = EntityType.of(Parcel.class)
            .named("parcels")
            .identifiedBy(Parcel::id)
            .build();

    private QueryLaws() {}

    static List<Law> all() {
        return List.of(
                new Law(
                        "L08-conditions",
                        "every condition selects what it says",
                        Set.of(Capability.WRITES),
                        QueryLaws::conditions),
                new Law(
                        "L08-order",
                        "records come in the order that was asked for",
                        Set.of(Capability.WRITES),
                        QueryLaws::orders),
                new Law(
                        "L20-pages",
                        "pages of any size add up to the list",
                        Set.of(Capability.WRITES),
                        QueryLaws::pages),
                new Law(
                        "L20-changes",
                        "pages neither repeat nor skip a record that stays while others come and go",
                        Set.of(Capability.WRITES),
                        QueryLaws::changes),
                new Law(
                        "L20-cursor",
                        "a cursor of another order is refused",
                        Set.of(Capability.WRITES),
                        QueryLaws::foreignCursor),
                new Law(
                        "L14-scan",
                        "a query without an index needs allowScan()",
                        Set.of(Capability.WRITES),
                        QueryLaws::scan),
                new Law(
                        "L14-index",
                        "a query by an index needs no allowScan()",
                        Set.of(Capability.WRITES, Capability.INDEXED_QUERIES),
                        QueryLaws::index));
    }

    private static List<Single> fill(Storage storage) {
        List<Single> singles = new ArrayList<>();
        List<String> texts = ValueLaws.NASTY_TEXTS;
        for (int i = 0; i < texts.size(); i++) {
            String text = texts.get(i).length() > 1_000 ? "long" : texts.get(i);
            singles.add(new Single("s" + i, i % 4 == 0 ? null : i % 5 - 2, i % 7 == 6 ? null : text));
        }
        Given.records(storage, LawTypes.SINGLES, singles);
        return singles;
    }

    private static Map<String, Condition<Single>> allConditions() {
        Map<String, Condition<Single>> all = new LinkedHashMap<>();
        for (Integer number : List.of(-2, 0, 1, 9)) {
            all.put("eq " + number, NUMBER.eq(number));
            all.put("ne " + number, NUMBER.ne(number));
            all.put("lt " + number, NUMBER.lt(number));
            all.put("le " + number, NUMBER.le(number));
            all.put("gt " + number, NUMBER.gt(number));
            all.put("ge " + number, NUMBER.ge(number));
            all.put("not lt " + number, NUMBER.lt(number).not());
        }
        for (String text : ValueLaws.NASTY_TEXTS.subList(0, ValueLaws.NASTY_TEXTS.size() - 1)) {
            all.put("text eq " + text, TEXT.eq(text));
            all.put("text ge " + text, TEXT.ge(text));
            all.put("text lt " + text, TEXT.lt(text));
            all.put("starts with " + text, TEXT.startsWith(text));
            all.put("contains " + text, TEXT.contains(text));
        }
        all.put("between", NUMBER.between(-1, 1));
        all.put("in", NUMBER.in(List.of(-2, 2)));
        all.put("in with one twice", NUMBER.in(List.of(2, -2, 2)));
        all.put("in nothing", NUMBER.in(List.of()));
        all.put("not in", NUMBER.in(List.of(-2, 2)).not());
        all.put("is null", NUMBER.isNull());
        all.put("not null", NUMBER.isNull().not());
        all.put("and", NUMBER.ge(0).and(TEXT.isNull().not()));
        all.put("or", NUMBER.eq(1).or(TEXT.eq("a")));
        all.put("not or", NUMBER.eq(1).or(TEXT.eq("a")).not());
        return all;
    }

    private static void conditions(LawContext context) {
        context.withStorage(storage -> {
            List<Single> singles = fill(storage);
            Repository<Single> repository = storage.repository(LawTypes.SINGLES);
            allConditions().forEach((name, condition) -> {
                List<Single> expected = singles.stream()
                        .filter(single -> condition.matches(LawTypes.SINGLES.toRow(single)))
                        .toList();
                Query<Single> query = repository.where(condition).allowScan();
                assertThat(query.list()).as(name).containsExactlyInAnyOrderElementsOf(expected);
                assertThat(query.count()).as("count of " + name).isEqualTo(expected.size());
                assertThat(query.exists()).as("exists of " + name).isEqualTo(!expected.isEmpty());
                context.effective(1);
            });
        });
        context.withStorage(Catalog.of(PARCELS), storage -> {
            Repository<Parcel> parcels = storage.repository(PARCELS);
            List<byte[]> parts = List.of(new byte[] {0, -1}, new byte[0]);
            Given.records(storage, PARCELS, List.of(new Parcel("a", parts), new Parcel("b", parts.subList(0, 1))));
            assertThat(PARCELS.toRow(parcels.find("a").orElseThrow()))
                    .as("a list of bytes")
                    .isEqualTo(PARCELS.toRow(new Parcel("a", parts)));
            Condition<Parcel> equal = PARCELS.field(Parcel::parts).eq(parts);
            assertThat(ids(parcels.where(equal))).as("eq of a list of bytes").containsExactly("a");
            assertThat(ids(parcels.where(equal.not())))
                    .as("not eq of a list of bytes")
                    .containsExactly("b");
            context.effective(3);
        });
    }

    private static List<String> ids(Query<Parcel> query) {
        return query.allowScan().list().stream().map(Parcel::id).toList();
    }

    private static List<List<Sort<Single>>> allOrders() {
        return List.of(
                List.of(),
                List.of(TEXT.ascending()),
                List.of(TEXT.descending()),
                List.of(NUMBER.ascending(), ID.descending()),
                List.of(NUMBER.descending(), TEXT.ascending()),
                List.of(ID.descending()));
    }

    private static Query<Single> query(Storage storage, List<Sort<Single>> order) {
        return storage.repository(LawTypes.SINGLES).all().allowScan().orderBy(order);
    }

    /** The records in an order, as the meaning of a query has it. */
    static List<Single> sorted(List<Single> singles, List<Sort<Single>> order) {
        List<Sort<Single>> total = new ArrayList<>(order);
        boolean descending = !order.isEmpty() && order.get(order.size() - 1).descending();
        total.add(descending ? ID.descending() : ID.ascending());
        Selection selection = new Selection(null, new Condition.And<Single>(List.of()), total, null, 1);
        return singles.stream()
                .map(LawTypes.SINGLES::toRow)
                .sorted(selection.comparator())
                .<Single>map((Row row) -> LawTypes.SINGLES.fromRow(row))
                .toList();
    }

    private static void orders(LawContext context) {
        context.withStorage(storage -> {
            List<Single> singles = fill(storage);
            for (List<Sort<Single>> order : allOrders()) {
                List<Single> expected = sorted(singles, order);
                assertThat(query(storage, order).list()).as("order " + order).isEqualTo(expected);
                assertThat(query(storage, order).limit(3).list()).isEqualTo(expected.subList(0, 3));
                context.effective(2);
            }
        });
    }

    private static void pages(LawContext context) {
        context.withStorage(storage -> {
            List<Single> singles = fill(storage);
            for (List<Sort<Single>> order : allOrders()) {
                for (int size : new int[] {1, 2, 5, singles.size() - 1, singles.size(), singles.size() + 1}) {
                    List<Single> read = new ArrayList<>();
                    @Nullable String cursor = null;
                    do {
                        Page<Single> page =
                                query(storage, order).limit(size).after(cursor).page();
                        read.addAll(page.items());
                        cursor = page.next();
                        assertThat(read.size()).as("records read").isLessThanOrEqualTo(singles.size());
                    } while (cursor != null);
                    assertThat(read).as("pages of %d, order %s", size, order).isEqualTo(sorted(singles, order));
                    context.effective(1);
                }
            }
        });
    }

    /** Between pages, records before, at and behind the cursor are deleted and inserted. */
    private static void changes(LawContext context) {
        for (int size : new int[] {1, 2, 3}) {
            int limit = size;
            context.withStorage(storage -> {
                Repository<Single> singles = storage.repository(LawTypes.SINGLES);
                List<Single> staying = new ArrayList<>();
                for (int i = 0; i < 12; i++) {
                    staying.add(new Single("s%02d".formatted(2 * i), i, null));
                }
                Given.records(storage, LawTypes.SINGLES, staying);
                List<String> read = new ArrayList<>();
                @Nullable String cursor = null;
                for (int page = 0; page == 0 || cursor != null; page++) {
                    Page<Single> found = query(storage, List.of(ID.ascending()))
                            .limit(limit)
                            .after(cursor)
                            .page();
                    found.items().forEach(single -> read.add(single.id()));
                    cursor = found.next();
                    singles.save(new Single("s%02d-passing".formatted(page), null, null));
                    singles.save(new Single("s%02d-passing".formatted(23 - page), null, null));
                    singles.delete("s%02d-passing".formatted(page - 1));
                    found.items().stream()
                            .filter(single -> !staying.contains(single))
                            .forEach(single -> singles.delete(single.id()));
                    assertThat(page).as("pages until the end").isLessThan(40);
                }
                assertThat(read.stream().filter(id -> !id.contains("passing")))
                        .containsExactlyElementsOf(
                                staying.stream().map(Single::id).toList());
                context.effective(staying.size());
            });
        }
    }

    private static void foreignCursor(LawContext context) {
        context.withStorage(storage -> {
            fill(storage);
            String cursor =
                    query(storage, List.of(TEXT.ascending())).limit(1).page().next();
            for (String foreign : List.of("", "garbage", cursor == null ? "none" : cursor)) {
                InvalidValueException refusal = catchThrowableOfType(
                        InvalidValueException.class,
                        () -> query(storage, List.of(NUMBER.descending()))
                                .after(foreign)
                                .list());
                assertThat(refusal).as("refusal of a foreign cursor").isNotNull();
                context.effective(1);
            }
        });
    }

    private static void scan(LawContext context) {
        context.withStorage(storage -> {
            fill(storage);
            UnsupportedCapabilityException refusal = catchThrowableOfType(
                    UnsupportedCapabilityException.class,
                    () -> storage.repository(LawTypes.SINGLES)
                            .where(TEXT.eq("a"))
                            .list());
            assertThat(refusal).as("refusal of a scan").isNotNull();
            assertThat(refusal.getMessage()).contains("allowScan()");
            assertThat(storage.repository(LawTypes.SINGLES).where(ID.eq("s1")).list())
                    .hasSize(1);
            context.effective(2);
        });
    }

    private static void index(LawContext context) {
        context.withStorage(storage -> {
            List<Single> singles = fill(storage);
            Set<Integer> numbers = Set.of(1);
            assertThat(storage.repository(LawTypes.SINGLES)
                            .where(NUMBER.in(numbers))
                            .count())
                    .isEqualTo(singles.stream()
                            .filter(single -> single.number() != null && numbers.contains(single.number()))
                            .count());
            context.effective(1);
        });
    }
}
