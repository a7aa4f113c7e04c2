package io.storeway.kv.wrong;

import io.storeway.spi.KeyValueStore.Entry;
import io.storeway.spi.KeyValueStore.Expectation;
import io.storeway.spi.KeyValueStore.Listing;
import io.storeway.spi.KeyValueStore.Write;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Stores that are wrong about what an entry holds, and about when it is there. */
final class WrongEntries {

    private static final int LONGEST = 65_536;

    private WrongEntries() {}

    static final class TruncatesValues extends WrongStore {
        @Override
        Write written(Write write) {
            byte[] value = write.value();
            return value == null || value.length <= LONGEST
                    ? write
                    : new Write(write.key(), Arrays.copyOf(value, LONGEST), write.metadata(), write.expiresAt());
        }
    }

    static final class LosesMetadata extends WrongStore {
        @Override
        Write written(Write write) {
            return new Write(write.key(), write.value(), null, write.expiresAt());
        }
    }

    static final class TruncatesMetadata extends WrongStore {
        @Override
        Write written(Write write) {
            String metadata = write.metadata();
            return new Write(
                    write.key(),
                    write.value(),
                    metadata == null ? null : metadata.substring(0, Math.min(metadata.length(), 1_024)),
                    write.expiresAt());
        }
    }

    static final class KeepsOldMetadata extends WrongStore {
        @Override
        Write written(Write write) {
            Entry before = right.get(write.key());
            String old = before == null ? null : before.metadata();
            String metadata = write.metadata() == null ? old : write.metadata();
            return new Write(write.key(), write.value(), metadata, write.expiresAt());
        }
    }

    /** Keeps another expiry than the one that was given. */
    abstract static class ChangesExpiry extends WrongStore {
        @Override
        Write written(Write write) {
            Instant expiresAt = write.expiresAt();
            return new Write(
                    write.key(), write.value(), write.metadata(), expiresAt == null ? null : changed(expiresAt));
        }

        abstract @Nullable Instant changed(Instant expiresAt);
    }

    static final class IgnoresExpiry extends ChangesExpiry {
        @Override
        @Nullable
        Instant changed(Instant expiresAt) {
            return null;
        }
    }

    static final class OverflowsOnFarExpiry extends ChangesExpiry {
        @Override
        Instant changed(Instant expiresAt) {
            return Instant.ofEpochMilli(expiresAt.toEpochMilli());
        }
    }

    static final class RoundsExpiryToSeconds extends ChangesExpiry {
        @Override
        Instant changed(Instant expiresAt) {
            return expiresAt.truncatedTo(ChronoUnit.SECONDS);
        }
    }

    /** As an engine does that judges expiry by its own clock. */
    static final class HidesWhatHasExpired extends WrongStore {
        @Override
        @Nullable
        Entry read(@Nullable Entry entry) {
            return entry == null
                            || entry.expiresAt() == null
                            || entry.expiresAt().isAfter(Instant.parse("2026-01-01T00:00:00Z"))
                    ? entry
                    : null;
        }
    }

    static final class PurgesAMomentLate extends WrongStore {
        @Override
        public long purge(Instant now) {
            return right.purge(now.minusMillis(1));
        }
    }

    static final class PurgesEverything extends WrongStore {
        @Override
        public long purge(Instant now) {
            return right.purge(Instant.MAX);
        }
    }

    static final class ReadsStaleOnce extends WrongStore {
        private final Map<String, Entry> older = new HashMap<>();
        private int reads;

        @Override
        public void commit(List<Expectation> expectations, List<Write> writes) {
            super.commit(expectations, writes);
            if (clears(writes)) {
                older.clear();
                reads = 0;
            }
        }

        @Override
        Write written(Write write) {
            Entry before = right.get(write.key());
            if (before != null) {
                older.put(write.key(), before);
            }
            return write;
        }

        @Override
        @Nullable
        Entry read(@Nullable Entry entry) {
            return entry != null && ++reads % 9 == 0 ? older.getOrDefault(entry.key(), entry) : entry;
        }
    }

    static final class ResurrectsDeletions extends WrongStore {
        private int deletions;

        @Override
        public void commit(List<Expectation> expectations, List<Write> writes) {
            if (clears(writes)) {
                deletions = 0;
                super.commit(expectations, writes);
                return;
            }
            super.commit(
                    expectations,
                    writes.stream()
                            .filter(write -> write.value() != null || ++deletions % 2 != 0)
                            .toList());
        }
    }

    static final class AnswersForTheFirstKeyOnly extends WrongStore {
        @Override
        public List<@Nullable Entry> getAll(List<String> keys) {
            List<@Nullable Entry> entries = new ArrayList<>();
            keys.forEach(key -> entries.add(key.equals(keys.get(0)) ? get(key) : null));
            return entries;
        }
    }

    static final class ListsWithoutValues extends WrongStore {
        @Override
        public Listing list(String prefix, @Nullable String cursor, int limit) {
            Listing listing = right.list(prefix, cursor, limit);
            return new Listing(
                    listing.entries().stream()
                            .map(entry -> new Entry(
                                    entry.key(), new byte[0], entry.metadata(), entry.expiresAt(), entry.version()))
                            .toList(),
                    listing.next());
        }
    }
}
