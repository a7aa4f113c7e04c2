package io.storeway.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.storeway.Catalog;
import io.storeway.Condition;
import io.storeway.EntityType;
import io.storeway.Field;
import io.storeway.FieldRef;
import io.storeway.FieldType;
import io.storeway.Key;
import io.storeway.Operations;
import io.storeway.Partition;
import io.storeway.Repository;
import io.storeway.Row;
import io.storeway.Sort;
import io.storeway.error.InvalidValueException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;

/** What a caller gives by mistake is refused at the door, by name, before any effect; nobody checks for null here. */
@NullUnmarked
class RefusedArgumentsTest {

    record Line(String book, int number, String text, Instant at) {}

    private static final EntityType<Line> LINES = EntityType.of(Line.class)
            .named("lines")
            .partitionedBy(Line::book)
            .identifiedBy(Line::number)
            .ordered()
            .type(Line::at, FieldType.instant(FieldType.TimeUnit.SECONDS))
            .build();

    private static EntityType<Row> rows(String name, FieldType value) {
        return EntityType.ofRows(name)
                .field("id", FieldType.TEXT)
                .field("value", value)
                .identifiedBy(FieldRef.named("id"))
                .build();
    }

    private static final EntityType<Row> TEXTS = rows("texts", FieldType.TEXT);
    private static final EntityType<Row> NUMBERS = rows("numbers", FieldType.INTEGER);
    private static final Line LINE = new Line("b", 0, "x", Instant.EPOCH);

    private final MemoryStore store = new MemoryStore();
    private final KvStorage storage = KvStorage.open(store, Catalog.of(LINES, TEXTS, NUMBERS));
    private final Repository<Line> lines = storage.repository(LINES);
    private final Partition<Line> book = lines.partition("b");

    private void refused(ThrowingCallable call, String... parts) {
        assertThatIllegalArgumentException()
                .isThrownBy(call)
                .satisfies(refusal -> assertThat(refusal.getMessage()).contains(parts));
        assertThat(store.list("", null, 10).entries()).isEmpty();
    }

    @Test
    void aConditionOrAnOrderOfFieldsOfAnotherTypeIsRefused() {
        Repository<Row> texts = storage.repository(TEXTS);
        Field<Row, ?> own = TEXTS.field("value");
        @SuppressWarnings("unchecked")
        Field<Row, Object> foreign = (Field<Row, Object>) NUMBERS.field("value");
        for (Condition<Row> condition : List.<Condition<Row>>of(
                foreign.eq(1),
                foreign.in(List.of(1)),
                foreign.isNull(),
                own.isNull().and(foreign.lt(1).not()),
                own.isNull().or(foreign.isNull()))) {
            refused(() -> texts.where(condition), "texts", "numbers", "value");
            refused(() -> texts.partition("a").query().where(condition), "texts", "numbers", "value");
        }
        refused(() -> texts.all().orderBy(own.ascending(), foreign.descending()), "texts", "numbers", "value");
        refused(() -> texts.all().countBy(foreign), "texts", "numbers", "value");
        refused(() -> texts.all().with(FieldRef.named("value"), NUMBERS), "texts", "numbers", "value");
    }

    @Test
    void aFieldOfAnotherVersionOfTheTypeIsRefusedUnlessItIsTheSame() {
        Repository<Row> texts = storage.repository(TEXTS);
        Field<Row, ?> changed = rows("texts", FieldType.LONG).field("value");
        refused(() -> texts.where(changed.isNull()), "texts", "value", "another version");
        Field<Row, ?> same = rows("texts", FieldType.TEXT).field("value");
        texts.insert(Row.of(TEXTS, "a", "x"));
        assertThat(texts.where(same.isNull().not())
                        .allowScan()
                        .orderBy(same.ascending())
                        .list())
                .hasSize(1);
    }

