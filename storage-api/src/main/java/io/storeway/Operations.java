package io.storeway;

import io.storeway.error.ConstraintViolationException;
import io.storeway.error.ErrorContext;
import io.storeway.error.InvalidValueException;
import io.storeway.error.UnsupportedCapabilityException;
import io.storeway.layout.KeyTemplate;
import io.storeway.spi.ReplicaStore;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Idempotent units of work, which take effect once however often they are run. The caller gives each an id, which is recorded in the same
 * unit as its writes. So after an {@link io.storeway.error.UnknownOutcomeException}, a lost connection or the death of the process, the
 * same work can simply be run again under the same id. Thread-safe.
 *
 * <pre>{@code
 * Operations operations = Operations.of(storage);
 * operations.run(paymentId, unit -> unit.repository(ACCOUNTS).update(…));   // again and again, until it answers
 * }</pre>
 *
 * <p>On SQL the ids are rows of the table {@code storeway_operation}, in a key-value store entries under {@code
 * __storeway:operation:}. They stay until {@link #purge} removes them; work that is run again after that takes effect again.
 */
public final class Operations {

    /** The longest id, in UTF-16 units. */
    public static final int MAX_ID_LENGTH = 200;

    private static final int PURGED_AT_ONCE = 1_000;

    record Operation(String id, Instant at) {}

    static final EntityType<Operation> TYPE = EntityType.of(Operation.class)
            .named("storeway_operation")
            .identifiedBy(Operation::id)
            .keyValue(KeyTemplate.RESERVED_PREFIX + ":operation:{id}", Blob.object())
            .sql(table -> table.index(Operation::at))
            .build();

    /**
     * The outcome of a run.
     *
     * @param first whether this run took effect; false if an earlier one already had
     * @param result the result of the work, or null if this run didn't take effect
     */
    public record Run<R>(boolean first, @Nullable R result) {}

    private final Storage storage;
    private final Clock clock;

    private Operations(Storage storage, Clock clock) {
        this.storage = storage;
        this.clock = clock;
    }

    /**
     * The operations of a storage. Prepares the storage for their ids if it isn't yet.
     *
     * @throws UnsupportedCapabilityException if the storage declines units of work or writes
     */
    public static Operations of(Storage storage) {
        return of(storage, Clock.systemUTC());
    }

    /** As {@link #of(Storage)}, with the clock for the times of operations. */
    public static Operations of(Storage storage, Clock clock) {
        for (Capability needed : List.of(Capability.UNITS_OF_WORK, Capability.WRITES)) {
            storage.capabilities().reason(needed).ifPresent(reason -> {
                throw new UnsupportedCapabilityException(
                        "An operation is recorded in one unit with its writes, and " + needed + " is declined: "
                                + reason,
                        new ErrorContext("open operations", storage.name(), null, null),
                        null);
            });
        }
        ReplicaStore replica = storage.replica();
        if (!replica.ready(List.of(TYPE))) {
            replica.prepare(List.of(TYPE));
        }
        return new Operations(storage, clock);
    }

    /**
     * Runs the work as {@link Storage#transact} does, unless work with that id was done before. If the work throws, nothing is written, not
     * even the id. Of several that run at the same time with one id, one takes effect.
     *
     * @param id 1 to {@link #MAX_ID_LENGTH} characters, never used for other work
     * @throws InvalidValueException if the id is empty or too long
     */
    public <R> Run<R> run(String id, Function<? super UnitOfWork, ? extends R> work) {
        requireId(id);
        try {
            return storage.transact(unit -> {
                Repository<Operation> operations = unit.repository(TYPE);
                if (operations.exists(id)) {
                    return new Run<R>(false, null);
                }
                // The first of all writes, so that others with the same id conflict early.
                operations.insert(new Operation(id, now()));
                return new Run<R>(true, work.apply(unit));
            });
        } catch (ConstraintViolationException e) {
            if (TYPE.sql().primaryKey().equals(e.constraint()) && outcome(id).isPresent()) {
                return new Run<>(false, null);
            }
            throw e;
        }
    }

    /**
     * When the work with that id was done, or empty if it hasn't been so far. After an unknown outcome a commit may still be under way in the
     * backend; so even if this is empty, don't run the work under another id. Under the same id it may always be run.
     */
    public Optional<Instant> outcome(String id) {
        requireId(id);
        return storage.repository(TYPE).find(id).map(Operation::at);
    }

    /**
     * Removes the ids of operations that were done before that time, in whole milliseconds; none of them may be run again.
     *
     * @return how many there were
     */
    public long purge(Instant before) {
        Instant end = before.truncatedTo(ChronoUnit.MILLIS);
        return storage.capabilities().has(Capability.INDEXED_QUERIES) ? purgeByIndex(end) : purgeByWalk(end);
    }

    private long purgeByIndex(Instant before) {
        Query<Operation> old = storage.repository(TYPE)
                .where(TYPE.field(Operation::at).lt(before))
                .allowScan()
                .limit(PURGED_AT_ONCE);
        long purged = 0;
        @Nullable String cursor = null;
        do {
            Page<Operation> page = old.after(cursor).page();
            purged += delete(page.items());
            cursor = page.next();
        } while (cursor != null);
        return purged;
    }

    /** Walks through the store once, where every page of a query would read all ids. */
    private long purgeByWalk(Instant before) {
        ReplicaStore replica = storage.replica();
        long purged = 0;
        @Nullable String cursor = null;
        do {
            ReplicaStore.ScanPage page = replica.scan(TYPE, cursor, PURGED_AT_ONCE);
            purged += delete(page.partitions().stream()
                    .flatMap(partition -> partition.items().stream())
                    .map(item -> TYPE.fromRow(item.row()))
                    .filter(operation -> operation.at().isBefore(before))
                    .toList());
            cursor = page.next();
        } while (cursor != null);
        return purged;
    }

    private int delete(List<Operation> operations) {
        return operations.isEmpty()
                ? 0
                : storage.repository(TYPE)
                        .deleteAll(operations.stream()
                                .map(operation -> Key.of(operation.id()))
                                .toList());
    }

    private Instant now() {
        return Instant.ofEpochMilli(clock.millis());
    }

    private void requireId(String id) {
        if (id.isEmpty() || id.length() > MAX_ID_LENGTH) {
            throw new InvalidValueException(
                    "id",
                    "the id of an operation has 1 to " + MAX_ID_LENGTH + " characters, not " + id.length(),
                    new ErrorContext("run", storage.name(), TYPE.name(), null),
                    null);
        }
    }
}
