package io.storeway.kv;

import io.storeway.Capability;
import io.storeway.EntityType;
import io.storeway.Key;
import io.storeway.Repository;
import io.storeway.kv.internal.BlobCodec;
import io.storeway.spi.KeyValueStore;
import io.storeway.spi.KeyValueStore.Entry;
import io.storeway.spi.KeyValueStore.Expectation;
import io.storeway.spi.KeyValueStore.Write;
import io.storeway.spi.PartitionState;
import io.storeway.spi.ReplicaStore.Applied;
import io.storeway.spi.ReplicaStore.ReplicaUnit;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A unit of work: the entries that it has read, and the writes that it is going to commit. Not thread-safe. */
final class KvUnit implements ReplicaUnit {

    private final KvStorage storage;
    private final boolean checked;
    private final Thread thread = Thread.currentThread();
    private final Instant now;
    private final Map<String, Met> entries = new HashMap<>();
    private final Map<String, Write> writes = new LinkedHashMap<>();
    /** Keys to read together with whatever is read next. */
    private final Set<String> expected = new LinkedHashSet<>();
    /** While a statement runs: what the keys that it wrote held before. */
    private @Nullable Map<String, Before> statement;

    private boolean ended;

    private record Before(@Nullable Write write, @Nullable Entry entry) {}

    /** An entry that the unit has read or written: its version when it was first read, 0 if absent, and its content in this unit. */
    private static final class Met {

        private final long version;
        private @Nullable Entry entry;

        Met(@Nullable Entry entry) {
            this.version = entry == null ? 0 : entry.version();
            this.entry = entry;
        }
    }

    /**
     * Begins a unit.
     *
     * @param checked whether the commit checks what was read; otherwise a scan isn't remembered, however long it is
     */
    KvUnit(KvStorage storage, boolean checked) {
        this.storage = storage;
        this.checked = checked;
        this.now = storage.clock().instant();
    }

    @Override
    public <T> Repository<T> repository(EntityType<T> type) {
        requireRunning();
        storage.codec(type);
        return new Repository<>(type, rows(), storage.clock());
    }

    @Override
    public void expect(EntityType<?> type, List<Key> partitions) {
        requireRunning();
        expected.addAll(new StateReader(this, storage.codec(type)).keys(partitions, storage.versions(type)));
    }

    @Override
    public List<Applied> apply(EntityType<?> type, List<PartitionState> states) {
        requireRunning();
        if (rules(type) == null) {
            storage.requireNoRules(this, type, "apply");
        }
        return new StateWriter(this, storage.codec(type)).apply(states);
    }

    @Override
    public List<PartitionState> read(EntityType<?> type, List<Key> partitions) {
        requireRunning();
        return new StateReader(this, storage.codec(type)).read(partitions);
    }

    @Override
    public List<PartitionState> advance(EntityType<?> type, List<Key> partitions, long epoch) {
        requireRunning();
        return new StateReader(this, storage.codec(type)).advance(partitions, epoch);
    }

    /** Only reads: the commit checks anyway that everything the unit has read is unchanged. */
    @Override
    public <T> Optional<T> pin(EntityType<T> type, Key key) {
        return Optional.ofNullable(repository(type).findAll(List.of(key)).get(0));
    }

    /** The rules between blobs that concern a type, or null if none is enforced. */
    @Nullable
    ConstraintRules rules(EntityType<?> type) {
        ConstraintRules rules = storage.rules();
        return rules != null && rules.concern(type) ? rules : null;
    }

    /** Makes the unit depend on a complete index of the rules. */
    void requireIndex(String operation) {
        storage.requireIndex(this, operation);
    }

    /** Whether the index of the rules is complete, as this unit sees it. */
    boolean hasIndex() {
        return storage.indexComplete(this);
    }

    KvRows rows() {
        return new KvRows(storage, this);
    }

    KeyValueStore store() {
        return storage.store();
    }

    int maxKeyBytes() {
        return storage.store().maxKeyBytes();
    }

    /** The instant by which this unit judges expiry. */
    Instant now() {
        return now;
    }

    /** Reads entries ahead, in one call. */
    void prefetch(List<String> keys) {
        requireRunning();
        Set<String> absent = new LinkedHashSet<>(keys);
        absent.addAll(expected);
        expected.clear();
        absent.removeIf(entries::containsKey);
        if (absent.isEmpty()) {
            return;
        }
        List<String> missing = List.copyOf(absent);
        List<@Nullable Entry> found = storage.store().getAll(missing);
        for (int i = 0; i < missing.size(); i++) {
            entries.put(missing.get(i), new Met(found.get(i)));
        }
    }

    private Met meet(String key) {
        requireRunning();
        Met met = entries.get(key);
        if (met != null) {
            return met;
        }
        if (!expected.isEmpty()) {
            prefetch(List.of(key));
            return Objects.requireNonNull(entries.get(key));
        }
        Met read = new Met(storage.store().get(key));
        entries.put(key, read);
        return read;
    }

    /** The entry as this unit sees it, expired or not. */
    @Nullable
    Entry entry(String key) {
        return meet(key).entry;
    }

    /** The version that the entry had when this unit first met it; 0 if there was none. */
    long version(String key) {
        return meet(key).version;
    }

    /** The partition as it lies in the store: an expired entry counts until it is purged. */
    KvPartition present(BlobCodec codec, Key key) {
        String storeKey = codec.keyOf(key);
        return KvPartition.of(codec, key, storeKey, entry(storeKey));
    }

