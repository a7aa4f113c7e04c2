package io.storeway.testkit.laws;

import static org.assertj.core.api.Assertions.assertThat;

import io.storeway.Capability;
import io.storeway.Condition;
import io.storeway.Field;
import io.storeway.Page;
import io.storeway.Query;
import io.storeway.Repository;
import io.storeway.Sort;
import io.storeway.Storage;
import io.storeway.testkit.laws.LawTypes.Color;
import io.storeway.testkit.laws.LawTypes.Lease;
import io.storeway.testkit.laws.LawTypes.Ruled;
import io.storeway.testkit.laws.LawTypes.Single;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Pages lead to the ones before and after them, and counts by a field are right. */
final class PageLaws {

    private static final int RECORDS = 23;

    private static final Field<Single, String> ID = LawTypes.SINGLES.field(Single::id);
    private static final Field<Single, @Nullable Integer> NUMBER = LawTypes.SINGLES.field(Single::number);
    private static final Field<Single, @Nullable String> TEXT = LawTypes.SINGLES.field(Single::text);

    private PageLaws() {}

    static List<Law> all() {
        return List.of(
                new Law(
                        "L20-back",
                        "going back over pages meets every record once",
                        Set.of(Capability.WRITES),
                        PageLaws::back),
                new Law(
                        "L20-neighbours",
                        "a page knows both of its neighbours",
                        Set.of(Capability.WRITES),
                        PageLaws::neighbours),
                new Law(
                        "L08-groups",
                        "counts by a value are those of the records",
                        Set.of(Capability.WRITES),
                        PageLaws::groups),
                new Law(
                        "L19-counts",
                        "counts leave out what has expired",
                        Set.of(Capability.WRITES),
                        PageLaws::expired));
    }

    private static List<Single> fill(Storage storage) {
        List<Single> all = new ArrayList<>();
        for (int i = 0; i < RECORDS; i++) {
            String text = List.of("b", "a", "B", "\u00e9", "").get(i % 5);
            all.add(new Single("s" + i, i % 4 == 0 ? null : i % 3, i % 7 == 0 ? null : text));
        }
        Given.records(storage, LawTypes.SINGLES, all);
        return all;
    }

    private static List<List<Sort<Single>>> orders() {
        return List.of(
                List.of(),
                List.of(ID.descending()),
                List.of(NUMBER.ascending(), TEXT.descending()),
                List.of(NUMBER.descending()),
                List.of(TEXT.ascending(), NUMBER.descending()));
    }

    private static void back(LawContext context) {
        context.withStorage(storage -> {
            Repository<Single> singles = storage.repository(LawTypes.SINGLES);
            List<Single> filled = fill(storage);
            for (List<Sort<Single>> order : orders()) {
                Query<Single> query = singles.all().allowScan().orderBy(order);
                List<Single> all = QueryLaws.sorted(filled, order);
                for (int size : new int[] {1, 4, RECORDS - 1, RECORDS, RECORDS + 1}) {
                    List<Single> read = new ArrayList<>();
                    Page<Single> page = query.limit(size).before(null).page();
                    read.addAll(page.items());
                    while (page.previous() != null) {
                        page = query.limit(size).before(page.previous()).page();
                        read.addAll(0, page.items());
                        assertThat(read.size()).as("records read").isLessThanOrEqualTo(RECORDS);
                    }
                    assertThat(read)
                            .as("pages of %d back, order %s", size, order)
                            .isEqualTo(all);
                    context.effective(1);
                }
            }
        });
    }

    private static void neighbours(LawContext context) {
        context.withStorage(storage -> {
            Repository<Single> singles = storage.repository(LawTypes.SINGLES);
            fill(storage);
            for (List<Sort<Single>> order : orders()) {
                Query<Single> query = singles.all().allowScan().orderBy(order).limit(5);
                Page<Single> first = query.page();
                assertThat(first.previous()).as("what is before the first page").isNull();
                Page<Single> second = query.after(first.next()).page();
                Page<Single> third = query.after(second.next()).page();
                assertThat(query.before(third.previous()).page()).isEqualTo(second);
                assertThat(query.before(second.previous()).page().items()).isEqualTo(first.items());
                assertThat(query.before(second.previous()).page().previous()).isNull();
                assertThat(query.before(null).page().next())
                        .as("what is behind the last page")
                        .isNull();
                context.effective(1);
            }
        });
    }

    private static void groups(LawContext context) {
        context.withStorage(storage -> {
            Repository<Single> singles = storage.repository(LawTypes.SINGLES);
            List<Single> all = fill(storage);
            Condition<Single> some = NUMBER.ge(1).or(TEXT.eq("a"));
            Map<@Nullable String, Long> texts = new LinkedHashMap<>();
            Map<@Nullable Integer, Long> numbers = new LinkedHashMap<>();
            for (Single single : QueryLaws.sorted(all, List.of(TEXT.ascending()))) {
                texts.merge(single.text(), 1L, Long::sum);
            }
            for (Single single : all) {
                if (some.matches(LawTypes.SINGLES.toRow(single))) {
                    numbers.merge(single.number(), 1L, Long::sum);
                }
            }
            Map<@Nullable String, Long> counted = singles.all().allowScan().countBy(TEXT);
            assertThat(List.copyOf(counted.entrySet())).as("groups in order").isEqualTo(List.copyOf(texts.entrySet()));
            assertThat(singles.where(some).allowScan().limit(1).countBy(NUMBER)).isEqualTo(numbers);
            Repository<Ruled> ruled = storage.repository(LawTypes.RULED);
            ruled.insert(new Ruled("1", "a", 1, Color.RED));
            assertThat(ruled.all().allowScan().countBy(LawTypes.RULED.field(Ruled::color)))
                    .isEqualTo(Map.of(Color.RED, 1L));
            context.effective(3);
        });
    }

    private static void expired(LawContext context) {
        context.withStorage(storage -> {
            Repository<Lease> leases = storage.repository(LawTypes.LEASES);
            Given.records(
                    storage,
                    LawTypes.LEASES,
                    List.of(
                            new Lease("gone", context.clock().instant()),
                            new Lease("there", context.clock().instant().plusMillis(1)),
                            new Lease("ever", null)));
            Query<Lease> all = leases.all().allowScan();
            assertThat(all.countBy(LawTypes.LEASES.field(Lease::id))).isEqualTo(Map.of("there", 1L, "ever", 1L));
            assertThat(all.count()).isEqualTo(2);
            Query<Lease> gone =
                    leases.where(LawTypes.LEASES.field(Lease::id).eq("gone")).allowScan();
            assertThat(gone.exists()).isFalse();
            assertThat(gone.count()).isZero();
            assertThat(gone.page().items()).isEmpty();
            context.effective(3);
        });
    }
}
