package io.storeway.examples.catalog;

import static io.storeway.examples.catalog.CatalogSchema.CATEGORIES;
import static io.storeway.examples.catalog.CatalogSchema.ITEMS;
import static io.storeway.examples.catalog.CatalogSchema.PLACEMENTS;

import io.storeway.EntityType;
import io.storeway.Key;
import io.storeway.Repository;
import io.storeway.Storage;
import io.storeway.UnitOfWork;
import io.storeway.error.ConstraintKind;
import io.storeway.error.ConstraintViolationException;
import io.storeway.examples.catalog.CatalogSchema.Category;
import io.storeway.examples.catalog.CatalogSchema.Item;
import io.storeway.examples.catalog.CatalogSchema.Placement;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Takes in items by the batch, and creates the categories that they name. What is there already stays as it is, so a batch
 * may come twice, and several that overlap may come at once.
 */
public final class Ingestion {

    private static final int ATTEMPTS = 20;
    /** The longest pause before the first attempt is repeated is twice as long. */
    private static final long NANOS_AT_MOST = 1_000_000;

    private final Storage storage;
    private final Clock clock;

    Ingestion(Storage storage, Clock clock) {
        this.storage = storage;
        this.clock = clock;
    }

    /**
     * An item to take in.
     *
     * @param categories the ways to the categories it belongs to, each the names from the root on
     */
    public record Submission(
            String name,
            String url,
            @Nullable String author,
            @Nullable List<String> notes,
            List<List<String>> categories) {}

    /** How many were new. */
    public record Ingested(int items, int categories, int placements) {}

    /**
     * Takes in a batch, all or nothing.
     *
     * @throws IllegalArgumentException if an item has no name, no URL or no category
     */
    public Ingested ingest(Collection<Submission> batch) {
        Batch prepared = new Batch(clock.instant());
        batch.forEach(prepared::add);
        for (int attempt = 1; ; attempt++) {
            try {
                return storage.transact(prepared::write);
            } catch (ConstraintViolationException e) {
                // Another batch has added one of ours since we looked; next time it is there.
                if (e.kind() != ConstraintKind.UNIQUE || attempt == ATTEMPTS) {
                    throw e;
                }
                pause(attempt);
            }
        }
    }

    /** Waits some time, longer on average with each attempt: H2 refuses a duplicate shortly before it shows the other. */
    private static void pause(int attempt) {
        LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(NANOS_AT_MOST << Math.min(attempt, 6)));
    }

    /** What a batch comes to: each thing once, in the order of the keys, so that batches don't wait for each other in a ring. */
    private static final class Batch {

        private final Instant now;
        private final Map<String, Category> categories = new TreeMap<>();
        private final Map<String, Item> items = new TreeMap<>();
        private final Map<String, Placement> placements = new TreeMap<>();

        Batch(Instant now) {
            this.now = now;
        }

        void add(Submission item) {
            if (item.name().isBlank()
                    || item.url().isBlank()
                    || item.categories().isEmpty()) {
                throw new IllegalArgumentException("An item has a name, a URL and a category at least");
            }
            String id = Hashes.ofUrl(item.url());
            items.putIfAbsent(id, new Item(id, item.name(), item.url(), item.author(), item.notes(), now));
            Item first = items.get(id);
            for (List<String> path : item.categories()) {
                for (int depth = 1; depth <= path.size(); depth++) {
                    Category category = category(path.subList(0, depth));
                    placements.putIfAbsent(
                            category.id() + id, new Placement(category.id(), id, first.name(), first.author(), now));
                }
            }
        }

        private Category category(List<String> path) {
            String id = Hashes.ofPath(path);
            String parent = path.size() == 1 ? null : Hashes.ofPath(path.subList(0, path.size() - 1));
            return categories.computeIfAbsent(id, absent -> new Category(id, path.get(path.size() - 1), parent));
        }

        Ingested write(UnitOfWork unit) {
            int newCategories = addMissing(unit, CATEGORIES, categories.values(), one -> Key.of(one.id()));
            int newItems = addMissing(unit, ITEMS, items.values(), one -> Key.of(one.infoHash()));
            int newPlacements =
                    addMissing(unit, PLACEMENTS, placements.values(), one -> Key.of(one.categoryId(), one.infoHash()));
            return new Ingested(newItems, newCategories, newPlacements);
        }

        private static <T> int addMissing(
                UnitOfWork unit, EntityType<T> type, Collection<T> wanted, Function<T, Key> key) {
            Repository<T> there = unit.repository(type);
            List<T> all = List.copyOf(wanted);
            List<@Nullable T> found = there.findAll(all.stream().map(key).toList());
            List<T> missing = new ArrayList<>();
            for (int i = 0; i < all.size(); i++) {
                if (found.get(i) == null) {
                    missing.add(all.get(i));
                }
            }
            there.insertAll(missing);
            return missing.size();
        }
    }
}