    /** The partition as repositories see it: an expired entry is absent. */
    KvPartition partition(BlobCodec codec, Key key) {
        String storeKey = codec.keyOf(key);
        return KvPartition.of(codec, key, storeKey, liveEntry(storeKey));
    }

    /** The entry as this unit sees it, unless the store may drop it by now. */
    @Nullable
    Entry liveEntry(String key) {
        return live(entry(key));
    }

    private @Nullable Entry live(@Nullable Entry entry) {
        Instant expiresAt = entry == null ? null : entry.expiresAt();
        return expiresAt != null && !now.isBefore(expiresAt) ? null : entry;
    }

    /** Whether an entry is there that counts as absent. */
    boolean expired(String key) {
        return entry(key) != null && liveEntry(key) == null;
    }

    /** Hands on the live partitions of a page of a scan, as this unit has written them, one after the other. */
    void partitions(BlobCodec codec, List<Entry> page, Consumer<KvPartition> action) {
        requireRunning();
        for (Entry listed : page) {
            codec.partitionOf(listed.key()).ifPresent(key -> live(codec, key, listed.key(), met(listed), action));
        }
    }

    private @Nullable Entry met(Entry listed) {
        Met met = checked ? entries.computeIfAbsent(listed.key(), first -> new Met(listed)) : entries.get(listed.key());
        return met == null ? listed : met.entry;
    }

    /** Hands on the live partitions that this unit has written and that aren't in the store yet, so that no listing shows them. */
    void added(BlobCodec codec, Consumer<KvPartition> action) {
        for (String storeKey : writes.keySet()) {
            if (version(storeKey) == 0) {
                codec.partitionOf(storeKey).ifPresent(key -> live(codec, key, storeKey, entry(storeKey), action));
            }
        }
    }

    /** The partitions that this unit wrote: a listing shows what they were before. */
    List<Key> written(BlobCodec codec) {
        return writes.keySet().stream()
                .flatMap(storeKey -> codec.partitionOf(storeKey).stream())
                .toList();
    }

    private void live(BlobCodec codec, Key key, String storeKey, @Nullable Entry entry, Consumer<KvPartition> action) {
        Entry live = live(entry);
        if (live != null) {
            action.accept(KvPartition.of(codec, key, storeKey, live));
        }
    }

    /**
     * Takes writes of partitions of one type, and the deletions that rules between blobs ask for.
     *
     * @throws io.storeway.error.ConstraintViolationException if a rule is broken; then nothing is taken
     */
    void put(BlobCodec codec, Map<Key, Write> partitions, String operation) {
        ConstraintRules rules = rules(codec.type());
        if (rules == null) {
            storage.requireNoRules(this, codec.type(), operation);
            partitions.values().forEach(this::put);
            return;
        }
        requireIndex(operation);
        statement(() -> {
            Map<Key, @Nullable Entry> before = new LinkedHashMap<>();
            partitions.forEach((key, write) -> before.put(key, entry(write.key())));
            partitions.values().forEach(this::put);
            List<PartitionChange> changes = new ArrayList<>(partitions.size());
            partitions.forEach(
                    (key, write) -> changes.add(PartitionChange.of(codec, key, before.get(key), entry(write.key()))));
            if (!changes.isEmpty()) {
                ConstraintCheck.strict(this, rules, operation).run(changes);
            }
            return true;
        });
    }

    /** Takes a write, which the unit sees at once. A deletion of an entry that is known to be absent is left out. */
    void put(Write write) {
        byte[] value = write.value();
        Met met = meet(write.key());
        if (value == null && met.entry == null && storage.capabilities().has(Capability.CONSISTENT_READS)) {
            return;
        }
        if (statement != null) {
            statement.putIfAbsent(write.key(), new Before(writes.get(write.key()), met.entry));
        }
        writes.put(write.key(), write);
        met.entry =
                value == null ? null : new Entry(write.key(), value, write.metadata(), write.expiresAt(), met.version);
    }

    /** Runs a part of the work; if it returns false or throws, its writes are taken back. */
    boolean statement(BooleanSupplier part) {
        Map<String, Before> before = new LinkedHashMap<>();
        statement = before;
        boolean done = false;
        try {
            done = part.getAsBoolean();
            return done;
        } finally {
            statement = null;
            if (!done) {
                before.forEach(this::restore);
            }
        }
    }

    private void restore(String key, Before before) {
        Write write = before.write();
        if (write == null) {
            writes.remove(key);
        } else {
            writes.put(key, write);
        }
        meet(key).entry = before.entry();
    }

    void requireRunning() {
        if (ended || !thread.equals(Thread.currentThread())) {
            throw new IllegalStateException("A unit of work is used after its end, or on another thread");
        }
    }

    void end() {
        ended = true;
    }

    /** Commits. A unit without writes is checked too, if it has read several entries that may have changed. */
    void commit() {
        boolean conditional = storage.capabilities().has(Capability.CONDITIONAL_WRITES);
        if (writes.isEmpty() && (!conditional || storage.store().readOnly() || entries.size() < 2)) {
            return; // A single read is consistent by itself.
        }
        if (!writes.isEmpty()) {
            storage.requireNoOtherIndex();
        }
        if (!conditional) {
            storage.store().commit(List.of(), List.copyOf(writes.values()));
            return;
        }
        List<Expectation> expectations = new ArrayList<>(entries.size());
        entries.forEach((key, met) -> expectations.add(new Expectation(key, met.version)));
        storage.store().commit(expectations, List.copyOf(writes.values()));
    }
}
