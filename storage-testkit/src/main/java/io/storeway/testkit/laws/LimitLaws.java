package io.storeway.testkit.laws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.storeway.Capability;
import io.storeway.FieldType;
import io.storeway.Json;
import io.storeway.Key;
import io.storeway.Repository;
import io.storeway.error.InvalidValueException;
import io.storeway.testkit.data.NastyData;
import io.storeway.testkit.laws.LawTypes.Entry;
import io.storeway.testkit.laws.LawTypes.Everything;
import io.storeway.testkit.laws.LawTypes.Item;
import io.storeway.testkit.laws.LawTypes.Single;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/** Values below, at and above limits: what fits is kept, everything else is refused before any effect. */
final class LimitLaws {

    private static final int MANY = 2_000;
    private static final int BATCH = 1_100;

    private LimitLaws() {}

    static List<Law> all() {
        return List.of(
                new Law(
                        "L17-length",
                        "a key of any length is kept or refused, and all longer than a refused one are refused",
                        Set.of(Capability.WRITES),
                        LimitLaws::keyLengths),
                new Law(
                        "L18-limits",
                        "a number or time at the limit of its field is exact, one above is refused",
                        Set.of(Capability.WRITES),
                        LimitLaws::values),
                new Law(
                        "L28-large",
                        "long texts and deep trees are kept or refused",
                        Set.of(Capability.WRITES),
                        LimitLaws::large),
                new Law(
                        "L28-many",
                        "a query of a large partition gives no more than its limit",
                        Set.of(Capability.WRITES),
                        LimitLaws::many),
                new Law(
                        "L28-batches",
                        "a batch of thousands is written, found and deleted as one of a few is",
                        Set.of(Capability.WRITES),
                        LimitLaws::batches));
    }

    private static void keyLengths(LawContext context) {
        context.withStorage(storage -> {
            Repository<Single> singles = storage.repository(LawTypes.SINGLES);
            boolean refused = false;
            for (int length : new int[] {
                1, 85, 127, 128, 170, 171, 255, 256, 511, 512, 513, 1_000, 1_024, 2_048, 2_049, 3_072, 3_073, 8_192
            }) {
                Single single = new Single("\u20ac".repeat(length), length, null);
                Throwable failure = catchThrowable(() -> singles.insert(single));
                if (failure == null) {
                    assertThat(refused)
                            .as("a key of %d characters after a shorter one was refused", length)
                            .isFalse();
                    assertThat(singles.find(single.id())).contains(single);
                    context.tried("insert", true);
                } else {
                    assertThat(failure).isInstanceOf(InvalidValueException.class);
                    refused = true;
                    assertThat(singles.all().allowScan().list())
                            .noneMatch(there -> there.id().length() >= length);
                }
                context.effective(1);
            }
            assertThat(singles.exists("\u20ac")).isTrue();
        });
    }

    private static void values(LawContext context) {
        context.withStorage(storage -> {
            Repository<Everything> repository = storage.repository(LawTypes.EVERYTHING);
            for (String fits : List.of("99999999999999.9999", "-99999999999999.9999", "0.0001")) {
                Everything value = LawTypes.everything(new BigDecimal(fits), null);
                repository.save(value);
                assertThat(repository.find("e")).contains(value);
                context.effective(1);
            }
            for (String above : List.of("100000000000000.0000", "-100000000000000.0000", "0.00001", "1E+400")) {
                refuses(repository, LawTypes.everything(new BigDecimal(above), null));
                context.effective(1);
            }
            Instant last = FieldType.TimeUnit.MICROS.ofEpoch(Long.MAX_VALUE);
            Instant first = FieldType.TimeUnit.MICROS.ofEpoch(Long.MIN_VALUE / 1_000_000 * 1_000_000);
            for (Instant fits : List.of(first, last, Instant.parse("9999-12-31T23:59:59.999999Z"))) {
                Everything value = LawTypes.everything(null, fits);
                repository.save(value);
                assertThat(repository.find("e")).contains(value);
                context.effective(1);
            }
            for (Instant above : List.of(last.plusNanos(1_000), first.minusNanos(1_000), last.minusNanos(100))) {
                refuses(repository, LawTypes.everything(null, above));
                context.effective(1);
            }
        });
    }

