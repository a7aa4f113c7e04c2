package io.storeway.kv.wrong;

import io.storeway.Condition;
import io.storeway.EntityType;
import io.storeway.Field;
import io.storeway.Health;
import io.storeway.Key;
import io.storeway.Row;
import io.storeway.Storage;
import io.storeway.error.ConstraintKind;
import io.storeway.error.ConstraintViolationException;
import io.storeway.error.ErrorContext;
import io.storeway.spi.PartitionState;
import io.storeway.spi.ReplicaStore.Applied;
import io.storeway.spi.ReplicaStore.Outcome;
import io.storeway.spi.RowStore;
import io.storeway.spi.Selection;
import io.storeway.testkit.call.Interposed;
import io.storeway.testkit.call.StoreCall;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Storages that do a part of a large batch, and others that forget a rule where it is rarely asked for. */
final class WrongPieces {

    /** What an engine takes at once. */
    private static final int PIECE = 1_000;

    private WrongPieces() {}

    static List<WrongStorage> all() {
        List<WrongStorage> all = new ArrayList<>();
        for (String verb : List.of("insert", "update", "save", "delete", "append")) {
            all.add(WrongStorage.wrong(
                    verb + " does a thousand at most",
                    "L28-batches",
                    verb,
                    (call, right) -> WrongStorage.proceed(call, piece(WrongStorage.list(call)))));
        }
        all.addAll(List.of(
                WrongStorage.wrong("finds a thousand at most", "L28-batches", "find", (call, right) -> {
                    List<@Nullable Object> found = new ArrayList<>(
                            (List<?>) present(WrongStorage.proceed(call, piece(WrongStorage.list(call)))));
                    while (found.size() < WrongStorage.list(call).size()) {
                        found.add(null);
                    }
                    return found;
                }),
                in("looks for a thousand values at most", "L28-batches", WrongPieces::piece),
                WrongStorage.wrong(
                        "counts outside of the unit",
                        "L16-unit",
                        "count",
                        (call, right) ->
                                WrongStorage.rows(call, right).count(WrongStorage.type(call), selection(call))),
                WrongStorage.wrong("finds what a unit has deleted", "L16-unit", "find", (call, right) -> {
                    List<@Nullable Object> found = new ArrayList<>((List<?>) present(call.proceed()));
                    List<@Nullable Row> before =
                            WrongStorage.rows(call, right).find(WrongStorage.type(call), WrongStorage.<Key>list(call));
                    for (int i = 0; i < found.size(); i++) {
                        found.set(i, found.get(i) == null ? before.get(i) : found.get(i));
                    }
                    return found;
                }),
                new WrongStorage("has one version for all partitions", "L21-partition", WrongPieces::oneVersion),
                WrongStorage.wrong("applies no emptiness", "L06-apply", "apply", (call, right) -> {
                    List<PartitionState> states = WrongStorage.list(call);
                    return states.stream().allMatch(state -> state.items().isEmpty())
                            ? states.stream()
                                    .map(state -> Applied.of(Outcome.APPLIED))
                                    .toList()
                            : call.proceed();
                }),
                WrongStorage.wrong("applies the last state only", "L06-apply", "apply", (call, right) -> {
                    List<Object> states = WrongStorage.list(call);
                    Object answer = ((List<?>) present(
                                    WrongStorage.proceed(call, states.subList(states.size() - 1, states.size()))))
                            .get(0);
                    return states.stream().map(state -> answer).toList();
                }),
                WrongStorage.wrong("reads partitions in their order", "L06-apply", "read", (call, right) -> {
                    List<Key> keys = new ArrayList<>(WrongStorage.list(call));
                    keys.sort(Comparator.comparing(Key::toString));
                    return WrongStorage.proceed(call, keys);
                }),
                WrongStorage.wrong(
                        "is always well",
                        "L05-closed",
                        "health",
                        (call, right) -> new Health(List.of(new Health.Finding("all", Health.Status.UP, "fine")))),
                WrongStorage.wrong("moves what is saved to the end", "L06-append", "save", (call, right) -> {
                    EntityType<?> type = WrongStorage.type(call);
                    if (!isNamedAndOrdered(type)) {
                        return call.proceed();
                    }
                    for (Row row : WrongStorage.<Row>list(call)) {
                        WrongStorage.rows(call, right).delete(type, List.of(row.key()));
                        WrongStorage.rows(call, right).append(type, List.of(row));
                    }
                    return null;
                }),
                WrongStorage.wrong("sorts what replaces a partition", "L06-append", "replace", (call, right) -> {
                    List<Row> rows = new ArrayList<>(WrongStorage.list(call));
                    rows.sort(Comparator.comparing(row -> row.key().toString()));
                    return isNamedAndOrdered(WrongStorage.type(call))
                            ? WrongStorage.proceed(call, rows)
                            : call.proceed();
                }),
                WrongStorage.wrong("checks values that are missing", "L12-check", "insert", (call, right) -> {
                    for (Row row : WrongStorage.<Row>list(call)) {
                        if (row.type().name().equals("ruled") && row.get("rating") == null) {
                            throw new ConstraintViolationException(
                                    ConstraintKind.CHECK, "ruled_rating_ck", List.of("rating"), context(), null);
                        }
                    }
                    return call.proceed();
                }),
                WrongStorage.wrong(
                        "says only whether it purged",
                        "L19-purge",
                        "purge",
                        (call, right) -> Math.min(1L, (Long) present(call.proceed())))));
        return all;
    }

    private static Object present(@Nullable Object answer) {
        return Objects.requireNonNull(answer);
    }

    private static <T> List<T> piece(List<T> all) {
        return all.subList(0, Math.min(PIECE, all.size()));
    }

    private static ErrorContext context() {
        return new ErrorContext("insert", "wrong", null, null);
    }

    private static boolean isNamedAndOrdered(EntityType<?> type) {
        Field<?, ?> position = type.position().orElse(null);
        return position != null && !type.identity().contains(position);
    }

    private static Selection selection(StoreCall call) {
        return (Selection) present(call.arguments().get(1));
    }

    private static WrongStorage in(String name, String law, Function<List<Object>, List<Object>> defect) {
        return WrongStorage.wrong(name, law, "select", (call, right) -> {
            Selection asked = selection(call);
            return WrongStorage.proceed(
                    call,
                    new Selection(
                            asked.partition(),
                            WrongQueries.deep(
                                    asked.condition(),
                                    condition -> condition instanceof Condition.In<?> in
                                            ? new Condition.In<>(in.field(), defect.apply(in.values()))
                                            : condition),
                            asked.order(),
                            null, // What asks by a list of values begins at the start.
                            asked.limit()));
        });
    }

    /** A version that grows with every write, of whichever partition. */
    private static Storage oneVersion(Storage right) {
        Set<String> writes = Set.of("insert", "update", "save", "delete", "append", "replace");
        AtomicLong version = new AtomicLong();
        return Interposed.storage(right, call -> {
            if (call.verb().equals("snapshot")) {
                RowStore.Snapshot snapshot = (RowStore.Snapshot) present(call.proceed());
                return new RowStore.Snapshot(snapshot.rows(), version + " " + snapshot.version());
            }
            if (call.arguments().get(call.arguments().size() - 1) instanceof String expected) {
                String[] parts = expected.split(" ", 2);
                return WrongStorage.proceed(call, parts[0].equals(version.toString()) ? parts[1] : "none");
            }
            if (writes.contains(call.verb())) {
                version.incrementAndGet();
            }
            return call.proceed();
        });
    }
}
