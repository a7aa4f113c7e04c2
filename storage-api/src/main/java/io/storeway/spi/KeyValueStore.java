package io.storeway.spi;

import io.storeway.Capabilities;
import io.storeway.Capability;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A key-value store of bytes, as needed to keep records in it. Thread-safe.
 *
 * <p>Keys are text, 1 to {@link #maxKeyBytes()} bytes of UTF-8, ordered by these bytes. Every write of a key gives it a higher version than
 * any it had before, even after a deletion. Expiry is data: an entry after its expiry is still returned, and readers judge its expiry by
 * their own clock. Only {@link #purge} removes it, unless the engine does so and the store's documentation says so.
 *
 * <p>Every call may throw {@link io.storeway.error.StorageUnavailableException}, {@link
 * io.storeway.error.StorageTimeoutException} and {@link io.storeway.error.StorageClosedException}; a write also {@link
 * io.storeway.error.UnknownOutcomeException}, and {@link io.storeway.error.InvalidValueException} for a key that is empty,
 * too long or not well-formed text, before any effect.
 */
public interface KeyValueStore extends AutoCloseable {

    /** The kind of store, for example {@code mvstore}. */
    String name();

    /** Names the place of the data; see {@link ReplicaStore#identity}. */
    default String identity() {
        return "";
    }

    /** The longest key, in bytes of UTF-8. */
    int maxKeyBytes();

    /** Whether acknowledged writes survive the death of the process. */
    boolean durable();

    /** Whether the store refuses all writes with {@link io.storeway.error.UnsupportedCapabilityException}. */
    boolean readOnly();

    /**
     * An entry.
     *
     * @param key the key
     * @param value the bytes; not to be changed
     * @param metadata a small JSON text kept beside the value, or null
     * @param expiresAt the instant from which on the entry counts as absent, in whole seconds or milliseconds, or null
     * @param version grows with each write of the key; at least 1
     */
    record Entry(
            String key,
            byte[] value,
            @Nullable String metadata,
            @Nullable Instant expiresAt,
            long version) {}

    /**
     * One write of a commit.
     *
     * @param key the key
     * @param value the new bytes, or null to delete
     * @param metadata see {@link Entry}
     * @param expiresAt see {@link Entry}
     */
    record Write(
            String key,
            byte @Nullable [] value,
            @Nullable String metadata,
            @Nullable Instant expiresAt) {

        /** A write of plain bytes. */
        public static Write put(String key, byte[] value) {
            return new Write(key, value, null, null);
        }

        /** A deletion. */
        public static Write delete(String key) {
            return new Write(key, null, null, null);
        }
    }

    /**
     * A condition of a commit.
     *
     * @param key the key
     * @param version the version that the entry must have; 0 if it must be absent
     */
    record Expectation(String key, long version) {}

    /**
     * A page of a listing.
     *
     * @param entries the entries in the order of their keys; may be empty even before the end
     * @param next the cursor of the next page, or null at the end
     */
    record Listing(List<Entry> entries, @Nullable String next) {
        /** Copies the list. */
        public Listing {
            entries = List.copyOf(entries);
        }
    }

    /**
     * What the store can do. A store decides about units of work, conditional writes, partition versions, consistent reads, durability and
     * writes. One that declines units of work only takes commits that it can do atomically, and refuses others with {@link
     * io.storeway.error.UnsupportedCapabilityException} before any effect. One that declines conditional writes refuses every expectation
     * in the same way, needn't have increasing versions, and is read-only unless whoever opens it has explicitly chosen that the last
     * writer wins.
     */
    default Capabilities capabilities() {
        Capabilities capabilities = Capabilities.all();
        if (!durable()) {
            capabilities = capabilities.without(
                    Capability.DURABLE, "the death of the process may take what the store " + name() + " acknowledged");
        }
        return readOnly()
                ? capabilities.without(Capability.WRITES, "the store " + name() + " is read-only")
                : capabilities;
    }

    /**
     * The part of a version that says which content of a key is newer. If others write past a store, it may give the same number to contents
     * with different versions, because it can't tell which is newer.
     */
    default long counter(long version) {
        return version;
    }

    /** The entry of the key, or null if it is absent. Text that can't be a key is absent too. */
    @Nullable
    Entry get(String key);

    /** The entries of the keys, in their order; null for one that is absent, as in {@link #get}. */
    List<@Nullable Entry> getAll(List<String> keys);

    /**
     * Makes all writes or none, on condition that every expectation is met. Atomic: no reader sees a part of it, and no other write comes
     * between the check and the writes.
     *
     * @throws io.storeway.error.VersionConflictException if an expectation is not met
     */
    void commit(List<Expectation> expectations, List<Write> writes);

    /**
     * Makes writes independently of each other, in any order; of several writes of one key, the last one counts. If it fails, some may have
     * been made. By default all are one commit if the store has units of work, otherwise each is a commit; a store without units of work
     * should override this to make few calls.
     */
    default void writeEach(List<Write> writes) {
        if (capabilities().has(Capability.UNITS_OF_WORK)) {
            commit(List.of(), writes);
        } else {
            writes.forEach(write -> commit(List.of(), List.of(write)));
        }
    }

    /**
     * Lists entries whose key begins with the prefix, literally.
     *
     * @param cursor the {@code next} of the page before, or null to start
     * @param limit how many entries at most, at least 1
     */
    Listing list(String prefix, @Nullable String cursor, int limit);

    /**
     * Removes entries that have expired at that time.
     *
     * @return how many
     */
    long purge(Instant now);

    /** Ends the store: later calls are refused by a {@link io.storeway.error.StorageClosedException}. Closing again does nothing. */
    @Override
    void close();
}
