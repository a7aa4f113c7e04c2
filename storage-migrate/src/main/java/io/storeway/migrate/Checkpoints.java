package io.storeway.migrate;

import io.storeway.EntityType;
import io.storeway.Key;
import io.storeway.Storage;
import java.util.List;
import java.util.Optional;

/** Reads the checkpoints in a target. A target that never took part in a migration is left untouched. */
record Checkpoints(Storage target) {

    Optional<Checkpoint> find(EntityType<?> type) {
        return ready() ? target.repository(Checkpoint.TYPE).find(type.name()) : Optional.empty();
    }

    List<EntityProgress> progress(List<EntityType<?>> types) {
        return types.stream()
                .map(type -> find(type).map(Checkpoint::progress).orElse(EntityProgress.none(type.name())))
                .toList();
    }

    void forget(List<EntityType<?>> types) {
        if (ready()) {
            target.repository(Checkpoint.TYPE)
                    .deleteAll(types.stream().map(type -> Key.of(type.name())).toList());
        }
    }

    private boolean ready() {
        return target.replica().ready(List.of(Checkpoint.TYPE));
    }
}
