package io.storeway.kv.wrong;

import io.storeway.Key;
import io.storeway.Row;
import io.storeway.Storage;
import io.storeway.error.ConstraintKind;
import io.storeway.error.ConstraintViolationException;
import io.storeway.spi.ReplicaStore.Applied;
import io.storeway.spi.ReplicaStore.Outcome;
import io.storeway.testkit.call.StoreCall;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Storages that see to unique keys and references wrongly. */
final class WrongConstraints {

    private WrongConstraints() {}

    static List<WrongStorage> all() {
        return List.of(
                blind("gives a unique value twice", "L02-unique", "insert", ConstraintKind.UNIQUE),
                blind("checks no unique value when saving", "L02-unique", "save", ConstraintKind.UNIQUE),
                blind("checks no unique value when updating", "L02-unique", "update", ConstraintKind.UNIQUE),
                blind("takes a record that refers to nothing", "L01-missing", "insert", ConstraintKind.REFERENCE),
                blind("checks no reference when saving", "L01-missing", "save", ConstraintKind.REFERENCE),
                blind(
                        "takes records that refer to each other alone",
                        "L01-tree-missing",
                        "insert",
                        ConstraintKind.REFERENCE),
                blind("deletes what others refer to", "L01-tree-restrict", "delete", ConstraintKind.REFERENCE),
                WrongStorage.wrong("names no constraint", "L02-unique", WrongConstraints::nameless),
                WrongStorage.wrong("cascades when a parent is saved", "L01-cascade", "save", (call, right) -> {
                    WrongStorage.rows(call, right).delete(WrongStorage.type(call), keys(call));
                    return call.proceed();
                }),
                WrongStorage.wrong("says applied of what it refuses", "L07-refused", "apply", (call, right) -> {
                    List<?> answers = (List<?>) call.proceed();
                    return answers == null
                            ? List.of()
                            : answers.stream()
                                    .map(answer -> Applied.of(Outcome.APPLIED))
                                    .toList();
                }));
    }

    private static List<Key> keys(StoreCall call) {
        return WrongStorage.<Row>list(call).stream().map(Row::key).toList();
    }

    /** Passes over what it should refuse. */
    private static WrongStorage blind(String name, String law, String verb, ConstraintKind kind) {
        return WrongStorage.wrong(name, law, verb, (call, right) -> {
            try {
                return call.proceed();
            } catch (ConstraintViolationException e) {
                if (e.kind() != kind) {
                    throw e;
                }
                return verb.equals("delete") ? 1 : null;
            }
        });
    }

    private static @Nullable Object nameless(StoreCall call, Storage right) throws Throwable {
        try {
            return call.proceed();
        } catch (ConstraintViolationException e) {
            throw new ConstraintViolationException(e.kind(), null, e.columns(), e.context(), e);
        }
    }
}
