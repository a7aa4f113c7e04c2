package io.storeway.kv.wrong;

import io.storeway.spi.KeyValueStore.Entry;
import io.storeway.spi.KeyValueStore.Expectation;
import io.storeway.spi.KeyValueStore.Listing;
import io.storeway.spi.KeyValueStore.Write;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Exchanger;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Stores that are wrong about calls with many keys, and about what lies at the end of a range. */
final class WrongMany {

    /** What an engine takes at once. */
    private static final int PIECE = 1_000;

    private WrongMany() {}

    /** Each piece with its share of the expectations. */
    static final class CommitsInPieces extends WrongStore {
        @Override
        public void commit(List<Expectation> expectations, List<Write> writes) {
            for (int from = 0; from < Math.max(1, writes.size()); from += PIECE) {
                super.commit(piece(expectations, from), writes.subList(from, Math.min(writes.size(), from + PIECE)));
            }
        }

        private static List<Expectation> piece(List<Expectation> expectations, int from) {
            int size = expectations.size();
            return expectations.subList(Math.min(size, from), Math.min(size, from + PIECE));
        }
    }

    static final class ReadsAPieceOnly extends WrongStore {
        @Override
        public List<@Nullable Entry> getAll(List<String> keys) {
            List<@Nullable Entry> entries = super.getAll(keys.subList(0, Math.min(PIECE, keys.size())));
            while (entries.size() < keys.size()) {
                entries.add(null);
            }
            return entries;
        }
    }

    static final class ListsAPieceOnly extends WrongStore {
        @Override
        public Listing list(String prefix, @Nullable String cursor, int limit) {
            Listing listing = super.list(prefix, cursor, Math.min(limit, PIECE));
            return limit <= PIECE ? listing : new Listing(listing.entries(), null);
        }
    }

    /** Looks for what has expired and then removes it, whatever it has become. One who renews an entry meets it in between. */
    static class PurgesWhatItHasSeen extends WrongStore {
        private final Exchanger<String> meeting = new Exchanger<>();
        private volatile boolean met;

        @Override
        public void commit(List<Expectation> expectations, List<Write> writes) {
            boolean renews = writes.size() == 1 && writes.get(0).expiresAt() == null && !met;
            met = renews && meets();
            super.commit(expectations, writes);
            if (renews && met) {
                meets();
            }
        }

        private boolean meets() {
            try {
                meeting.exchange("here", 20, TimeUnit.MILLISECONDS);
                return true;
            } catch (TimeoutException e) {
                return false;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }

        @Override
        public long purge(Instant now) {
            List<Write> deletions = right.list("", null, Integer.MAX_VALUE).entries().stream()
                    .filter(entry -> entry.expiresAt() != null && !now.isBefore(entry.expiresAt()))
                    .limit(limit())
                    .map(entry -> Write.delete(entry.key()))
                    .toList();
            if (meets()) {
                meets();
            }
            right.commit(List.of(), deletions);
            return deletions.size();
        }

        int limit() {
            return Integer.MAX_VALUE;
        }
    }

    static final class PurgesAPieceOnly extends PurgesWhatItHasSeen {
        @Override
        int limit() {
            return PIECE;
        }
    }

    static final class KeepsTheFirstWriteOfAKey extends WrongStore {
        @Override
        public void writeEach(List<Write> writes) {
            Map<String, Write> first = new LinkedHashMap<>();
            writes.forEach(write -> first.putIfAbsent(write.key(), write));
            super.writeEach(List.copyOf(first.values()));
        }
    }

    static final class PutsEachAndDeletesNothing extends WrongStore {
        @Override
        public void writeEach(List<Write> writes) {
            super.writeEach(
                    writes.stream().filter(write -> write.value() != null).toList());
        }
    }

    static final class KeepsOneExpectationOfAKey extends WrongStore {
        @Override
        public void commit(List<Expectation> expectations, List<Write> writes) {
            Map<String, Expectation> last = new LinkedHashMap<>();
            expectations.forEach(each -> last.put(each.key(), each));
            super.commit(List.copyOf(last.values()), writes);
        }
    }

    private static Entry at(Entry entry, long version) {
        return new Entry(entry.key(), entry.value(), entry.metadata(), entry.expiresAt(), version);
    }

    static final class ReadsSeveralWithoutVersions extends WrongStore {
        @Override
        public List<@Nullable Entry> getAll(List<String> keys) {
            List<@Nullable Entry> entries = new ArrayList<>();
            super.getAll(keys).forEach(entry -> entries.add(entry == null ? null : at(entry, 1)));
            return entries;
        }
    }

    static final class ListsTheLatestVersionForAll extends WrongStore {
        @Override
        public Listing list(String prefix, @Nullable String cursor, int limit) {
            Listing listing = super.list(prefix, cursor, limit);
            long latest =
                    listing.entries().stream().mapToLong(Entry::version).max().orElse(1);
            return new Listing(
                    listing.entries().stream().map(entry -> at(entry, latest)).toList(), listing.next());
        }
    }

    /** Lists up to a text that is meant to be behind every key below the prefix. */
    abstract static class EndsAPrefix extends WrongStore {
        abstract String end(String prefix);

        @Override
        public Listing list(String prefix, @Nullable String cursor, int limit) {
            Listing listing = super.list(prefix, cursor, limit);
            if (prefix.isEmpty()) {
                return listing;
            }
            byte[] end = end(prefix).getBytes(StandardCharsets.UTF_8);
            return new Listing(
                    listing.entries().stream()
                            .filter(entry ->
                                    Arrays.compareUnsigned(entry.key().getBytes(StandardCharsets.UTF_8), end) < 0)
                            .toList(),
                    listing.next());
        }
    }

    static final class EndsAPrefixAtTheNextCharacter extends EndsAPrefix {
        @Override
        String end(String prefix) {
            int last = prefix.length() - 1;
            return prefix.substring(0, last) + (char) (prefix.charAt(last) + 1);
        }
    }

    static final class EndsAPrefixAtAHighCharacter extends EndsAPrefix {
        @Override
        String end(String prefix) {
            return prefix + '\uffff';
        }
    }
}
