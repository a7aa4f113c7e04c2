package io.storeway.testkit.laws;

import static org.assertj.core.api.Assertions.assertThat;

import io.storeway.Capability;
import io.storeway.Json;
import io.storeway.Repository;
import io.storeway.error.InvalidValueException;
import io.storeway.testkit.data.NastyData;
import io.storeway.testkit.laws.LawTypes.Everything;
import io.storeway.testkit.laws.LawTypes.Single;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Exact or reject: a value comes back equal, or is refused before any effect. */
final class ValueLaws {

    /** All nasty texts but those with U+0000, which has a law of its own; the last one is long. */
    static final List<String> NASTY_TEXTS = Stream.concat(NastyData.texts().stream(), Stream.of(NastyData.text(70_000)))
            .filter(text -> text.indexOf('\0') < 0)
            .toList();

    private static final Everything EMPTY =
            new Everything("e", null, null, null, null, null, null, null, null, null, null);

    private ValueLaws() {}

    static List<Law> all() {
        return List.of(
                new Law(
                        "L18-exact",
                        "a value of every kind comes back equal",
                        Set.of(Capability.WRITES),
                        ValueLaws::exact),
                new Law(
                        "L18-reject",
                        "what a field can't hold is refused before any effect",
                        Set.of(Capability.WRITES),
                        ValueLaws::reject),
                new Law("L17-keys", "any text is a key of its own", Set.of(Capability.WRITES), ValueLaws::keys),
                new Law(
                        "L18-nul",
                        "text with the character U+0000 comes back equal, as value and as key",
                        Set.of(Capability.WRITES, Capability.NUL_CHARACTERS),
                        ValueLaws::nul),
                new Law(
                        "L18-zero",
                        "a negative zero keeps its sign",
                        Set.of(Capability.WRITES, Capability.NEGATIVE_ZERO),
                        ValueLaws::negativeZero));
    }

    private static void exact(LawContext context) {
        context.withStorage(storage -> {
            Repository<Everything> repository = storage.repository(LawTypes.EVERYTHING);
            for (Everything value : values()) {
                repository.save(value);
                assertThat(repository.find(value.id())).contains(value);
                context.effective(1);
            }
        });
    }

    private static List<Everything> values() {
        List<Everything> values = new ArrayList<>();
        values.add(EMPTY);
        NASTY_TEXTS.forEach(text -> values.add(new Everything(
                "e", text, null, null, null, null, null, null, null, new Json.Str(text), List.of(text, ""))));
        for (long number : new long[] {0, -1, Long.MIN_VALUE, Long.MAX_VALUE, (1L << 53) + 1, -(1L << 53) - 1}) {
            Json json = new Json.Num(BigDecimal.valueOf(number));
            values.add(new Everything(
                    "e", null, number > 0, (int) number, number, (double) number, null, null, null, json, List.of()));
        }
        for (double real : new double[] {0.1, Double.MIN_VALUE, Double.MAX_VALUE, -1e-300, 83.0, 66.0285714285714}) {
            values.add(new Everything("e", null, null, null, null, real, null, null, null, null, null));
        }
        for (String money : List.of("0.0000", "12345678901234.5678", "-99999999999999.9999", "1.1000")) {
            values.add(
                    new Everything("e", null, null, null, null, null, new BigDecimal(money), null, null, null, null));
        }
        for (String at : List.of(
                "1970-01-01T00:00:00Z",
                "1969-12-31T23:59:59.999999Z",
                "0001-01-01T00:00:00Z",
                "9999-12-31T23:59:59.999999Z")) {
            values.add(new Everything("e", null, null, null, null, null, null, Instant.parse(at), null, null, null));
        }
        for (String day : List.of("0001-01-01", "1582-10-10", "2024-02-29", "9999-12-31")) {
            values.add(new Everything("e", null, null, null, null, null, null, null, LocalDate.parse(day), null, null));
        }
        Map<String, Json> members = new LinkedHashMap<>();
        members.put("", Json.NULL);
        members.put("a", new Json.Arr(List.of(new Json.Bool(true), new Json.Num(new BigDecimal("1.50")))));
        members.put("😀", new Json.Obj(Map.of()));
        values.add(new Everything("e", null, null, null, null, null, null, null, null, new Json.Obj(members), null));
        values.add(new Everything("e", null, null, null, null, null, null, null, null, Json.NULL, null));
        return values;
    }

    private static void nul(LawContext context) {
        context.withStorage(storage -> {
            Repository<Single> singles = storage.repository(LawTypes.SINGLES);
            for (String text : List.of("\0", "a\0", "a\0b", "a")) {
                singles.insert(new Single(text, 1, text));
                context.effective(1);
            }
            for (String text : List.of("\0", "a\0", "a\0b", "a")) {
                assertThat(singles.find(text)).contains(new Single(text, 1, text));
            }
        });
    }

    private static void reject(LawContext context) {
        Map<String, Everything> bad = new LinkedHashMap<>();
        bad.put("text", new Everything("e", "\ud800", null, null, null, null, null, null, null, null, null));
        bad.put("real", new Everything("e", null, null, null, null, Double.NaN, null, null, null, null, null));
        bad.put("money", money("1.00001"));
        bad.put(
                "at",
                new Everything("e", null, null, null, null, null, null, Instant.ofEpochSecond(1, 1), null, null, null));
        bad.put(
                "day",
                new Everything("e", null, null, null, null, null, null, null, LocalDate.of(10_000, 1, 1), null, null));
        context.withStorage(storage -> {
            Repository<Everything> repository = storage.repository(LawTypes.EVERYTHING);
            repository.insert(EMPTY);
            bad.forEach((field, value) -> {
                InvalidValueException refusal = refusal(() -> repository.save(value));
                assertThat(refusal).as("refusal of a bad " + field).isNotNull();
                assertThat(repository.find("e")).contains(EMPTY);
                context.effective(1);
            });
        });
    }

    private static Everything money(String value) {
        return new Everything("e", null, null, null, null, null, new BigDecimal(value), null, null, null, null);
    }

    private static @Nullable InvalidValueException refusal(Runnable write) {
        try {
            write.run();
            return null;
        } catch (InvalidValueException e) {
            return e;
        }
    }

    /** Inserts a record for each text, so that two texts that are mixed up violate the primary key. */
    private static void keys(LawContext context) {
        context.withStorage(storage -> {
            Repository<LawTypes.Item> items = storage.repository(LawTypes.ITEMS);
            List<String> accepted = new ArrayList<>();
            for (String text : NASTY_TEXTS) {
                if (refusal(() -> items.insert(new LawTypes.Item(text, text, (long) text.length()))) == null) {
                    accepted.add(text);
                }
            }
            assertThat(accepted).as("texts accepted as keys").hasSizeGreaterThan(20);
            for (String text : accepted) {
                assertThat(items.partition(text).list())
                        .containsExactly(new LawTypes.Item(text, text, (long) text.length()));
                context.effective(1);
            }
        });
    }

    private static void negativeZero(LawContext context) {
        context.withStorage(storage -> {
            Repository<Everything> repository = storage.repository(LawTypes.EVERYTHING);
            Everything zero = new Everything("e", null, null, null, null, -0.0, null, null, null, null, null);
            repository.save(zero);
            assertThat(repository.find("e")).contains(zero);
            context.effective(1);
        });
    }
}
