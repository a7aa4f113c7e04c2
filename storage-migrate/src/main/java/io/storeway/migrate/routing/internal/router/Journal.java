package io.storeway.migrate.routing.internal.router;

import io.storeway.Repository;
import io.storeway.Storage;
import io.storeway.migrate.routing.Writes;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The keys of a router that its sides may not agree on, in the control storage. Thread-safe.
 *
 * <p>A write notes its key when it begins, and removes the note when it ends if no other write of the key came between. A write that
 * finds another's note overlaps with it; the key then stays here as suspect. A write across keys overlaps with every key.
 */
public final class Journal {

    private static final String OVERLAPPED = "writes of the key overlapped";

    private final Storage storage;
    private final String migration;

    public Journal(Storage storage, String migration) {
        this.storage = storage;
        this.migration = migration;
    }

    /** Notes that a write of the key begins. */
    void begin(String key, String token, Instant now) {
        Instant since = now.truncatedTo(ChronoUnit.MILLIS);
        storage.transact(unit -> {
            Repository<Unsettled> notes = unit.repository(Unsettled.TYPE);
            boolean alone = notes.find(migration, key).isEmpty();
            String reason = alone ? "a write is under way" : OVERLAPPED;
            notes.save(new Unsettled(migration, key, token, !alone, reason, since));
            return alone;
        });
        // After the own note is there: so of a write of one key and one across keys, at least one sees the other.
        if (key.equals(Writes.ANY)) {
            all().stream().filter(note -> !note.key().equals(key)).forEach(this::overlapped);
        } else if (find(Writes.ANY).isPresent()) {
            overlapped(new Unsettled(migration, key, token, false, "", since));
        }
    }

    private void overlapped(Unsettled seen) {
        storage.transact(unit -> {
            Repository<Unsettled> notes = unit.repository(Unsettled.TYPE);
            notes.find(migration, seen.key())
                    .filter(note -> note.token().equals(seen.token()) && !note.suspect())
                    .ifPresent(note -> notes.save(
                            new Unsettled(migration, note.key(), note.token(), true, OVERLAPPED, note.since())));
            return true;
        });
    }

    /** Notes that both sides have the write. The key is settled if nobody else has written it meanwhile. */
    void end(String key, String token) {
        remove(key, note -> note.token().equals(token) && !note.suspect());
    }

    /** Notes that the sides may differ: a write failed on one of them, or its outcome is unknown. */
    void suspect(String key, String token, String reason, Instant now) {
        Instant since = now.truncatedTo(ChronoUnit.MILLIS);
        storage.repository(Unsettled.TYPE).save(new Unsettled(migration, key, token, true, reason, since));
    }

    /** All keys that are not settled. */
    public List<Unsettled> all() {
        return storage.repository(Unsettled.TYPE).all().allowScan().list().stream()
                .filter(note -> note.migration().equals(migration))
                .toList();
    }

    /** The keys that a write has left unsettled: it failed, overlapped another one, or began before a time and has not ended. */
    List<Unsettled> left(Instant quiet) {
        return all().stream()
                .filter(note -> note.suspect() || !note.since().isAfter(quiet))
                .toList();
    }

    public Optional<Unsettled> find(String key) {
        return storage.repository(Unsettled.TYPE).find(migration, key);
    }

    /** Removes a note, unless another write has begun since; says whether it did. */
    public boolean forget(String key, String token) {
        return remove(key, note -> note.token().equals(token));
    }

    private boolean remove(String key, Predicate<Unsettled> goes) {
        return storage.transact(unit -> {
            Repository<Unsettled> notes = unit.repository(Unsettled.TYPE);
            return notes.find(migration, key).filter(goes).isPresent() && notes.delete(migration, key);
        });
    }
}
