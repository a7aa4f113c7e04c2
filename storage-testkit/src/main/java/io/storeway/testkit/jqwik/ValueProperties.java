package io.storeway.testkit.jqwik;

import io.storeway.EntityType;
import io.storeway.FieldType;
import io.storeway.Json;
import io.storeway.testkit.data.NastyData;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tag;
import org.jspecify.annotations.Nullable;

/** Property tests of a backend of your own, with a type that has a field of every kind. */
@Tag("values")
public abstract class ValueProperties extends RecordProperties<ValueProperties.Value> {

    /** The first whole second that fits in 64 bits of microseconds. */
    private static final long FIRST_MICRO = Long.MIN_VALUE / 1_000_000 * 1_000_000;

    private static final EntityType<Value> VALUES = EntityType.of(Value.class)
            .named("values_of_all_kinds")
            .partitionedBy(Value::owner)
            .identifiedBy(Value::id)
            .nullable(Value::text, Value::flag, Value::large, Value::real)
            .nullable(Value::money, Value::at, Value::day, Value::json, Value::words)
            .type(Value::money, FieldType.decimal(18, 4))
            .type(Value::at, FieldType.instant(FieldType.TimeUnit.MICROS))
            .build();

    /** For subclasses. */
    protected ValueProperties() {}

    /** A record with a field of every kind. */
    public record Value(
            String owner,
            int id,
            @Nullable String text,
            @Nullable Boolean flag,
            @Nullable Long large,
            @Nullable Double real,
            @Nullable BigDecimal money,
            @Nullable Instant at,
            @Nullable LocalDate day,
            @Nullable Json json,
            @Nullable List<String> words) {}

    @Override
    protected final EntityType<Value> type() {
        return VALUES;
    }

    @Override
    protected final Arbitrary<Value> arbitrary() {
        Arbitrary<Value> scalars = Combinators.combine(
                        owners(),
                        Arbitraries.integers(),
                        texts().injectNull(0.1),
                        Arbitraries.of(true, false).injectNull(0.1),
                        Arbitraries.longs().injectNull(0.1),
                        reals().injectNull(0.1),
                        money().injectNull(0.1))
                .as((owner, id, text, flag, large, real, money) ->
                        new Value(owner, id, text, flag, large, real, money, null, null, null, null));
        return Combinators.combine(
                        scalars,
                        times().injectNull(0.1),
                        days().injectNull(0.1),
                        trees().injectNull(0.1),
                        texts().list().ofMaxSize(3).injectNull(0.1))
                .as((value, at, day, json, words) -> new Value(
                        value.owner(),
                        value.id(),
                        value.text(),
                        value.flag(),
                        value.large(),
                        value.real(),
                        value.money(),
                        at,
                        day,
                        json,
                        words));
    }

    /** Texts that are short enough for any store's key, and without U+0000, which PostgreSQL refuses. */
    private static Arbitrary<String> owners() {
        return Arbitraries.oneOf(
                Arbitraries.of(NastyData.ids()).filter(id -> id.indexOf(0) < 0 && id.length() < 40),
                Arbitraries.strings()
                        .withChars(':', '%', 'a', 'A', ' ', '\u00e9', '_')
                        .ofMinLength(1)
                        .ofMaxLength(6));
    }

    private static Arbitrary<String> texts() {
        return Arbitraries.oneOf(
                Arbitraries.of(NastyData.texts()).filter(text -> text.indexOf(0) < 0),
                Arbitraries.strings().alpha().ofMaxLength(20));
    }

    /** Without negative zero, which some engines refuse. */
    private static Arbitrary<Double> reals() {
        return Arbitraries.oneOf(
                Arbitraries.of(NastyData.doubles()), Arbitraries.doubles().filter(real -> real != 0));
    }

    private static Arbitrary<BigDecimal> money() {
        return Arbitraries.bigIntegers()
                .between(
                        BigInteger.TEN.pow(18).negate().add(BigInteger.ONE),
                        BigInteger.TEN.pow(18).subtract(BigInteger.ONE))
                .map(unscaled -> new BigDecimal(unscaled, 4));
    }

    private static Arbitrary<Instant> times() {
        return Arbitraries.oneOf(
                Arbitraries.of(NastyData.instants()),
                Arbitraries.longs().between(FIRST_MICRO, Long.MAX_VALUE).map(FieldType.TimeUnit.MICROS::ofEpoch));
    }

    private static Arbitrary<LocalDate> days() {
        return Arbitraries.oneOf(
                Arbitraries.of(NastyData.dates()),
                Arbitraries.longs().between(-700_000, 2_900_000).map(LocalDate::ofEpochDay));
    }

    private static Arbitrary<Json> trees() {
        Arbitrary<Json> leaves = Arbitraries.oneOf(
                texts().map(Json.Str::new),
                Arbitraries.longs().map(number -> new Json.Num(BigDecimal.valueOf(number))),
                Arbitraries.of(Json.NULL, new Json.Bool(true)));
        return Arbitraries.oneOf(
                leaves,
                leaves.list().ofMaxSize(3).map(Json.Arr::new),
                Arbitraries.maps(texts(), leaves).ofMaxSize(3).map(Json.Obj::new));
    }
}
