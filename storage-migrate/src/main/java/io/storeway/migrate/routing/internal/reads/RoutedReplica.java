package io.storeway.migrate.routing.internal.reads;

import io.storeway.EntityType;
import io.storeway.Key;
import io.storeway.migrate.routing.internal.control.Side;
import io.storeway.migrate.routing.internal.control.Stages;
import io.storeway.migrate.routing.internal.membership.Member;
import io.storeway.migrate.routing.internal.replication.Sides;
import io.storeway.migrate.routing.internal.writes.RoutedWrites;
import io.storeway.spi.Inventory;
import io.storeway.spi.PartitionState;
import io.storeway.spi.ReplicaStore;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The replica of the storage that decides. What is written through it follows in the other one. */
public final class RoutedReplica implements ReplicaStore {

    private final Sides sides;
    private final Member member;
    private final RoutedWrites writes;

    public RoutedReplica(Sides sides, Member member, RoutedWrites writes) {
        this.sides = sides;
        this.member = member;
        this.writes = writes;
    }

    private ReplicaStore deciding() {
        return sides.of(Stages.authority(member.reading("read").record().reading())
                        .orElse(Side.OLD))
                .replica();
    }

    @Override
    public ScanPage scan(EntityType<?> type, @Nullable String cursor, int limit) {
        return deciding().scan(type, cursor, limit);
    }

    @Override
    public List<PartitionState> read(EntityType<?> type, List<Key> partitions) {
        return deciding().read(type, partitions);
    }

    @Override
    public Set<Integer> carried(EntityType<?> type) {
        return sides.carried(type);
    }

    @Override
    public void prepare(Collection<? extends EntityType<?>> control) {
        sides.prepare(control);
    }

    @Override
    public boolean ready(Collection<? extends EntityType<?>> control) {
        return sides.ready(control);
    }

    @Override
    public <R> R transact(Function<? super ReplicaUnit, ? extends R> work) {
        return writes.run("transact", work);
    }

    @Override
    public Inventory inventory() {
        return deciding().inventory();
    }
}
