package io.storeway.testkit.laws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.storeway.Capability;
import io.storeway.Key;
import io.storeway.Operations;
import io.storeway.Partition;
import io.storeway.Repository;
import io.storeway.Storage;
import io.storeway.error.ConstraintViolationException;
import io.storeway.error.InvalidValueException;
import io.storeway.error.UnsupportedCapabilityException;
import io.storeway.testkit.laws.LawTypes.Child;
import io.storeway.testkit.laws.LawTypes.Color;
import io.storeway.testkit.laws.LawTypes.Everything;
import io.storeway.testkit.laws.LawTypes.Item;
import io.storeway.testkit.laws.LawTypes.Ruled;
import io.storeway.testkit.laws.LawTypes.Single;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Checks that a storage refuses what it declines, by a typed error and before any effect. Constraints between records may be left
 * to the application instead; then the storage writes as if there were no such constraint.
 */
final class RefusalChecks {

    private RefusalChecks() {}

    /** The check for a capability that is declined. */
    static Law.Body<LawContext> of(Capability capability) {
        return switch (capability) {
            case UNITS_OF_WORK -> RefusalChecks::units;
            case REFERENCES -> RefusalChecks::references;
            case UNIQUE_KEYS -> RefusalChecks::uniqueKeys;
            case INDEXED_QUERIES -> RefusalChecks::indexedQueries;
            case PARTITION_VERSIONS -> RefusalChecks::partitionVersions;
            case NUL_CHARACTERS -> RefusalChecks::nulCharacters;
            case NEGATIVE_ZERO -> RefusalChecks::negativeZero;
            case WRITES -> RefusalChecks::writes;
            case CONDITIONAL_WRITES -> RefusalChecks::conditionalWrites;
            case CONSISTENT_READS, DURABLE -> RefusalChecks::nothing;
        };
    }

    private static void units(LawContext context) {
        context.withStorage(storage -> {
            AtomicBoolean ran = new AtomicBoolean();
            Throwable refusal = catchThrowable(() -> storage.transact(unit -> {
                ran.set(true);
                return 0;
            }));
            assertThat(refusal).as("a unit of work").isInstanceOf(UnsupportedCapabilityException.class);
            assertThat(ran).as("work of the refused unit has run").isFalse();
            assertThat(catchThrowable(() -> Operations.of(storage)))
                    .as("operations")
                    .isInstanceOf(UnsupportedCapabilityException.class);
            Repository<Single> singles = storage.repository(LawTypes.SINGLES);
            List<Single> two = List.of(new Single("a", 1, null), new Single("b", 2, null));
            Throwable half = catchThrowable(() -> singles.insertAll(two));
            if (half != null) {
                assertThat(half).as("records of two partitions").isInstanceOf(UnsupportedCapabilityException.class);
            }
            assertThat(singles.findAll(List.of(Key.of("a"), Key.of("b"))))
                    .as("both or none")
                    .isEqualTo(half == null ? two : Arrays.asList(null, null));
        });
    }

    private static void references(LawContext context) {
        context.withStorage(storage -> {
            Repository<Child> children = storage.repository(LawTypes.CHILDREN);
            Child orphan = new Child("none", "c");
            Throwable refusal = catchThrowable(() -> children.insert(orphan));
            if (refusal == null) {
                assertThat(children.find("none", "c")).contains(orphan);
            } else {
                // A storage in front of others declines what one of them lacks; the one that decides may still see to
                // it.
                assertThat(refusal)
                        .isInstanceOfAny(UnsupportedCapabilityException.class, ConstraintViolationException.class);
                assertThat(children.exists("none", "c")).isFalse();
            }
        });
    }

    private static void uniqueKeys(LawContext context) {
        context.withStorage(storage -> {
            Repository<Ruled> ruled = storage.repository(LawTypes.RULED);
            Ruled first = new Ruled("1", "same@example.org", 1, Color.RED);
            Ruled twin = new Ruled("2", "same@example.org", 1, Color.RED);
            ruled.insert(first);
            Throwable refusal = catchThrowable(() -> ruled.insert(twin));
            if (refusal == null) {
                assertThat(ruled.find("2")).contains(twin);
            } else {
                assertThat(refusal)
                        .isInstanceOfAny(UnsupportedCapabilityException.class, ConstraintViolationException.class);
                assertThat(ruled.exists("2")).isFalse();
            }
            assertThat(ruled.find("1")).contains(first);
        });
    }

