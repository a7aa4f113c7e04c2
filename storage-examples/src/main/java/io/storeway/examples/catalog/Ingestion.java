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
 * Adds items in batches, and creates the categories that they name. What exists already is left as it is, so a batch may be
 * added twice, and overlapping batches at the same time.
 */
public final class Ingestion {

    private static final int ATTEMPTS = 20;
    /** The longest pause after attempt n is this, doubled n times, but no more than {@link #MAX_DOUBLINGS} times. */
    private static final long PAUSE_NANOS = 1_000_000;

    private static final int MAX_DOUBLINGS = 6;

    private final Storage storage;
    private final Clock clock;

    Ingestion(Storage storage, Clock clock) {
        this.storage = storage;
        this.clock = clock;
    }

    /**
     * An item to add.
     *
     * @param categories the paths of its categories, each a list of names from the root down
     */
    public record Submission(
            String name,
            String url,
            @Nullable String author,
            @Nullable List<String> notes,
            List<List<String>> categories) {}

    /** How many of each were new. */
    public record Ingested(int items, int categories, int placements) {}

    /**
     * Adds a batch, all or nothing.
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
                // Another batch has added one of these records since they were looked up; the next attempt finds it.
                if (e.kind() != ConstraintKind.UNIQUE || attempt == ATTEMPTS) {
                    throw e;
                }
                pause(attempt);
            }
        }
    }

    /** Waits, longer on average with each attempt: H2 refuses a duplicate a moment before the other record can be read. */
    private static void pause(int attempt) {
        LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(PAUSE_NANOS << Math.min(attempt, MAX_DOUBLINGS)));
    }

    /** The records of a batch, each once and in the order of their keys, so that concurrent batches can't deadlock. */
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
                throw new IllegalArgumentException("An item needs a name, a URL and at least one category");
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
