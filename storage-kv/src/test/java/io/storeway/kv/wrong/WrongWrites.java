package io.storeway.kv.wrong;

import io.storeway.Key;
import io.storeway.Row;
import io.storeway.Storage;
import io.storeway.error.ConstraintKind;
import io.storeway.error.ConstraintViolationException;
import io.storeway.error.RecordNotFoundException;
import io.storeway.error.StorageException;
import io.storeway.testkit.call.Interposed;
import io.storeway.testkit.call.StoreCall;
import io.storeway.testkit.fault.Fault;
import io.storeway.testkit.fault.FaultPlan;
import io.storeway.testkit.fault.Faults;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Storages that write something else than they were told, or say something else than they did. */
final class WrongWrites {

    private WrongWrites() {}

    static List<WrongStorage> all() {
        return List.of(
                WrongStorage.wrong("drops the last of a batch", "L08-arrays", "save", (call, right) -> {
                    List<Row> rows = WrongStorage.list(call);
                    return WrongStorage.proceed(call, rows.subList(0, Math.max(1, rows.size() - 1)));
                }),
                WrongStorage.wrong("acknowledges without writing", "L08-objects", "save", (call, right) -> null),
                WrongStorage.wrong("overwrites on insert", "L02-key", "insert", (call, right) -> {
                    WrongStorage.rows(call, right).save(WrongStorage.type(call), WrongStorage.list(call));
                    return null;
                }),
                WrongStorage.wrong("inserts on update", "L05-absent", "update", (call, right) -> {
                    WrongStorage.rows(call, right).save(WrongStorage.type(call), WrongStorage.list(call));
                    return null;
                }),
                WrongStorage.wrong("always says that it deleted", "L08-objects", "delete", (call, right) -> {
                    call.proceed();
                    return 1;
                }),
                WrongStorage.wrong("forgets deletions", "L08-set", "delete", (call, right) -> 1),
                WrongStorage.wrong(
                        "keeps what a clear should remove",
                        "L08-arrays",
                        "replace",
                        (call, right) -> WrongStorage.list(call).isEmpty() ? null : call.proceed()),
                WrongStorage.wrong("keeps a set where a list is meant", "L06-list", "replace", (call, right) -> {
                    List<Row> rows = new ArrayList<>();
                    for (Row row : WrongStorage.<Row>list(call)) {
                        if (!rows.contains(row)) {
                            rows.add(row);
                        }
                    }
                    return WrongStorage.proceed(call, rows);
                }),
                new WrongStorage("resurrects what was deleted", "L08-objects", WrongWrites::resurrecting),
                new WrongStorage("answers stale now and then", "L08-objects", WrongWrites::stale),
                WrongStorage.wrong("writes a batch one by one", "L15-batch", "insert", (call, right) -> {
                    for (Row row : WrongStorage.<Row>list(call)) {
                        WrongStorage.proceed(call, List.of(row));
                    }
                    return null;
                }),
                WrongStorage.wrong("writes a record of a batch twice", "L06-list", "insert", (call, right) -> {
                    call.proceed();
                    return WrongStorage.type(call)
                                    .identity()
                                    .equals(WrongStorage.type(call).position().stream()
                                            .toList())
                            ? call.proceed()
                            : null;
                }),
                refusing("swallows errors", "L02-key", refusal -> null),
                refusing(
                        "names the wrong constraint",
                        "L02-key",
                        refusal -> refusal instanceof ConstraintViolationException e
                                ? new ConstraintViolationException(e.kind(), "PRIMARY", e.columns(), e.context(), e)
                                : refusal),
                refusing(
                        "names the wrong kind of rule",
                        "L02-key",
                        refusal -> refusal instanceof ConstraintViolationException e
                                ? new ConstraintViolationException(
                                        ConstraintKind.CHECK, e.constraint(), e.columns(), e.context(), e)
                                : refusal),
                refusing(
                        "lets an error of its engine through",
                        "L05-absent",
                        refusal -> new IllegalStateException("no data found", refusal)),
                refusing(
                        "tells the key in a message",
                        "L05-absent",
                        refusal -> new RecordNotFoundException("No record secret-id", refusal.context(), refusal)));
    }

    /** A storage that answers a refusal in another way; null swallows it. */
    private static WrongStorage refusing(
            String name, String law, Function<StorageException, @Nullable RuntimeException> defect) {
        return WrongStorage.wrong(name, law, (call, right) -> {
            try {
                return call.proceed();
            } catch (ConstraintViolationException | RecordNotFoundException e) {
                RuntimeException other = defect.apply(e);
                if (other != null) {
                    throw other;
                }
                return null;
            }
        });
    }

    private static Storage stale(Storage right) {
        FaultPlan plan = FaultPlan.random(1, 0.1, Fault.STALE_READ);
        return Faults.of(plan).in(right);
    }

    /** What was deleted comes back with the next save. */
    private static Storage resurrecting(Storage right) {
        List<Row> dead = new ArrayList<>();
        return Interposed.storage(right, call -> {
            if (call.verb().equals("delete")) {
                remember(call, right, dead);
            }
            Object answer = call.proceed();
            if (call.verb().equals("save")) {
                dead.stream()
                        .filter(row -> row.type().equals(WrongStorage.type(call)))
                        .forEach(row -> WrongStorage.rows(call, right).save(row.type(), List.of(row)));
                dead.clear();
            }
            return answer;
        });
    }

    private static void remember(StoreCall call, Storage right, List<Row> dead) {
        WrongStorage.rows(call, right).find(WrongStorage.type(call), WrongStorage.<Key>list(call)).stream()
                .filter(Objects::nonNull)
                .<Row>map(row -> row)
                .forEach(dead::add);
    }
}
