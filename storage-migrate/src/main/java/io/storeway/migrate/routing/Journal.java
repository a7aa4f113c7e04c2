package io.storeway.migrate.routing;

import io.storeway.Repository;
import io.storeway.Storage;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The keys of a router that its sides may not agree on, in the control storage. Thread-safe.
 *
 * <p>A key is taken off only by a write that was alone with it from its begin to its end: who finds another's note, or loses its
 * own, leaves a suspect. A write across keys overlaps with every key.
 */
final class Journal {

    private static final String OVERLAPPED = "writes of the key overlapped";

    private final Storage storage;
    private final String migration;

    Journal(Storage storage, String migration) {
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
        // After the note is there: of two writes that overlap, one of them across keys, at least one sees the other.
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

    /** Both sides have the write: the key is settled if nobody else wrote it meanwhile. */
    void end(String key, String token) {
        remove(key, note -> note.token().equals(token) && !note.suspect());
    }

    /** Nobody knows what a write did, or the sides did different things. */
    void suspect(String key, String token, String reason, Instant now) {
        Instant since = now.truncatedTo(ChronoUnit.MILLIS);
        storage.repository(Unsettled.TYPE).save(new Unsettled(migration, key, token, true, reason, since));
    }

    /** All keys that are not settled. */
    List<Unsettled> all() {
        return storage.repository(Unsettled.TYPE).all().allowScan().list().stream()
                .filter(note -> note.migration().equals(migration))
                .toList();
    }

    Optional<Unsettled> find(String key) {
        return storage.repository(Unsettled.TYPE).find(migration, key);
    }

    /** Takes a note off, unless another write has begun since; says whether it did. */
    boolean forget(String key, String token) {
        return remove(key, note -> note.token().equals(token));
    }

    private boolean remove(String key, Predicate<Unsettled> goes) {
        return storage.transact(unit -> {
            Repository<Unsettled> notes = unit.repository(Unsettled.TYPE);
            return notes.find(migration, key).filter(goes).isPresent() && notes.delete(migration, key);
        });
    }
}
