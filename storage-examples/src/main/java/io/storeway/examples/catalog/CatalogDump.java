package io.storeway.examples.catalog;

import io.storeway.Blob;
import io.storeway.Catalog;
import io.storeway.EntityType;
import io.storeway.Storage;
import io.storeway.Storages;
import io.storeway.examples.catalog.Ingestion.Submission;
import java.lang.invoke.MethodHandles;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Reads a dump of real link lists, with keys {@code category:{id}} and {@code item:{infoHash}}. */
final class CatalogDump {

    private static final MethodHandles.Lookup HERE = MethodHandles.lookup();

    private CatalogDump() {}

    record DumpedCategory(String id, String name, @Nullable String parent) {}

    record DumpedItem(
            String infoHash,
            String name,
            String url,
            @Nullable String author,
            @Nullable List<String> notes,
            List<String> categories) {}

    private static final EntityType<DumpedCategory> CATEGORIES = EntityType.of(DumpedCategory.class, HERE)
            .named("categories")
            .identifiedBy(DumpedCategory::id)
            .nullable(DumpedCategory::parent)
            .keyValue("category:{id}", Blob.<DumpedCategory>object().alsoMember(DumpedCategory::id))
            .build();

    private static final EntityType<DumpedItem> ITEMS = EntityType.of(DumpedItem.class, HERE)
            .named("items")
            .identifiedBy(DumpedItem::infoHash)
            .nullable(DumpedItem::author, DumpedItem::notes)
            .keyValue("item:{infoHash}", Blob.<DumpedItem>object().alsoMember(DumpedItem::infoHash))
            .build();

    /** The items of a dump, each with the paths of its categories. */
    static List<Submission> read(Path file) {
        try (Storage dump = Storages.open("ndjson:" + file, Catalog.of(CATEGORIES, ITEMS))) {
            Map<String, DumpedCategory> categories = new HashMap<>();
            dump.repository(CATEGORIES)
                    .all()
                    .allowScan()
                    .list()
                    .forEach(category -> categories.put(category.id(), category));
            List<Submission> items = new ArrayList<>();
            for (DumpedItem item : dump.repository(ITEMS).all().allowScan().list()) {
                items.add(new Submission(
                        item.name(),
                        item.url(),
                        item.author(),
                        item.notes(),
                        item.categories().stream()
                                .map(id -> path(categories, id))
                                .toList()));
            }
            return items;
        }
    }

    private static List<String> path(Map<String, DumpedCategory> categories, String id) {
        ArrayDeque<String> names = new ArrayDeque<>();
        for (String next = id; next != null; ) {
            DumpedCategory category = Objects.requireNonNull(categories.get(next), "every category is in the dump");
            names.addFirst(category.name());
            next = category.parent();
        }
        return List.copyOf(names);
    }
}
