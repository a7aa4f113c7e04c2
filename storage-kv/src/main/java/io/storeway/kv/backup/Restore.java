package io.storeway.kv.backup;

import io.storeway.Json;
import io.storeway.error.ErrorContext;
import io.storeway.error.UnsupportedCapabilityException;
import io.storeway.kv.NdjsonDump;
import io.storeway.kv.internal.EntryPages;
import io.storeway.kv.internal.IndexKeys;
import io.storeway.kv.internal.StrictJson;
import io.storeway.spi.KeyValueStore;
import io.storeway.spi.KeyValueStore.Entry;
import io.storeway.spi.KeyValueStore.Write;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** One restore of a backup whose file has been checked. */
final class Restore {

    private static final int ENTRIES_AT_ONCE = 500;
    private static final long BYTES_AT_ONCE = 4 << 20;
    private static final int EXAMPLES = 10;

    private final Path file;
    private final KeyValueStore store;
    private final LongConsumer progress;
    private long written;
    private long unchanged;
    private long deleted;
    private long present;
    private long different;
    private final List<String> examples = new ArrayList<>();

    Restore(Path file, KeyValueStore store, LongConsumer progress) {
        this.file = file;
        this.store = store;
        this.progress = progress;
    }

    RestoreReport run(OtherKeys others) {
        if (store.readOnly()) {
            throw new UnsupportedCapabilityException(
                    "The store is read-only; restore into another one",
                    new ErrorContext("restore", store.name(), null, null),
                    null);
        }
        giveUpIndex();
        batches(this::write);
        if (others == OtherKeys.DELETE) {
            deleteOthers();
        }
        batches(this::compare);
        return new RestoreReport(written, unchanged, deleted, countKeys() - present, different, examples);
    }

    /** Drops the index of constraints, which doesn't know what a restore writes. */
    private void giveUpIndex() {
        if (store.get(IndexKeys.RECORD) != null) {
            store.commit(List.of(), List.of(Write.delete(IndexKeys.RECORD)));
        }
    }

    private void batches(Consumer<List<Write>> work) {
        long done = 0;
        try (NdjsonDump dump = NdjsonDump.open(file)) {
            List<Write> batch = new ArrayList<>();
            long bytes = 0;
            while (dump.hasNext()) {
                Write write = dump.next().write();
                batch.add(write);
                bytes += value(write).length;
                if (batch.size() == ENTRIES_AT_ONCE || bytes >= BYTES_AT_ONCE || !dump.hasNext()) {
                    work.accept(batch);
                    done += batch.size();
                    progress.accept(done);
                    batch = new ArrayList<>();
                    bytes = 0;
                }
            }
        }
    }

    private void write(List<Write> batch) {
        List<@Nullable Entry> before = entries(batch);
        List<Write> needed = new ArrayList<>();
        for (int i = 0; i < batch.size(); i++) {
            if (equal(batch.get(i), before.get(i))) {
                unchanged++;
            } else {
                needed.add(batch.get(i));
            }
        }
        if (!needed.isEmpty()) {
            store.writeEach(needed);
            written += needed.size();
        }
    }

    private void compare(List<Write> batch) {
        List<@Nullable Entry> after = entries(batch);
        for (int i = 0; i < batch.size(); i++) {
            present += after.get(i) == null ? 0 : 1;
            if (!equal(batch.get(i), after.get(i))) {
                different++;
                if (examples.size() < EXAMPLES) {
                    examples.add(batch.get(i).key());
                }
            }
        }
    }

    private List<@Nullable Entry> entries(List<Write> batch) {
        return store.getAll(batch.stream().map(Write::key).toList());
    }

    private static boolean equal(Write wanted, @Nullable Entry entry) {
        return entry != null
                && Arrays.equals(value(wanted), entry.value())
                && equalJson(wanted.metadata(), entry.metadata())
                && Objects.equals(wanted.expiresAt(), entry.expiresAt());
    }

    /** Compares metadata as JSON, since a dump writes it without blanks. */
    private static boolean equalJson(@Nullable String one, @Nullable String other) {
        return Objects.equals(one, other)
                || (one != null && other != null && json(one).equals(json(other)));
    }

    private static Json json(String text) {
        return StrictJson.read(text.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] value(Write write) {
        return Objects.requireNonNull(write.value(), "An entry of a dump has a value");
    }

    /** Walks the store and the backup side by side; both are sorted by the UTF-8 bytes of their keys. */
    private void deleteOthers() {
        try (NdjsonDump dump = NdjsonDump.open(file)) {
            byte @Nullable [] kept = next(dump);
            for (List<Entry> page : EntryPages.of(store, "")) {
                List<Write> deletions = new ArrayList<>();
                for (Entry entry : page) {
                    byte[] key = bytes(entry.key());
                    while (kept != null && Arrays.compareUnsigned(kept, key) < 0) {
                        kept = next(dump);
                    }
                    if (!Arrays.equals(kept, key) && !IndexKeys.covers(entry.key())) {
                        deletions.add(Write.delete(entry.key()));
                    }
                }
                if (!deletions.isEmpty()) {
                    store.writeEach(deletions);
                    deleted += deletions.size();
                }
            }
        }
    }

    private static byte @Nullable [] next(NdjsonDump dump) {
        return dump.hasNext() ? bytes(dump.next().write().key()) : null;
    }

    private static byte[] bytes(String key) {
        return key.getBytes(StandardCharsets.UTF_8);
    }

    private long countKeys() {
        long keys = 0;
        for (List<Entry> page : EntryPages.of(store, "")) {
            keys += page.stream()
                    .filter(entry -> !IndexKeys.covers(entry.key()))
                    .count();
        }
        return keys;
    }
}
