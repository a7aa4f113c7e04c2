package io.storeway;

import io.storeway.error.ErrorContext;
import io.storeway.error.InvalidValueException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The text of a cursor. It contains the order and the values of a row in it, so it is valid on every backend and at any later time.
 */
final class QueryCursor {

    private QueryCursor() {}

    static <T> String of(List<Sort<T>> order, Row last) {
        StringBuilder text = new StringBuilder(signature(order));
        for (Sort<T> sort : order) {
            Object value = last.get(sort.field().index());
            text.append(':');
            text.append(
                    value == null
                            ? "-"
                            : "=" + KeyText.escape(sort.field().type().format(value)));
        }
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(text.toString().getBytes(StandardCharsets.UTF_8));
    }

    static <T> @Nullable List<@Nullable Object> read(
            EntityType<T> type, @Nullable Key partition, List<Sort<T>> order, @Nullable String cursor, String backend) {
        if (cursor == null) {
            return null;
        }
        try {
            String text = new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8);
            String[] parts = text.split(":", -1);
            if (parts.length != order.size() + 1 || !parts[0].equals(signature(order))) {
                throw new IllegalArgumentException("it belongs to another order");
            }
            List<@Nullable Object> values = new ArrayList<>();
            for (int i = 0; i < order.size(); i++) {
                String part = parts[i + 1];
                values.add(
                        part.startsWith("=")
                                ? order.get(i).field().type().parse(KeyText.unescape(part.substring(1)))
                                : null);
            }
            if (partition != null) {
                requireWithin(type, partition, order, values);
            }
            return values;
        } catch (IllegalArgumentException e) {
            throw new InvalidValueException(
                    "cursor",
                    "not a cursor of this query: " + e.getMessage(),
                    new ErrorContext("query", backend, type.name(), null),
                    e);
        }
    }

    private static <T> void requireWithin(
            EntityType<T> type, Key partition, List<Sort<T>> order, List<@Nullable Object> values) {
        for (int i = 0; i < order.size(); i++) {
            int part = type.partitionKey().indexOf(order.get(i).field());
            if (part >= 0
                    && !order.get(i)
                            .field()
                            .equal(values.get(i), partition.values().get(part))) {
                throw new IllegalArgumentException("it belongs to another partition");
            }
        }
    }

    private static <T> String signature(List<Sort<T>> order) {
        StringBuilder names = new StringBuilder();
        for (Sort<T> sort : order) {
            names.append(sort.descending() ? '-' : '+').append(sort.field().name());
        }
        return names.toString();
    }
}
