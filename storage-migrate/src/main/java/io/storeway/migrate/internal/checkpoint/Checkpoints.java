package io.storeway.migrate.internal.checkpoint;

import io.storeway.EntityType;
import io.storeway.Key;
import io.storeway.Storage;
import io.storeway.migrate.EntityProgress;
import java.util.List;
import java.util.Optional;

/** Reads the checkpoints in a target. A target that never took part in a migration is left untouched. */
public record Checkpoints(Storage target) {

    public Optional<Checkpoint> find(EntityType<?> type) {
        return ready() ? target.repository(Checkpoint.TYPE).find(type.name()) : Optional.empty();
    }

    public List<EntityProgress> progress(List<EntityType<?>> types) {
        return types.stream()
                .map(type -> find(type).map(Checkpoint::progress).orElse(Checkpoint.none(type.name())))
                .toList();
    }

    public void forget(List<EntityType<?>> types) {
        if (!ready()) {
            return;
        }
        List<Key> names = types.stream().map(type -> Key.of(type.name())).toList();
        List<Key> parts = types.stream()
                .flatMap(type -> find(type).stream())
                .flatMap(whole -> whole.parts().stream())
                .map(Key::of)
                .toList();
        if (parts.isEmpty()) {
            target.repository(Checkpoint.TYPE).deleteAll(names);
        } else {
            target.replica().prepare(List.of(Lease.TYPE));
            target.replica().transact(unit -> {
                unit.repository(Lease.TYPE).deleteAll(parts);
                unit.repository(Checkpoint.TYPE).deleteAll(parts);
                return unit.repository(Checkpoint.TYPE).deleteAll(names);
            });
        }
    }

    private boolean ready() {
        return target.replica().ready(List.of(Checkpoint.TYPE));
    }
}
