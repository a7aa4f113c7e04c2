package io.storeway.kv;

import io.storeway.Capability;
import io.storeway.EntityType;
import io.storeway.Key;
import io.storeway.kv.internal.BlobCodec;
import io.storeway.kv.internal.Decoded;
import io.storeway.kv.internal.EntryPages;
import io.storeway.spi.Inventory;
import io.storeway.spi.KeyValueStore;
import io.storeway.spi.KeyValueStore.Entry;
import io.storeway.spi.PartitionState;
import io.storeway.spi.ReplicaStore;
import io.storeway.spi.Version;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Partitions of blobs, as a migration reads and writes them. Expired entries are included as long as the store has them.
 */
final class KvReplica implements ReplicaStore {

    private final KvStorage storage;
    private final KeyValueStore store;

    KvReplica(KvStorage storage) {
        this.storage = storage;
        this.store = storage.store();
    }

    @Override
    public ScanPage scan(EntityType<?> type, @Nullable String cursor, int limit) {
        storage.requireOpen("scan");
        BlobCodec codec = storage.codec(type);
        if (type.keyValue().key().variables().isEmpty()) {
            Key partition = codec.partitionOf(type.keyValue().key().prefix()).orElseThrow();
            return new ScanPage(
                    read(type, List.of(partition)).stream()
                            .filter(state -> size(state) > 0)
                            .toList(),
                    null);
        }
        EntryPages pages = new EntryPages(store, type.keyValue().key().prefix(), cursor);
        List<PartitionState> found = new ArrayList<>();
        int items = 0;
        do {
            int each = Math.max(1, items / Math.max(1, found.size()));
            for (PartitionState state : states(codec, pages.next(Math.max(1, (limit - items) / each)))) {
                found.add(state);
                items += size(state);
            }
        } while (pages.hasNext() && items < limit);
        return new ScanPage(found, pages.cursor());
    }

    private List<PartitionState> states(BlobCodec codec, List<Entry> listed) {
        List<Key> keys = new ArrayList<>(listed.size());
        List<Entry> entries = new ArrayList<>(listed.size());
        for (Entry entry : listed) {
            codec.partitionOf(entry.key()).ifPresent(key -> {
                keys.add(key);
                entries.add(entry);
            });
        }
        List<@Nullable Entry> sidecars = sidecars(codec.type(), keys);
        List<PartitionState> states = new ArrayList<>(keys.size());
        for (int i = 0; i < keys.size(); i++) {
            PartitionState state =
                    state(store, codec, keys.get(i), entries.get(i), sidecars.isEmpty() ? null : sidecars.get(i));
            if (size(state) > 0) {
                states.add(state);
            }
        }
        return states;
    }

    private static int size(PartitionState state) {
        return state.items().size() + state.residue().size();
    }

    /**
     * The sidecars of the partitions, or an empty list if there are none. They are read without asking for any first: in Redis that
     * question is a walk through all keys. Only a store where each costs a request, and that hardly ever has one, is asked.
     */
    private List<@Nullable Entry> sidecars(EntityType<?> type, List<Key> keys) {
        boolean rare = !store.capabilities().has(Capability.CONDITIONAL_WRITES);
        if (keys.isEmpty() || (rare && noneHas(type))) {
            return List.of();
        }
        return store.getAll(keys.stream()
                .map(key -> VersionSidecar.key(type, key, store.maxKeyBytes()))
                .toList());
    }

    private boolean noneHas(EntityType<?> type) {
        return store.list(VersionSidecar.prefix(type), null, 1).entries().isEmpty();
    }

    static PartitionState state(
            KeyValueStore store, BlobCodec codec, Key key, @Nullable Entry entry, @Nullable Entry sidecarEntry) {
        VersionSidecar sidecar = VersionSidecar.read(sidecarEntry);
        // A deleted blob keeps the version of its sidecar, whoever has deleted it.
        Version version = sidecar != null && (entry == null || sidecar.describes(entry))
                ? sidecar.version()
                : new Version(0, entry == null ? 0 : store.counter(entry.version()));
        return state(codec, key, entry, version);
    }

    static PartitionState state(BlobCodec codec, Key key, @Nullable Entry entry, Version version) {
        Decoded content =
                entry == null ? Decoded.NOTHING : codec.decode(key, entry.value(), entry.metadata(), entry.expiresAt());
        return new PartitionState(
                key,
                version,
                content.items().stream()
                        .map(item -> new PartitionState.Item(item.position(), item.row(), item.json()::bytes))
                        .toList(),
                content.residue());
    }

    @Override
    public List<PartitionState> read(EntityType<?> type, List<Key> partitions) {
        storage.requireOpen("read");
        BlobCodec codec = storage.codec(type);
        List<Key> held = partitions.stream().filter(codec::holds).toList();
        List<@Nullable Entry> entries =
                store.getAll(held.stream().map(codec::keyOf).toList());
        // Read after the blobs: a sidecar of a later blob doesn't fit, and then the version counts as none.
        List<@Nullable Entry> sidecars = sidecars(type, partitions);
        List<PartitionState> states = new ArrayList<>(partitions.size());
        int next = 0;
        for (int i = 0; i < partitions.size(); i++) {
            Entry entry = codec.holds(partitions.get(i)) ? entries.get(next++) : null;
            states.add(state(store, codec, partitions.get(i), entry, sidecars.isEmpty() ? null : sidecars.get(i)));
        }
        return states;
    }

    @Override
    public Set<Integer> carried(EntityType<?> type) {
        return storage.codec(type).carried();
    }

    @Override
    public void prepare(Collection<? extends EntityType<?>> control) {
        storage.requireOpen("prepare");
        storage.serve(control);
    }

    @Override
    public boolean ready(Collection<? extends EntityType<?>> control) {
        prepare(control);
        return true;
    }

    @Override
    public <R> R transact(Function<? super ReplicaUnit, ? extends R> work) {
        storage.require(Capability.CONDITIONAL_WRITES, "transact", null);
        return storage.run("transact", work);
    }

    @Override
    public String identity() {
        return store.identity();
    }

    @Override
    public Inventory inventory() {
        storage.requireOpen("inventory");
        InventoryCount count = new InventoryCount(
                storage.catalog().types().stream().map(storage::codec).toList());
        EntryPages.of(store, "").forEach(page -> page.forEach(count::add));
        return count.inventory();
    }
}
