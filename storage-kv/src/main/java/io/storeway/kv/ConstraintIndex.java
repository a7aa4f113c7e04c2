package io.storeway.kv;

import io.storeway.Capability;
import io.storeway.Catalog;
import io.storeway.EntityType;
import io.storeway.Field;
import io.storeway.Key;
import io.storeway.Missing;
import io.storeway.error.ConstraintKind;
import io.storeway.error.ErrorContext;
import io.storeway.error.SchemaMismatchException;
import io.storeway.error.TransactionFailedException;
import io.storeway.error.UnsupportedCapabilityException;
import io.storeway.error.VersionConflictException;
import io.storeway.kv.internal.BlobCodec;
import io.storeway.kv.internal.EntryPages;
import io.storeway.kv.internal.IndexKeys;
import io.storeway.spi.KeyValueStore;
import io.storeway.spi.KeyValueStore.Entry;
import io.storeway.spi.KeyValueStore.Expectation;
import io.storeway.spi.KeyValueStore.Write;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * The index by which storages that are opened with {@link Constraints#ENFORCED} enforce unique keys and references between blobs. It
 * is kept in the store beside the blobs. It names the rules that it covers, so that a storage knows whether it is complete. A backup
 * leaves it out, and a restore drops it; after a restore it has to be built anew.
 */
public final class ConstraintIndex {

    private static final int MOST_DIFFERENCES = 1_000;

    private final KeyValueStore store;
    private final Catalog catalog;
    private final KvStorage storage;
    private final ConstraintRules rules;
    private final String build = UUID.randomUUID().toString();
    private final List<String> differences = new ArrayList<>();
    private long violations;

    private ConstraintIndex(KeyValueStore store, Catalog catalog) {
        this.store = store;
        this.catalog = catalog;
        this.storage = KvStorage.building(store, catalog);
        this.rules = new ConstraintRules(catalog, storage::codec);
    }

    /**
     * Builds the index from the blobs, and replaces one that is there. Reads all records of the types that have rules, page by page,
     * and changes none. Nobody may write to these types meanwhile: storages that enforce the rules refuse to, all others have to be
     * stopped.
     *
     * @throws SchemaMismatchException if records break a rule; it names each by type, redacted partition, place and rule,
     *     1,000 at most, and there is no index then
     * @throws UnsupportedCapabilityException if the store takes no atomic commits or no writes, or a rule can't be indexed
     * @throws io.storeway.error.TransactionFailedException if another build has begun
     */
    public static void build(KeyValueStore store, Catalog catalog) {
        requireStore(store);
        new ConstraintIndex(store, catalog).run();
    }

    /**
     * Drops the index of the types of a catalog, so that storages that decline constraints may write. Those that enforce them refuse to
     * write from then on.
     */
    public static void drop(KeyValueStore store, Catalog catalog) {
        requireStore(store);
        change(store, record -> record.without(names(catalog)));
        clear(store, catalog);
    }

    static void requireStore(KeyValueStore store) {
        if (store.readOnly()) {
            throw refused(store, "the store is read-only");
        }
        Optional<String> reason = store.capabilities().reason(Capability.UNITS_OF_WORK);
        if (reason.isPresent()) {
            throw refused(store, "they need atomic commits, and " + reason.get());
        }
    }

    private static UnsupportedCapabilityException refused(KeyValueStore store, String reason) {
        return new UnsupportedCapabilityException(
                "Constraints can't be enforced: " + reason + "; open the storage without constraints=enforced",
                new ErrorContext("open", store.name(), null, null),
                null);
    }

    /** Requires a complete index of a catalog's rules. Without records an empty index is made, if what is missing may be made. */
    static void requireComplete(KeyValueStore store, Catalog catalog, ConstraintRules rules, Missing missing) {
        List<String> names = names(catalog);
        IndexRecord record = IndexRecord.read(store.get(IndexKeys.RECORD));
        if (record.covers(rules, names)) {
            return;
        }
        boolean started = names.stream().anyMatch(record::concerns);
        if (started || !isEmpty(store, catalog, rules)) {
            throw IndexRecord.notBuilt("open", store.name());
        }
        if (missing != Missing.CREATE) {
            return;
        }
        change(
                store,
                now -> names.stream().anyMatch(now::concerns)
                        ? now
                        : now.startBuild("", rules, names).endBuild());
    }

    private static boolean isEmpty(KeyValueStore store, Catalog catalog, ConstraintRules rules) {
        for (EntityType<?> type : catalog.types()) {
            if (rules.concern(type)) {
                BlobCodec codec = new BlobCodec(type);
                for (List<Entry> page :
                        EntryPages.of(store, type.keyValue().key().prefix())) {
                    if (page.stream()
                            .anyMatch(entry -> codec.partitionOf(entry.key()).isPresent())) {
                        return false;
                    }
                }
            }
        }
        return true;
    }

    private static List<String> names(Catalog catalog) {
        return catalog.types().stream().map(EntityType::name).toList();
    }

    /** Changes the entry that describes the index. */
    private static void change(KeyValueStore store, UnaryOperator<IndexRecord> change) {
        for (int attempt = 1; ; attempt++) {
            Entry before = store.get(IndexKeys.RECORD);
            Write write = change.apply(IndexRecord.read(before)).write();
            try {
                store.commit(
                        List.of(new Expectation(IndexKeys.RECORD, before == null ? 0 : before.version())),
                        List.of(write));
                return;
            } catch (VersionConflictException e) {
                if (attempt == KvStorage.MAX_ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    private void run() {
        List<String> names = names(catalog);
        change(store, record -> record.startBuild(build, rules, names));
        clear(store, catalog);
        for (EntityType<?> type : catalog.types()) {
            if (!rules.unique(type).isEmpty() || !rules.outgoing(type).isEmpty()) {
                pages(store, type.keyValue().key().prefix(), keys -> index(storage.codec(type), keys));
            }
        }
        if (violations > 0) {
            if (violations > differences.size()) {
                differences.add("and " + (violations - differences.size()) + " more");
            }
            change(store, record -> record.build().equals(build) ? record.without(names) : record);
            clear(store, catalog);
            throw new SchemaMismatchException("Records break the rules of their entity types", differences, context());
        }
        storage.run("build", unit -> {
            requireMine(unit);
            unit.put(IndexRecord.read(unit.entry(IndexKeys.RECORD)).endBuild().write());
            return true;
        });
    }

    private ErrorContext context() {
        return new ErrorContext("build", store.name(), null, null);
    }

    private void index(BlobCodec codec, List<String> keys) {
        long before = violations;
        int differencesBefore = differences.size();
        storage.run("build", unit -> {
            violations = before;
            differences.subList(differencesBefore, differences.size()).clear();
            requireMine(unit);
            unit.prefetch(keys);
            List<PartitionChange> changes = new ArrayList<>();
            for (String storeKey : keys) {
                Key partition = codec.partitionOf(storeKey).orElse(null);
                if (partition != null) {
                    changes.add(PartitionChange.of(codec, partition, null, unit.liveEntry(storeKey)));
                }
            }
            if (!changes.isEmpty()) {
                new ConstraintCheck(unit, rules, "build", this::broken, ConstraintCheck.Others.STAY).run(changes);
            }
            return changes.size();
        });
    }

    private void broken(
            PartitionChange change,
            int row,
            ConstraintKind kind,
            String constraint,
            List<? extends Field<?, ?>> fields) {
        violations++;
        if (differences.size() < MOST_DIFFERENCES) {
            EntityType<?> type = change.codec().type();
            differences.add(type.name() + " " + change.partition().redacted() + ", record " + row + ": " + kind
                    + " constraint " + constraint + " (" + String.join(", ", type.columns(fields)) + ") is broken");
        }
    }

    /** Fails if another build has begun since this one. */
    private void requireMine(KvUnit unit) {
        if (!IndexRecord.read(unit.entry(IndexKeys.RECORD)).build().equals(build)) {
            throw new TransactionFailedException(
                    "Another build of the index has begun, or the index was given up", context(), null);
        }
    }

    private static void clear(KeyValueStore store, Catalog catalog) {
        for (EntityType<?> type : catalog.types()) {
            for (String prefix : List.of(IndexKeys.unique(type.name()), IndexKeys.children(type.name()))) {
                pages(
                        store,
                        prefix,
                        keys -> store.commit(
                                List.of(), keys.stream().map(Write::delete).toList()));
            }
        }
    }

    private static void pages(KeyValueStore store, String prefix, Consumer<List<String>> work) {
        for (List<Entry> page : EntryPages.of(store, prefix)) {
            if (!page.isEmpty()) {
                work.accept(page.stream().map(Entry::key).toList());
            }
        }
    }
}
