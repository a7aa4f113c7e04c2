package io.storeway.migrate.internal.backfill;

import io.storeway.EntityType;
import io.storeway.error.ErrorContext;
import io.storeway.error.UnsupportedCapabilityException;
import io.storeway.migrate.internal.Threads;
import io.storeway.migrate.internal.checkpoint.Tally;
import io.storeway.migrate.internal.run.Awaited;
import io.storeway.migrate.internal.run.Pairing;
import io.storeway.spi.PartitionState;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** Threads that write parts of a page at the same time. Closing waits until they are done. */
public final class Workers implements AutoCloseable {

    /** How many there are at most. */
    public static final int MOST = 64;

    private final int count;
    private final ExecutorService threads;

    private Workers(int count) {
        this.count = count;
        this.threads = Executors.newFixedThreadPool(count, Threads.daemons("storeway-writer"));
    }

    /**
     * So many workers, or null for the caller's thread alone.
     *
     * @throws UnsupportedCapabilityException if there are to be several and the target's writers wait for each other
     */
    static @Nullable Workers of(Pairing pair) {
        int wanted = pair.pace().workers();
        if (wanted == 1) {
            return null;
        }
        if (!pair.target().replica().writesSideBySide()) {
            throw new UnsupportedCapabilityException(
                    "The writers of the target wait for each other, so " + wanted
                            + " workers would gain nothing; let one worker copy, which reads ahead while it writes",
                    new ErrorContext("backfill", pair.target().name(), null, null),
                    null);
        }
        return new Workers(wanted);
    }

    /** Whether the result is the same in whatever order the partitions of a type are written. */
    static boolean anyOrder(EntityType<?> type) {
        return type.uniqueKeys().isEmpty()
                && type.references().stream().noneMatch(reference -> reference.target() == type);
    }

    int count() {
        return count;
    }

    /**
     * Copies partitions, each worker its part in units of its own.
     *
     * @param none the empty tally with which each of them starts
     * @return what the workers have done; if one of them fails, its exception is thrown when all have ended
     */
    List<PartitionCopy> copy(PartitionCopy.Target into, Tally none, List<PartitionState> partitions) {
        List<Callable<PartitionCopy>> parts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            List<PartitionState> part =
                    partitions.subList(partitions.size() * i / count, partitions.size() * (i + 1) / count);
            if (!part.isEmpty()) {
                parts.add(() -> {
                    PartitionCopy copy = new PartitionCopy(into, none);
                    copy.copy(part, null);
                    return copy;
                });
            }
        }
        List<Future<PartitionCopy>> ended;
        try {
            ended = threads.invokeAll(parts);
        } catch (InterruptedException e) {
            throw Awaited.interrupted("writing");
        }
        return ended.stream().map(part -> Awaited.of(part, "writing")).toList();
    }

    @Override
    public void close() {
        threads.shutdown();
        Threads.awaitEnd(threads);
    }
}
