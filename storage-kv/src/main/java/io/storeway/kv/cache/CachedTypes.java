package io.storeway.kv.cache;

import io.storeway.Catalog;
import io.storeway.EntityType;
import io.storeway.OnDelete;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which types of a catalog are cached, and which of them lose records when one of another type is deleted. */
final class CachedTypes {

    private final Map<EntityType<?>, PartitionCache> caches = new HashMap<>();
    private final Map<EntityType<?>, List<String>> generations = new HashMap<>();

    /** Whether deleting records of another type of the catalog deletes records of this one. */
    static boolean cascaded(EntityType<?> type) {
        return type.references().stream().anyMatch(reference -> reference.onDelete() == OnDelete.CASCADE);
    }

    void add(EntityType<?> type, PartitionCache cache) {
        caches.put(type, cache);
    }

    /** Finds out which types lose records with others, once all caches are known. */
    void link(Catalog catalog) {
        for (EntityType<?> parent : catalog.types()) {
            Set<EntityType<?>> reached = new LinkedHashSet<>();
            reach(catalog, parent, reached);
            List<String> keys = new ArrayList<>();
            for (EntityType<?> child : reached) {
                PartitionCache cache = caches.get(child);
                String key = cache == null ? null : cache.generationKey();
                if (key != null) {
                    keys.add(key);
                }
            }
            generations.put(parent, List.copyOf(keys));
        }
    }

    private static void reach(Catalog catalog, EntityType<?> parent, Set<EntityType<?>> reached) {
        for (EntityType<?> child : catalog.types()) {
            boolean follows = child.references().stream()
                    .anyMatch(
                            reference -> reference.target().equals(parent) && reference.onDelete() == OnDelete.CASCADE);
            if (follows && reached.add(child)) {
                reach(catalog, child, reached);
            }
        }
    }

    @Nullable
    PartitionCache of(EntityType<?> type) {
        return caches.get(type);
    }

    /** The keys of the generations that a deletion of records of this type changes. */
    List<String> generationsBelow(EntityType<?> type) {
        return generations.getOrDefault(type, List.of());
    }
}
