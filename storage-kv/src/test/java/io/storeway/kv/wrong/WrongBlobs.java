package io.storeway.kv.wrong;

import io.storeway.spi.KeyValueStore.Entry;
import io.storeway.spi.KeyValueStore.Expectation;
import io.storeway.spi.KeyValueStore.Listing;
import io.storeway.spi.KeyValueStore.Write;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Stores whose defects show in the repositories above them. */
public final class WrongBlobs {

    private WrongBlobs() {}

    static final class OneKeyForAll extends WrongKeys.Renames {
        OneKeyForAll() {
            super(key -> key.substring(0, key.indexOf(':') + 1));
        }
    }

    static final class ForgetsDeletions extends WrongStore {
        @Override
        public void commit(List<Expectation> expectations, List<Write> writes) {
            super.commit(
                    expectations,
                    writes.stream().filter(write -> write.value() != null).toList());
        }
    }

    static final class AcknowledgesWithoutWriting extends WrongStore {
        private int commits;

        @Override
        public void commit(List<Expectation> expectations, List<Write> writes) {
            super.commit(expectations, ++commits % 7 == 0 ? List.of() : writes);
        }
    }

    public static final class ChecksNoExpectation extends WrongStore {
        @Override
        public void commit(List<Expectation> expectations, List<Write> writes) {
            super.commit(List.of(), writes);
        }
    }

    static final class ListsAPageAtMost extends WrongStore {
        @Override
        public Listing list(String prefix, @Nullable String cursor, int limit) {
            return new Listing(super.list(prefix, cursor, Math.min(limit, 10)).entries(), null);
        }
    }

    static final class LosesTheVersion extends WrongStore {
        @Override
        @Nullable
        Entry read(@Nullable Entry entry) {
            return renumbered(entry, read -> 1);
        }
    }

    static final class ReadsNothingNowAndThen extends WrongStore {
        private int reads;

        @Override
        @Nullable
        Entry read(@Nullable Entry entry) {
            return ++reads % 11 == 0 ? null : entry;
        }
    }

    /** A version that comes back with the content it stood for. */
    static final class CountsVersionsByContent extends WrongStore {
        @Override
        @Nullable
        Entry read(@Nullable Entry entry) {
            return renumbered(entry, read -> 1L + Integer.toUnsignedLong(Arrays.hashCode(read.value())));
        }

        @Override
        public void commit(List<Expectation> expectations, List<Write> writes) {
            super.commit(List.of(), writes);
        }
    }

    /** An array whose last item stands first when it is read. */
    static final class PutsTheLastFirst extends WrongStore {
        @Override
        @Nullable
        Entry read(@Nullable Entry entry) {
            if (entry == null) {
                return null;
            }
            String text = new String(entry.value(), StandardCharsets.UTF_8);
            int last = text.lastIndexOf(",{");
            return !text.startsWith("[") || last < 0
                    ? entry
                    : new Entry(
                            entry.key(),
                            ("[" + text.substring(last + 1, text.length() - 1) + "," + text.substring(1, last) + "]")
                                    .getBytes(StandardCharsets.UTF_8),
                            entry.metadata(),
                            entry.expiresAt(),
                            entry.version());
        }
    }

    static final class ForgetsOperations extends WrongStore {
        @Override
        public void commit(List<Expectation> expectations, List<Write> writes) {
            super.commit(
                    expectations,
                    writes.stream()
                            .filter(write -> !write.key().startsWith("__storeway:operation:"))
                            .toList());
        }
    }
}
