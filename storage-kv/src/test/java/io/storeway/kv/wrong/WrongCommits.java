package io.storeway.kv.wrong;

import io.storeway.error.StorageException;
import io.storeway.error.VersionConflictException;
import io.storeway.kv.MemoryStore;
import io.storeway.spi.KeyValueStore;
import io.storeway.spi.KeyValueStore.Entry;
import io.storeway.spi.KeyValueStore.Expectation;
import io.storeway.spi.KeyValueStore.Write;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Exchanger;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Stores that are wrong about commits, versions and closing. */
final class WrongCommits {

    private WrongCommits() {}

    static final class DropsTheLastOfABatch extends WrongStore {
        @Override
        public void commit(List<Expectation> expectations, List<Write> writes) {
            super.commit(expectations, writes.size() > 1 ? writes.subList(0, writes.size() - 1) : writes);
        }
    }

    static final class ChecksNoVersion extends WrongStore {
        @Override
        public void commit(List<Expectation> expectations, List<Write> writes) {
            super.commit(
                    expectations.stream().filter(each -> each.version() == 0).toList(), writes);
        }
    }

    static final class ChecksNoAbsence extends WrongStore {
        @Override
        public void commit(List<Expectation> expectations, List<Write> writes) {
            super.commit(
                    expectations.stream().filter(each -> each.version() != 0).toList(), writes);
        }
    }

    static final class ChecksTheFirstExpectationOnly extends WrongStore {
        @Override
        public void commit(List<Expectation> expectations, List<Write> writes) {
            super.commit(expectations.subList(0, Math.min(1, expectations.size())), writes);
        }
    }

    static final class SwallowsConflicts extends WrongStore {
        @Override
        public void commit(List<Expectation> expectations, List<Write> writes) {
            try {
                super.commit(expectations, writes);
            } catch (VersionConflictException e) {
                Objects.requireNonNull(e);
            }
        }
    }

    /** Each write by itself, on its own expectation. */
    static final class CommitsPieceByPiece extends WrongStore {
        @Override
        public void commit(List<Expectation> expectations, List<Write> writes) {
            for (Write write : writes) {
                super.commit(
                        expectations.stream()
                                .filter(each -> each.key().equals(write.key()))
                                .toList(),
                        List.of(write));
            }
            super.commit(
                    expectations.stream()
                            .filter(each -> writes.stream()
                                    .noneMatch(write -> write.key().equals(each.key())))
                            .toList(),
                    List.of());
        }
    }

    /** All is checked before, and then written one after the other. */
    static final class ShowsHalfOfACommit extends WrongStore {
        @Override
        public synchronized void commit(List<Expectation> expectations, List<Write> writes) {
            right.commit(expectations, List.of());
            for (Write write : writes) {
                right.commit(List.of(), List.of(write));
                LockSupport.parkNanos(1_000);
            }
        }
    }

    /** Checks and then writes. Two that come together meet in between. */
    static class ChecksBeforeItLocks extends WrongStore {
        private final Exchanger<String> meeting = new Exchanger<>();