    @Test
    void nothingInThePlaceOfAKeyIsNamedByItsField() {
        refused(() -> lines.find((Object[]) null), "lines", "book", "number");
        refused(() -> lines.find("b", null), "lines", "number");
        refused(() -> lines.exists(null, 1), "lines", "book");
        refused(() -> lines.delete("b", null), "lines", "number");
        refused(() -> lines.partition((Object) null), "lines", "book");
        refused(() -> lines.partition((Object[]) null), "lines", "book");
        refused(() -> lines.findAll(null), "lines", "keys");
        refused(() -> lines.findAll(Arrays.asList(Key.of("b", 1), null)), "lines", "index 1");
        refused(() -> lines.deleteAll(null), "lines", "keys");
        refused(() -> lines.deleteAll(Collections.singletonList(null)), "lines", "index 0");
    }

    @Test
    void nothingInThePlaceOfARecordIsNamedByItsIndex() {
        Collection<Line> second = Arrays.asList(LINE, null);
        refused(() -> lines.insert(null), "insert", "lines");
        refused(() -> lines.insertAll(null), "insert", "lines");
        refused(() -> lines.insertAll(second), "insert", "lines", "index 1");
        refused(() -> lines.update(null), "update", "lines");
        refused(() -> lines.updateAll(second), "update", "lines", "index 1");
        refused(() -> lines.save(null), "save", "lines");
        refused(() -> lines.saveAll(second), "save", "lines", "index 1");
        refused(() -> book.append(null), "append", "lines");
        refused(() -> book.appendAll(second), "append", "lines", "index 1");
        refused(() -> book.replace(null), "replace", "lines");
        refused(() -> book.replace(second), "replace", "lines", "index 1");
        refused(() -> book.replace(second, "1"), "replace", "lines", "index 1");
        refused(() -> book.replace(List.of(LINE), null), "version", "snapshot()");
    }

    @Test
    void nothingInThePlaceOfAConditionIsRefused() {
        Field<Line, String> text = LINES.field(Line::text);
        refused(() -> lines.where(null), "condition", "lines");
        refused(() -> book.query().where(null), "condition", "lines");
        refused(() -> text.eq("a").and(null), "condition");
        refused(() -> text.eq("a").and(text.eq("b")).and(null), "condition");
        refused(() -> text.eq("a").or(null), "condition");
        refused(() -> lines.all().orderBy(text.ascending(), null), "order", "lines");
        refused(() -> lines.all().orderBy((List<Sort<Line>>) null), "order");
        refused(() -> lines.all().countBy(null), "field", "lines");
        refused(() -> text.startsWith(null), "text", "null");
        refused(() -> text.contains(null), "text", "null");
    }

    @Test
    void aCursorBeyondEveryInstantIsRefusedAsAnyBadCursor() {
        String cursor = Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(
                        "+at+position+book+number:=9223372036854775807:=0:=b:=0".getBytes(StandardCharsets.UTF_8));
        assertThatThrownBy(() -> book.query()
                        .orderBy(LINES.field(Line::at).ascending())
                        .after(cursor)
                        .list())
                .isInstanceOfSatisfying(
                        InvalidValueException.class,
                        refusal -> assertThat(refusal.reason()).contains("not a value of instant(seconds)"));
    }

    @Test
    void anInstantThatIsTooFineIsRefusedWithTheWaysToMendIt() {
        assertThatThrownBy(() -> lines.insert(new Line("b", 0, "x", Instant.ofEpochMilli(1))))
                .isInstanceOf(InvalidValueException.class)
                .hasMessageContainingAll(
                        "at",
                        "instant.truncatedTo(ChronoUnit.SECONDS)",
                        "FieldType.instant(FieldType.TimeUnit.MICROS)");
        assertThatThrownBy(() -> FieldType.instant(FieldType.TimeUnit.MICROS).normalize(Instant.ofEpochSecond(0, 1)))
                .hasMessageContaining("instant.truncatedTo(ChronoUnit.MICROS)")
                .hasMessageNotContaining("declare");
    }

    @Test
    void operationsArePurgedByAnInstantOfAnyPrecision() {
        Instant done = Instant.parse("2026-01-01T00:00:00Z");
        Operations operations = Operations.of(storage, Clock.fixed(done, ZoneOffset.UTC));
        operations.run("one", unit -> true);
        assertThat(operations.purge(done.plusNanos(1))).isZero();
        assertThat(operations.purge(done.plusNanos(1_000_001))).isEqualTo(1);
    }
}
