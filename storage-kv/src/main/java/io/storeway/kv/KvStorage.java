package io.storeway.kv;

import io.storeway.Capabilities;
import io.storeway.Capability;
import io.storeway.Catalog;
import io.storeway.EntityType;
import io.storeway.Missing;
import io.storeway.Repository;
import io.storeway.Storage;
import io.storeway.UnitOfWork;
import io.storeway.error.ErrorContext;
import io.storeway.error.StorageClosedException;
import io.storeway.error.TransactionFailedException;
import io.storeway.error.UnsupportedCapabilityException;
import io.storeway.error.VersionConflictException;
import io.storeway.internal.WritingThreads;
import io.storeway.kv.internal.BlobCodec;
import io.storeway.kv.internal.IndexKeys;
import io.storeway.spi.KeyValueStore;
import io.storeway.spi.KeyValueStore.Entry;
import io.storeway.spi.ReplicaStore;
import java.time.Clock;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Records as JSON blobs in any key-value store: one blob for each partition, in the layout of its entity type.
 * Thread-safe.
 *
 * <ul>
 *   <li>A write reads the blob, changes it, and commits it on condition that the blob still has the version that was read. If
 *       somebody else was faster it begins again; after 64 attempts it gives up with {@link TransactionFailedException}, and nothing
 *       is changed.
 *   <li>A unit of work commits only if every entry that it read is unchanged. So units are serializable, except that a unit doesn't
 *       notice new records that one of its scans would have met.
 *   <li>Items that aren't changed keep their text, byte for byte. An item that is replaced keeps the members that no field of its
 *       type names.
 *   <li>A partition without records has no entry: its key is deleted with the last record.
 *   <li>A blob that can't be read, or that contains items which can't be records, is refused as a whole with {@link
 *       io.storeway.error.InvalidValueException}, for reading and writing. A migration copies what can be read.
 *   <li>For repositories an entry whose expiry in the store has passed is absent, even if the type has no field for it, because the
 *       store may drop it at any time. A new record takes its place. A migration copies it as long as the store has it, so that the
 *       result of a comparison doesn't depend on the time.
 *   <li>Metadata and expiry of an entry stay as they are when its records change, unless fields of the type hold them.
 *   <li>In a store without conditional writes that was opened for writing, the last writer of a partition wins: an insert, update or
 *       deletion reads, changes and writes the blob, and what others write in between is lost. {@linkplain EntityType#version()
 *       Versioned} types are refused there.
 *   <li>Unique keys that contain the partition key are always enforced. Other unique keys and references are enforced if the storage
 *       is opened with {@link Constraints#ENFORCED}; {@link #capabilities()} says whether they are. They are checked at the end of
 *       each statement, as in SQL. An expired record counts until it is deleted or purged; but if it holds a unique value that
 *       another record needs, it is removed.
 * </ul>
 */
public final class KvStorage implements Storage {

    static final int MAX_ATTEMPTS = 64;

    private static final long LONGEST_PAUSE_NANOS = 20_000_000;

    private final KeyValueStore store;
    private final Catalog catalog;
    private final Clock clock;
    private final boolean owner;
    private final Capabilities capabilities;
    private final Map<EntityType<?>, BlobCodec> codecs = new ConcurrentHashMap<>();
    private final Set<EntityType<?>> control = ConcurrentHashMap.newKeySet();
    private final @Nullable ConstraintRules rules;
    private final List<String> typeNames;
    private final WritingThreads writing = new WritingThreads();
    private volatile @Nullable SeenIndex seenIndex;
    private volatile boolean noOtherIndex;
    private volatile boolean closed;

    private KvStorage(
            KeyValueStore store,
            Catalog catalog,
            Clock clock,
            boolean owner,
            Constraints constraints,
            Missing missing) {
        this.store = store;
        this.catalog = catalog;
        this.clock = clock;
        this.owner = owner;
        this.typeNames = catalog.types().stream().map(EntityType::name).toList();
        if (constraints == Constraints.ENFORCED) {
            ConstraintIndex.requireStore(store);
            this.rules = new ConstraintRules(catalog, this::codec);
            ConstraintIndex.requireComplete(store, catalog, rules, missing);
        } else {
            this.rules = null;
        }
        this.capabilities = capabilities(store, rules != null);
    }

    /** A storage over the store. Closing the storage leaves the store open: it belongs to the application. */
    public static KvStorage open(KeyValueStore store, Catalog catalog) {
        return open(store, catalog, Clock.systemUTC());
    }

    /** As {@link #open(KeyValueStore, Catalog)}, with a clock that judges expiry. */
    public static KvStorage open(KeyValueStore store, Catalog catalog, Clock clock) {
        return open(store, catalog, clock, Constraints.DECLINED);
    }

    /**
     * As {@link #open(KeyValueStore, Catalog, Clock)}, with unique keys and references between blobs enforced or declined.
     *
     * @throws UnsupportedCapabilityException if they can't be enforced, because the store takes no atomic commits or no writes, a rule
     *     can't be indexed, or the store has records and no index of them; the message says what to do
     */
    public static KvStorage open(KeyValueStore store, Catalog catalog, Clock clock, Constraints constraints) {
        return new KvStorage(store, catalog, clock, false, constraints, Missing.CREATE);
    }

    static KvStorage owning(
            KeyValueStore store, Catalog catalog, Clock clock, Constraints constraints, Missing missing) {
        return new KvStorage(store, catalog, clock, true, constraints, missing);
    }

    /** A storage for building an index of constraints; it may write although the index isn't complete. */
    static KvStorage building(KeyValueStore store, Catalog catalog) {
        KvStorage storage = open(store, catalog);
        storage.noOtherIndex = true;
        return storage;
    }

    /** The name of the store. */
    @Override
    public String name() {
        return store.name();
    }

    @Override
    public Catalog catalog() {
        return catalog;
    }

    @Override
    public Capabilities capabilities() {
        return capabilities;
    }

    private static Capabilities capabilities(KeyValueStore store, boolean enforced) {
        Capabilities capabilities =
                store.capabilities().without(Capability.INDEXED_QUERIES, "a key-value store has no index but its keys");
        if (enforced) {
            return capabilities;
        }
        boolean possible = !store.readOnly() && store.capabilities().has(Capability.UNITS_OF_WORK);
        String way = possible ? "; constraints=enforced lets an index see to it" : "";
        return capabilities
                .without(Capability.REFERENCES, "a key-value store knows no references between blobs" + way)
                .without(
                        Capability.UNIQUE_KEYS,
                        "only unique keys that contain the partition key are enforced, within the blob" + way);
    }

    @Override
    public <T> Repository<T> repository(EntityType<T> type) {
        codec(type);
        return new Repository<>(type, new AutoRows(this), clock);
    }

    @Override
    public <R> R transact(Function<? super UnitOfWork, ? extends R> work) {
        capabilities.reason(Capability.UNITS_OF_WORK).ifPresent(reason -> {
            throw new UnsupportedCapabilityException(
                    "Units of work are not offered: " + reason, new ErrorContext("transact", name(), null, null), null);
        });
        return run("transact", work);
    }

    @Override
    public ReplicaStore replica() {
        return new KvReplica(this);
    }

    /** Ends the storage; a store that was handed in stays open. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            if (owner) {
                store.close();
            }
        }
    }

    KeyValueStore store() {
        return store;
    }

    Clock clock() {
        return clock;
    }

    /** The rules that are enforced between blobs, or null if none is. */
    @Nullable
    ConstraintRules rules() {
        return rules;
    }

    /** Makes the commit of a unit depend on a complete index. */
    void requireIndex(KvUnit unit, String operation) {
        if (!indexComplete(unit)) {
            throw IndexRecord.notBuilt(operation, name());
        }
    }

    /** Whether the index of the rules is complete, as the unit sees it. */
    boolean indexComplete(KvUnit unit) {
        return index(unit).complete();
    }

    /** The record of the index as the unit sees it; parsed again only when it has changed. */
    private SeenIndex index(KvUnit unit) {
        Entry entry = unit.entry(IndexKeys.RECORD);
        if (entry == null) {
            return SeenIndex.NONE;
        }
        SeenIndex seen = seenIndex;
        if (seen == null || !Arrays.equals(seen.value(), entry.value())) {
            IndexRecord record = IndexRecord.read(entry);
            seen = new SeenIndex(entry.value(), record, rules != null && record.covers(rules, typeNames));
            seenIndex = seen;
        }
        return seen;
    }

    /** The record of the index, the entry's value that it was read from, and whether it covers all rules of the storage. */
    private record SeenIndex(byte[] value, IndexRecord record, boolean complete) {
        static final SeenIndex NONE = new SeenIndex(new byte[0], IndexRecord.NONE, false);
    }

    /** Refuses a write of a type for which this storage enforces nothing, but another release does. */
    void requireNoRules(KvUnit unit, EntityType<?> type, String operation) {
        if (rules != null && catalog.contains(type) && index(unit).record().concerns(type.name())) {
            throw new UnsupportedCapabilityException(
                    "The store keeps an index of constraints of " + type.name()
                            + " which this catalog doesn't declare, and a"
                            + " write past it would break it; end this release if a newer one declares them, or build"
                            + " the index anew with ConstraintIndex.build(store, catalog)",
                    new ErrorContext(operation, name(), type.name(), null),
                    null);
        }
    }

    /** Refuses to write, in a storage that declines constraints, if there is an index that others rely on. */
    void requireNoOtherIndex() {
        if (rules != null || noOtherIndex || !store.capabilities().has(Capability.UNITS_OF_WORK)) {
            return;
        }
        IndexRecord record = IndexRecord.read(store.get(IndexKeys.RECORD));
        if (typeNames.stream().anyMatch(record::concerns)) {
            throw new UnsupportedCapabilityException(
                    "The store keeps an index of constraints, and a write past it would break it; open the storage with"
                            + " constraints=enforced, or give the index up with ConstraintIndex.drop(store, catalog)",
                    new ErrorContext("commit", name(), null, null),
                    null);
        }
        noOtherIndex = true;
    }

    /** Offers repositories of further types from now on. */
    void serve(Collection<? extends EntityType<?>> more) {
        control.addAll(more);
    }

    /** Whether partitions of the type are given versions: those of the migrator's own types are not. */
    boolean versions(EntityType<?> type) {
        return !control.contains(type);
    }

    BlobCodec codec(EntityType<?> type) {
        if (!catalog.contains(type) && !control.contains(type)) {
            throw new IllegalArgumentException("The catalog of this storage has no entity type " + type.name()
                    + ", or another object of that name; use the one that the storage was opened with");
        }
        return codecs.computeIfAbsent(type, BlobCodec::new);
    }

    void requireOpen(String operation) {
        if (closed) {
            throw new StorageClosedException(
                    "The storage is closed", new ErrorContext(operation, name(), null, null), null);
        }
    }

    void requireWritable(String operation, EntityType<?> type) {
        if (store.readOnly()) {
            throw new UnsupportedCapabilityException(
                    "The store is read-only: "
                            + store.capabilities().reason(Capability.WRITES).orElse("it takes no writes"),
                    new ErrorContext(operation, name(), type.name(), null),
                    null);
        }
        if (type.version().isPresent()) {
            require(Capability.CONDITIONAL_WRITES, operation, type);
        }
    }

    /** Refuses an operation that needs a capability which the store declines. */
    void require(Capability capability, String operation, @Nullable EntityType<?> type) {
        store.capabilities().reason(capability).ifPresent(reason -> {
            throw new UnsupportedCapabilityException(
                    capability + " is declined: " + reason,
                    new ErrorContext(operation, name(), type == null ? null : type.name(), null),
                    null);
        });
    }

    /** Runs work that only reads, without checking afterwards that what it read is unchanged. */
    <R> R read(String operation, Function<? super KvUnit, ? extends R> work) {
        requireOpen(operation);
        KvUnit unit = new KvUnit(this, false);
        try {
            return work.apply(unit);
        } finally {
            unit.end();
        }
    }

    /** Runs work, and commits its writes if everything that it read is unchanged; otherwise runs it again. */
    <R> R run(String operation, Function<? super KvUnit, ? extends R> work) {
        writing.begin(() -> new ErrorContext(operation, name(), null, null));
        try {
            return repeat(operation, work);
        } finally {
            writing.end();
        }
    }

    private <R> R repeat(String operation, Function<? super KvUnit, ? extends R> work) {
        for (int attempt = 1; ; attempt++) {
            requireOpen(operation);
            KvUnit unit = new KvUnit(this, true);
            R result;
            try {
                result = work.apply(unit);
            } finally {
                unit.end();
            }
            try {
                unit.commit();
                return result;
            } catch (VersionConflictException e) {
                if (attempt == MAX_ATTEMPTS || Thread.currentThread().isInterrupted()) {
                    throw new TransactionFailedException(
                            "Other writers were faster " + attempt + " times",
                            new ErrorContext(operation, name(), null, null),
                            e);
                }
                pause(attempt);
            }
        }
    }

    private static void pause(int attempt) {
        long longest = Math.min(LONGEST_PAUSE_NANOS, 50_000L << Math.min(attempt, 10));
        LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(longest));
    }
}
