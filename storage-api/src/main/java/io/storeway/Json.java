package io.storeway;

import java.math.BigDecimal;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A JSON value as an immutable tree, equal to another with the same content.
 *
 * <p>The order of an object's members is kept for writing and does not count for equality. Numbers keep every digit
 * and are equal when they are numerically equal. {@code toString()} gives the JSON text without blanks. Java's null has no
 * place in a tree: its constructors refuse it with a NullPointerException.
 */
public sealed interface Json {

    /** The JSON {@code null}. */
    Json NULL = new Null();

    /** The JSON {@code null}; use {@link Json#NULL}. */
    record Null() implements Json {
        @Override
        public String toString() {
            return "null";
        }
    }

    /** A JSON boolean. */
    record Bool(boolean value) implements Json {
        @Override
        public String toString() {
            return Boolean.toString(value);
        }
    }

    /** A JSON number with all its digits. */
    record Num(BigDecimal value) implements Json {
        /** Refuses null. */
        public Num {
            present(value);
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Num n && value.compareTo(n.value) == 0;
        }

        @Override
        public int hashCode() {
            return value.stripTrailingZeros().hashCode();
        }

        @Override
        public String toString() {
            return value.toString();
        }
    }

    /** A JSON string. */
    record Str(String value) implements Json {
        /** Refuses null. */
        public Str {
            present(value);
        }

        @Override
        public String toString() {
            return JsonText.quote(value);
        }
    }

    /** A JSON array. */
    record Arr(List<Json> items) implements Json {
        /** Copies the list. */
        public Arr {
            items.forEach(Json::present);
            items = List.copyOf(items);
        }

        @Override
        public String toString() {
            return JsonText.write(this);
        }
    }

    /** A JSON object. */
    record Obj(Map<String, Json> members) implements Json {
        /** Copies the map and keeps its order. */
        public Obj {
            members.forEach((name, value) -> {
                present(name);
                present(value);
            });
            members = Collections.unmodifiableMap(new LinkedHashMap<>(members));
        }

        @Override
        public String toString() {
            return JsonText.write(this);
        }
    }

    private static void present(Object value) {
        Objects.requireNonNull(value, "null has no place in a JSON tree; write Json.NULL");
    }
}