    private static void refuses(Repository<Everything> repository, Everything value) {
        var before = repository.find("e");
        assertThat(catchThrowable(() -> repository.save(value)))
                .as("%s %s", value.money(), value.at())
                .isInstanceOf(InvalidValueException.class);
        assertThat(repository.find("e")).isEqualTo(before);
    }

    private static void large(LawContext context) {
        context.withStorage(storage -> {
            Repository<Single> singles = storage.repository(LawTypes.SINGLES);
            for (int length : new int[] {0, 1, 65_535, 65_536, 1_000_000}) {
                Single single = new Single("s", 1, NastyData.text(length));
                singles.save(single);
                assertThat(singles.find("s").map(Single::text)).contains(NastyData.text(length));
                context.effective(1);
            }
            Repository<Everything> repository = storage.repository(LawTypes.EVERYTHING);
            for (int depth : new int[] {1, 100, 400}) {
                Everything tree = LawTypes.everything(deep(depth));
                repository.save(tree);
                assertThat(repository.find("e")).contains(tree);
                context.effective(1);
            }
        });
    }

    private static Json deep(int depth) {
        Json tree = new Json.Num(BigDecimal.ONE);
        for (int i = 0; i < depth; i++) {
            tree = new Json.Arr(List.of(tree));
        }
        return tree;
    }

    private static void many(LawContext context) {
        context.withStorage(storage -> {
            Repository<Item> items = storage.repository(LawTypes.ITEMS);
            List<Item> many = IntStream.range(0, MANY)
                    .mapToObj(i -> new Item("o", "n%05d".formatted(i), (long) i))
                    .toList();
            items.partition("o").replace(many);
            assertThat(items.partition("o").count()).isEqualTo(MANY);
            for (int limit : new int[] {1, MANY - 1, MANY, MANY + 1}) {
                assertThat(items.partition("o").query().limit(limit).list())
                        .isEqualTo(many.subList(0, Math.min(limit, MANY)));
                context.effective(1);
            }
            assertThatThrownBy(() -> items.all().limit(0)).isInstanceOf(IllegalArgumentException.class);
        });
    }

    private static List<Item> items(long weight) {
        return IntStream.range(0, BATCH)
                .mapToObj(i -> new Item("o", "n%05d".formatted(i), weight))
                .toList();
    }

    private static void batches(LawContext context) {
        context.withStorage(storage -> {
            Repository<Item> items = storage.repository(LawTypes.ITEMS);
            List<Key> keys = items(1).stream()
                    .map(item -> Key.of(item.owner(), item.name()))
                    .toList();
            items.insertAll(items(1));
            assertThat(items.partition("o").list()).as("inserted").isEqualTo(items(1));
            items.updateAll(items(2));
            assertThat(items.findAll(keys)).as("updated, by their keys").isEqualTo(items(2));
            items.saveAll(items(3));
            assertThat(items.partition("o")
                            .query()
                            .where(LawTypes.ITEMS
                                    .field(Item::name)
                                    .in(items(3).stream().map(Item::name).toList()))
                            .list())
                    .as("saved, by a list of names")
                    .isEqualTo(items(3));
            assertThat(items.deleteAll(keys)).as("deleted").isEqualTo(BATCH);
            assertThat(items.partition("o").list()).isEmpty();
            List<Entry> entries = IntStream.range(0, BATCH)
                    .mapToObj(i -> new Entry("o", "t" + i % 7))
                    .toList();
            storage.repository(LawTypes.ENTRIES).partition("o").appendAll(entries);
            assertThat(storage.repository(LawTypes.ENTRIES).partition("o").list())
                    .as("appended")
                    .isEqualTo(entries);
            context.effective(5L * BATCH);
        });
    }
}
