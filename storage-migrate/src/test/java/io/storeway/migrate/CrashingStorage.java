package io.storeway.migrate;

import io.storeway.EntityType;
import io.storeway.Key;
import io.storeway.Repository;
import io.storeway.Storage;
import io.storeway.spi.ForwardingReplica;
import io.storeway.spi.ForwardingStorage;
import io.storeway.spi.Inventory;
import io.storeway.spi.PartitionState;
import io.storeway.spi.ReplicaStore;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Two storages to which something happens at the nth call of either, on whatever thread; as a rule they die together. It
 * happens before the call takes effect, or, for a unit of work, after it did. Every unit of work counts as three calls:
 * before it, within it after all of its writes, and after it.
 */
final class CrashingStorage {

    /** The death of the process, as far as a test can play it: nothing of the library catches an Error. */
    static final class Crash extends Error {
        private static final long serialVersionUID = 1L;

        Crash(int call) {
            super("crash at call " + call);
        }
    }

    private final Storage source;
    private final Storage target;
    private final Happening happening;
    private final AtomicInteger calls = new AtomicInteger();

    CrashingStorage(Storage source, Storage target, int crashAt) {
        this(source, target, (call, withinUnit) -> {
            if (call >= crashAt) {
                throw new Crash(call);
            }
        });
    }

    /** What happens at a call. */
    interface Happening {
        void at(int call, boolean withinUnit);
    }

    /** Storages to whose nth call something else happens. */
    CrashingStorage(Storage source, Storage target, Happening happening) {
        this.source = source;
        this.target = target;
        this.happening = happening;
    }

    Storage source() {
        return new Dying(source);
    }

    Storage target() {
        return new Dying(target);
    }

    int calls() {
        return calls.get();
    }

    private void point() {
        happening.at(calls.incrementAndGet(), false);
    }

    private final class Dying extends ForwardingStorage {
        Dying(Storage inner) {
            super(inner);
        }

        @Override
        public <T> Repository<T> repository(EntityType<T> type) {
            point();
            return super.repository(type);
        }

        @Override
        public ReplicaStore replica() {
            return new DyingReplica(super.replica());
        }
    }

    private final class DyingReplica extends ForwardingReplica {

        DyingReplica(ReplicaStore inner) {
            super(inner);
        }

        @Override
        public ScanPage scan(EntityType<?> type, @Nullable String cursor, int limit) {
            point();
            return super.scan(type, cursor, limit);
        }

        @Override
        public List<PartitionState> read(EntityType<?> type, List<Key> partitions) {
            point();
            return super.read(type, partitions);
        }

        @Override
        public void prepare(Collection<? extends EntityType<?>> control) {
            point();
            super.prepare(control);
        }

        @Override
        public <R> R transact(Function<? super ReplicaUnit, ? extends R> work) {
            point();
            R result = super.transact(unit -> {
                R value = work.apply(unit);
                happening.at(calls.incrementAndGet(), true);
                return value;
            });
            point();
            return result;
        }

        @Override
        public Inventory inventory() {
            point();
            return super.inventory();
        }
    }
}
