package io.storeway.kv.wrong;

import io.storeway.Key;
import io.storeway.Row;
import io.storeway.Storage;
import io.storeway.error.ConstraintKind;
import io.storeway.error.ConstraintViolationException;
import io.storeway.error.ErrorContext;
import io.storeway.spi.ReplicaStore.Applied;
import io.storeway.spi.ReplicaStore.Outcome;
import io.storeway.testkit.call.Interposed;
import io.storeway.testkit.call.StoreCall;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.stream.Stream;
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
                blind("checks no unique value when replacing", "L02-unique", "replace", ConstraintKind.UNIQUE),
                blind("checks no reference when replacing", "L01-missing", "replace", ConstraintKind.REFERENCE),
                blind("checks no unique value in a unit", "L02-unique", "transact", ConstraintKind.UNIQUE),
                WrongStorage.wrong(
                        "takes values that differ in case for one", "L02-unique", "insert", (call, right) -> {
                            for (Row row : WrongStorage.<Row>list(call)) {
                                refuse(row, email -> emails(call, right).anyMatch(email::equalsIgnoreCase));
                            }
                            return call.proceed();
                        }),
                new WrongStorage("keeps the value of a deleted record", "L02-unique", WrongConstraints::keeping),
                WrongStorage.wrong("deletes one by one", "L01-tree-restrict", "delete", (call, right) -> {
                    int deleted = 0;
                    for (Object key : WrongStorage.list(call)) {
                        deleted += WrongStorage.proceed(call, List.of(key)) instanceof Integer more ? more : 0;
                    }
                    return deleted;
                }),
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

    /** Emails that are there, of the type that has such. */
    private static Stream<String> emails(StoreCall call, Storage right) {
        return WrongStorage.type(call).name().equals("ruled")
                ? right.repository(WrongStorage.type(call)).all().allowScan().list().stream()
                        .map(record -> ((Record) record).toString())
                        .map(text -> text.replaceAll(".*email=([^,]*),.*", "$1"))
                : Stream.empty();
    }

    private static void refuse(Row row, Predicate<String> taken) {
        if (row.type().name().equals("ruled") && taken.test(String.valueOf(row.get("email")))) {
            throw new ConstraintViolationException(
                    ConstraintKind.UNIQUE,
                    "ruled_email_uq",
                    List.of("email"),
                    new ErrorContext("insert", "wrong", "ruled", null),
                    null);
        }
    }

    /** Leaves the entry of its index behind. */
    private static Storage keeping(Storage right) {
        Set<String> kept = ConcurrentHashMap.newKeySet();
        return Interposed.storage(right, call -> {
            if (call.verb().equals("delete")) {
                emails(call, right).forEach(kept::add);
            } else if (call.verb().equals("insert")) {
                WrongStorage.<Row>list(call).forEach(row -> refuse(row, kept::contains));
            }
            return call.proceed();
        });
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