        @Override
        public void commit(List<Expectation> expectations, List<Write> writes) {
            right.commit(expectations, List.of());
            try {
                meeting.exchange("checked", 5, TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                Objects.requireNonNull(e, "there was nobody else");
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            right.commit(stillHeld(expectations, writes), writes);
        }

        List<Expectation> stillHeld(List<Expectation> expectations, List<Write> writes) {
            return List.of();
        }
    }

    static final class ForgetsExpectationsOfOtherKeys extends ChecksBeforeItLocks {
        @Override
        List<Expectation> stillHeld(List<Expectation> expectations, List<Write> writes) {
            return expectations.stream()
                    .filter(each ->
                            writes.stream().anyMatch(write -> write.key().equals(each.key())))
                    .toList();
        }
    }

    /** Keys begin with version 1 again after a deletion. */
    static final class CountsAnewAfterDeletions extends WrongStore {
        private final Map<String, Long> base = new ConcurrentHashMap<>();

        private long version(Entry entry) {
            return entry.version() - base.computeIfAbsent(entry.key(), key -> entry.version() - 1);
        }

        @Override
        @Nullable
        Entry read(@Nullable Entry entry) {
            return renumbered(entry, this::version);
        }

        @Override
        public synchronized void commit(List<Expectation> expectations, List<Write> writes) {
            List<Expectation> inner = new ArrayList<>();
            for (Expectation expected : expectations) {
                Entry entry = right.get(expected.key());
                boolean met = (entry == null ? 0 : version(entry)) == expected.version();
                inner.add(new Expectation(expected.key(), !met ? -1 : entry == null ? 0 : entry.version()));
            }
            super.commit(inner, writes);
            writes.stream().filter(write -> write.value() == null).forEach(write -> base.remove(write.key()));
        }
    }

    static final class CountsOnWhenRead extends WrongStore {
        private long reads;

        @Override
        @Nullable
        Entry read(@Nullable Entry entry) {
            return renumbered(entry, read -> read.version() + ++reads);
        }
    }

    static final class KeepsTheCallersArray extends WrongStore {
        private final Map<String, byte[]> values = new ConcurrentHashMap<>();

        @Override
        Write written(Write write) {
            if (write.value() != null) {
                values.put(write.key(), write.value());
            }
            return write;
        }

        @Override
        @Nullable
        Entry read(@Nullable Entry entry) {
            return entry == null
                    ? null
                    : new Entry(
                            entry.key(),
                            values.getOrDefault(entry.key(), entry.value()),
                            entry.metadata(),
                            entry.expiresAt(),
                            entry.version());
        }
    }

    static final class AnswersWhenClosed extends WrongStore {
        @Override
        public void close() {}
    }

    static final class WritesEachWhenClosed extends WrongStore {
        private boolean closed;

        @Override
        public void writeEach(List<Write> writes) {
            if (!closed) {
                super.writeEach(writes);
            }
        }

        @Override
        public void close() {
            closed = true;
            super.close();
        }
    }

    /** Throws what its engine throws. */
    static final class LetsOthersExceptionsThrough extends WrongStore {
        @Override
        public void commit(List<Expectation> expectations, List<Write> writes) {
            try {
                super.commit(expectations, writes);
            } catch (StorageException e) {
                throw new IllegalStateException(e.getMessage(), e);
            }
        }
    }

    static final class PurgesThoughReadOnly extends WrongStore {
        @Override
        public boolean readOnly() {
            return true;
        }
    }

    /** Calls itself durable, and is: closing it leaves all that it has for the next one. */
    static class StaysOnDisk extends WrongStore {
        StaysOnDisk(KeyValueStore disk) {
            super(disk);
        }

        @Override
        public String identity() {
            return "disk";
        }

        @Override
        public boolean durable() {
            return true;
        }

        @Override
        public void close() {
            // The disk stays.
        }
    }

    /** Says that it is at another place whenever it is opened. */
    static final class NamesANewPlace extends StaysOnDisk {
        NamesANewPlace(KeyValueStore disk) {
            super(disk);
        }

        @Override
        public String identity() {
            return Integer.toString(System.identityHashCode(this));
        }
    }

    /** Keeps no versions with its entries: it gives them new ones when it is opened. */
    static final class CountsAnewWhenOpened extends StaysOnDisk {
        private final Map<String, Long> base = new ConcurrentHashMap<>();

        CountsAnewWhenOpened(KeyValueStore disk) {
            super(disk);
            disk.list("", null, Integer.MAX_VALUE)
                    .entries()
                    .forEach(entry -> base.put(entry.key(), entry.version() - 1));
        }

        @Override
        @Nullable
        Entry read(@Nullable Entry entry) {
            return renumbered(entry, read -> read.version() - base.getOrDefault(read.key(), 0L));
        }

        @Override
        public void commit(List<Expectation> expectations, List<Write> writes) {
            super.commit(
                    expectations.stream()
                            .map(each -> each.version() == 0
                                    ? each
                                    : new Expectation(each.key(), each.version() + base.getOrDefault(each.key(), 0L)))
                            .toList(),
                    writes);
        }
    }

    /** Calls itself durable, and acknowledges what is on no disk yet: what came last is lost when it is closed. */
    static final class AcknowledgesBeforeWriting extends WrongStore {
        private final KeyValueStore disk;
        private List<Write> waiting = List.of();

        AcknowledgesBeforeWriting(KeyValueStore disk) {
            super(copy(disk));
            this.disk = disk;
        }

        static KeyValueStore copy(KeyValueStore disk) {
            MemoryStore memory = new MemoryStore();
            disk.list("", null, Integer.MAX_VALUE)
                    .entries()
                    .forEach(entry -> memory.commit(
                            List.of(),
                            List.of(new Write(entry.key(), entry.value(), entry.metadata(), entry.expiresAt()))));
            return memory;
        }

        @Override
        public String identity() {
            return "disk";
        }

        @Override
        public boolean durable() {
            return true;
        }

        @Override
        public synchronized void commit(List<Expectation> expectations, List<Write> writes) {
            super.commit(expectations, writes);
            disk.commit(List.of(), waiting);
            waiting = writes;
        }

        @Override
        public long purge(Instant now) {
            disk.purge(now);
            return super.purge(now);
        }
    }
}