    private static void indexedQueries(LawContext context) {
        context.withStorage(storage -> {
            var query = storage.repository(LawTypes.SINGLES)
                    .where(LawTypes.SINGLES.field(Single::number).eq(1));
            assertThat(catchThrowable(query::list))
                    .as("a query without leave to scan")
                    .isInstanceOf(UnsupportedCapabilityException.class)
                    .hasMessageContaining("allowScan()");
            assertThat(query.allowScan().list()).isEmpty();
        });
    }

    private static void partitionVersions(LawContext context) {
        context.withStorage(storage -> {
            Partition<Item> owner = storage.repository(LawTypes.ITEMS).partition("o");
            List<Runnable> calls =
                    List.of(() -> owner.snapshot(), () -> owner.replace(List.of(new Item("o", "x", 1L)), "0"));
            for (Runnable call : calls) {
                assertThat(catchThrowable(call::run))
                        .as("a call that needs a version")
                        .isInstanceOf(UnsupportedCapabilityException.class);
            }
            assertThat(owner.list()).isEmpty();
        });
    }

    private static void conditionalWrites(LawContext context) {
        context.withStorage(VersionLaws.CATALOG, storage -> {
            Repository<VersionLaws.Account> accounts = storage.repository(VersionLaws.ACCOUNTS);
            VersionLaws.Account account = new VersionLaws.Account("b", "a", 1, 1);
            for (Runnable write : List.<Runnable>of(() -> accounts.insert(account), () -> accounts.save(account))) {
                assertThat(catchThrowable(write::run))
                        .as("a write of a record with a version, which nobody compares")
                        .isInstanceOf(UnsupportedCapabilityException.class);
            }
            assertThat(accounts.exists("b", "a")).isFalse();
        });
    }

    private static void nulCharacters(LawContext context) {
        context.withStorage(storage -> {
            Repository<Single> singles = storage.repository(LawTypes.SINGLES);
            for (Single single : List.of(new Single("a\0", 1, null), new Single("a", 1, "b\0c"))) {
                assertThat(catchThrowable(() -> singles.save(single)))
                        .as("text with U+0000")
                        .isInstanceOf(InvalidValueException.class);
            }
            assertThat(singles.exists("a")).isFalse();
        });
    }

    private static void negativeZero(LawContext context) {
        context.withStorage(storage -> {
            Repository<Everything> repository = storage.repository(LawTypes.EVERYTHING);
            Everything zero = new Everything("e", null, null, null, null, -0.0, null, null, null, null, null);
            assertThat(catchThrowable(() -> repository.save(zero)))
                    .as("a negative zero")
                    .isInstanceOfAny(InvalidValueException.class, UnsupportedCapabilityException.class);
            assertThat(repository.exists("e")).isFalse();
        });
    }

    private static void writes(LawContext context) {
        context.withStorage(storage -> {
            Repository<Single> singles = storage.repository(LawTypes.SINGLES);
            Single single = new Single("s", 1, null);
            List<Runnable> writes = List.of(
                    () -> singles.insert(single),
                    () -> singles.save(single),
                    () -> singles.partition("s").replace(List.of(single)),
                    () -> unit(storage, single));
            for (Runnable write : writes) {
                assertThat(catchThrowable(write::run)).as("a write").isInstanceOf(UnsupportedCapabilityException.class);
                assertThat(singles.exists("s")).isFalse();
            }
        });
    }

    private static void unit(Storage storage, Single single) {
        storage.transact(unit -> {
            unit.repository(LawTypes.SINGLES).insert(single);
            return 0;
        });
    }

    /** That writes are lost with the process, or are seen late, can't be refused by any call. */
    private static void nothing(LawContext context) {
        context.effective(1);
    }
}
