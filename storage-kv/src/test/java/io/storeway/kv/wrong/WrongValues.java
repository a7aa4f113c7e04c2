package io.storeway.kv.wrong;

import io.storeway.Field;
import io.storeway.Row;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.text.Normalizer;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Storages that alter values when they are written. */
final class WrongValues {

    private static final Set<String> WRITES = Set.of("insert", "update", "save", "replace");

    private WrongValues() {}

    static List<WrongStorage> all() {
        return List.of(
                text("trims text", "L18-exact", String::strip),
                text("trims keys", "L17-keys", String::strip),
                text("cuts text at 64 KB", "L18-exact", text -> text.substring(0, Math.min(text.length(), 65_536))),
                text("composes accents", "L17-keys", text -> Normalizer.normalize(text, Normalizer.Form.NFC)),
                text("drops zero characters", "L18-nul", text -> text.replace("\u0000", "")),
                text("lower-cases text", "L17-keys", text -> text.toLowerCase(Locale.ROOT)),
                text(
                        "loses what is beyond the basic plane",
                        "L18-exact",
                        text -> text.replaceAll("[^\\x{0}-\\x{ffff}]", "?")),
                altering("takes an empty text for none", "L18-exact", value -> "".equals(value) ? null : value),
                altering(
                        "takes zero for none",
                        "L18-exact",
                        value -> Integer.valueOf(0).equals(value) ? null : value),
                altering("takes decimals through doubles", "L18-exact", WrongValues::throughDouble),
                altering(
                        "takes longs through doubles",
                        "L18-exact",
                        value -> value instanceof Long number ? (Object) (long) (double) number : value),
                altering(
                        "keeps milliseconds only",
                        "L18-exact",
                        value -> value instanceof Instant time ? time.truncatedTo(ChronoUnit.MILLIS) : value));
    }

    private static @Nullable Object throughDouble(@Nullable Object value) {
        return value instanceof BigDecimal number
                ? new BigDecimal(Double.toString(number.doubleValue())).setScale(number.scale(), RoundingMode.HALF_EVEN)
                : value;
    }

    private static WrongStorage text(String name, String law, UnaryOperator<String> defect) {
        return altering(name, law, value -> value instanceof String text ? defect.apply(text) : value);
    }

    private static WrongStorage altering(String name, String law, Function<@Nullable Object, @Nullable Object> defect) {
        return WrongStorage.wrong(
                name,
                law,
                (call, right) -> WRITES.contains(call.verb())
                        ? WrongStorage.proceed(
                                call,
                                WrongStorage.<Row>list(call).stream()
                                        .map(row -> altered(row, defect))
                                        .toList())
                        : call.proceed());
    }

    private static Row altered(Row row, Function<@Nullable Object, @Nullable Object> defect) {
        Row result = row;
        for (Field<?, ?> field : row.type().fields()) {
            Object changed = defect.apply(row.get(field.index()));
            if (changed != null || field.nullable()) {
                result = result.with(field.index(), changed);
            }
        }
        return result;
    }
}
