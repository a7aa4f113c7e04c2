package io.storeway.examples.catalog;

import static io.storeway.examples.catalog.CatalogSchema.CATEGORIES;
import static io.storeway.examples.catalog.CatalogSchema.ITEMS;
import static io.storeway.examples.catalog.CatalogSchema.PLACEMENTS;

import io.storeway.EntityType;
import io.storeway.Field;
import io.storeway.Key;
import io.storeway.Page;
import io.storeway.Query;
import io.storeway.Storage;
import io.storeway.examples.catalog.CatalogSchema.Category;
import io.storeway.examples.catalog.CatalogSchema.Item;
import io.storeway.examples.catalog.CatalogSchema.Placement;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds items. A search within a category is answered from the cache, a search over all items by the database. Pages are
 * found by cursor, so items that are added meanwhile neither repeat nor hide others.
 */
public final class Search {

    private final Storage storage;

    Search(Storage storage) {
        this.storage = storage;
    }

    /** The order of the items. */
    public enum Order {
        /** By name. */
        NAME,
        /** The latest first. */
        NEWEST
    }

    /**
     * What to look for; a null component matches everything.
     *
     * @param text a part of the name
     * @param author the author
     * @param category the id of a category; items in categories below it match, too
     */
    public record Filter(
            @Nullable String text,
            @Nullable String author,
            @Nullable String category,
            Order order) {

        /** All items, by name. */
        public static final Filter ALL = new Filter(null, null, null, Order.NAME);

        /** This filter, for items with the text in their name. */
        public Filter text(String part) {
            return new Filter(part, author, category, order);
        }

        /** This filter, for items of the author. */
        public Filter author(String name) {
            return new Filter(text, name, category, order);
        }

        /** This filter, for items in the category with that path, or below it. */
        public Filter category(List<String> path) {
            return new Filter(text, author, Hashes.ofPath(path), order);
        }

        /** This filter, with the latest items first. */
        public Filter newest() {
            return new Filter(text, author, category, Order.NEWEST);
        }
    }

    /**
     * A page of items.
     *
     * @param cursor the {@code next} of the page before, or null for the first
     * @throws io.storeway.error.InvalidValueException if the cursor is not one of this order
     */
    public Page<Item> find(Filter filter, int limit, @Nullable String cursor) {
        if (filter.category() == null) {
            return everywhere(filter).limit(limit).after(cursor).page();
        }
        Page<Placement> placed =
                within(filter.category(), filter).limit(limit).after(cursor).page();
        List<Item> items = storage
                .repository(ITEMS)
                .findAll(placed.items().stream()
                        .map(placement -> Key.of(placement.infoHash()))
                        .toList())
                .stream()
                .filter(Objects::nonNull)
                .toList();
        return new Page<>(items, placed.next(), placed.previous());
    }

    /** How many items pass the filter. */
    public long count(Filter filter) {
        return filter.category() == null
                ? everywhere(filter).count()
                : within(filter.category(), filter).count();
    }

    private Query<Item> everywhere(Filter filter) {
        return narrowed(storage.repository(ITEMS).all().allowScan(), ITEMS, filter);
    }

    private Query<Placement> within(String category, Filter filter) {
        return narrowed(storage.repository(PLACEMENTS).partition(category).query(), PLACEMENTS, filter);
    }

    /** Adds the conditions and the order of a filter. Items and placements have these fields under the same names. */
    @SuppressWarnings("unchecked")
    private static <T> Query<T> narrowed(Query<T> query, EntityType<T> type, Filter filter) {
        Field<T, String> name = (Field<T, String>) type.field("name");
        Field<T, String> author = (Field<T, String>) type.field("author");
        Field<T, Instant> addedAt = (Field<T, Instant>) type.field("addedAt");
        Query<T> narrowed = filter.text() == null ? query : query.where(name.contains(filter.text()));
        narrowed = filter.author() == null ? narrowed : narrowed.where(author.eq(filter.author()));
        return filter.order() == Order.NAME
                ? narrowed.orderBy(name.ascending())
                : narrowed.orderBy(addedAt.descending(), name.ascending());
    }

    /** An item by its id. */
    public Optional<Item> item(String infoHash) {
        return storage.repository(ITEMS).find(infoHash);
    }

    /** The categories directly below the one with that id, by name; for null, the roots. */
    public List<Category> categories(@Nullable String parent) {
        Field<Category, @Nullable String> field = CATEGORIES.field(Category::parent);
        Query<Category> query = storage.repository(CATEGORIES)
                .where(parent == null ? field.isNull() : field.eq(parent))
                .orderBy(CATEGORIES.field(Category::name).ascending());
        return query.allowScan().list();
    }
}
