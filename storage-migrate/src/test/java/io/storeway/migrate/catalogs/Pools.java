package io.storeway.migrate.catalogs;

import io.storeway.FieldType;
import io.storeway.Json;
import io.storeway.testkit.data.NastyData;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Values of a type that every engine can hold: no U+0000, no negative zero. */
final class Pools {

    static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private Pools() {}

    /** Up to so many values that differ. */
    static List<Object> of(FieldType type, int size, Dice dice) {
        Map<String, Object> pool = new LinkedHashMap<>();
        for (int i = 0; i < size; i++) {
            Object value = type.normalize(value(type, dice));
            pool.put(Texts.of(value), value);
        }
        return new ArrayList<>(pool.values());
    }

    private static Object value(FieldType type, Dice dice) {
        return switch (type.kind()) {
            case TEXT -> text(dice);
            case BOOLEAN -> dice.percent(50);
            case INTEGER ->
                dice.percent(60) ? dice.between(-3, 12) : dice.one(List.of(Integer.MIN_VALUE, Integer.MAX_VALUE));
            case LONG -> dice.percent(60) ? Long.valueOf(dice.between(-3, 12)) : dice.one(NastyData.longs());
            case DECIMAL -> decimal(type, dice);
            case DOUBLE -> dice.percent(50) ? dice.between(-4, 40) / 4.0 + 0.0 : dice.one(NastyData.doubles());
            case INSTANT -> instant(type.unit(), dice);
            case DATE -> dice.percent(50) ? LocalDate.of(2026, 1, dice.between(1, 9)) : dice.one(NastyData.dates());
            case BYTES -> bytes(dice);
            case JSON -> json(dice, 2);
            case LIST -> {
                List<Object> items = new ArrayList<>();
                for (int i = dice.below(4); i > 0; i--) {
                    items.add(value(type.element(), dice));
                }
                yield items;
            }
        };
    }

    private static String text(Dice dice) {
        String text = switch (dice.below(4)) {
            case 0 -> dice.one(List.of("a", "b", "c", "A", "B", "aa", "ab"));
            case 1 -> dice.one(NastyData.injections());
            case 2 -> NastyData.text(dice.random());
            default -> dice.percent(3) ? NastyData.text(200) : dice.one(NastyData.texts());
        };
        return text.replace("\u0000", "0");
    }

    private static BigDecimal decimal(FieldType type, Dice dice) {
        BigInteger most = BigInteger.TEN.pow(type.precision()).subtract(BigInteger.ONE);
        BigInteger unscaled = switch (dice.below(4)) {
            case 0 -> most;
            case 1 -> most.negate();
            case 2 -> BigInteger.valueOf(dice.between(-9, 9));
            default -> new BigInteger(120, new Random(dice.below(1000))).mod(most);
        };
        return new BigDecimal(unscaled, type.scale());
    }

    private static Instant instant(FieldType.TimeUnit unit, Dice dice) {
        Instant instant = dice.percent(50) ? NOW.plusSeconds(dice.between(-3, 6)) : dice.one(NastyData.instants());
        return unit.ofEpoch(unit.toEpoch(instant));
    }

    private static byte[] bytes(Dice dice) {
        byte[] bytes = new byte[dice.below(4)];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (int) dice.one(List.of(0, 1, 127, 128, 255, (int) '\'', (int) '"', (int) '\\'));
        }
        return bytes;
    }

    /** A tree; not the null itself, which a blob without the member can't be told from. */
    private static Json json(Dice dice, int depth) {
        return switch (dice.below(depth == 0 ? 4 : 6)) {
            case 0 -> new Json.Str(text(dice));
            case 1 -> new Json.Num(dice.one(NastyData.decimals()));
            case 2 -> new Json.Bool(dice.percent(50));
            case 3 -> depth == 2 ? new Json.Num(BigDecimal.ONE) : Json.NULL;
            case 4 -> {
                List<Json> items = new ArrayList<>();
                for (int i = dice.below(3); i > 0; i--) {
                    items.add(json(dice, depth - 1));
                }
                yield new Json.Arr(items);
            }
            default -> object(dice, depth - 1, text(dice));
        };
    }

    /** An object with a member of this name. */
    static Json.Obj object(Dice dice, int depth, String name) {
        Map<String, Json> members = new LinkedHashMap<>();
        members.put(name, json(dice, depth));
        if (dice.percent(40)) {
            members.put(name + "2", json(dice, depth));
        }
        return new Json.Obj(members);
    }
}
