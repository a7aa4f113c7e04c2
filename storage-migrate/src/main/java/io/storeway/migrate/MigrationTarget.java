package io.storeway.migrate;

import io.storeway.EntityType;
import io.storeway.Key;
import io.storeway.Storage;
import io.storeway.migrate.internal.Scan;
import io.storeway.migrate.internal.checkpoint.Checkpoints;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * What migrations have left in their target: how far they have come, the residue, and which of it was accepted. Needs no source.
 * Writes only when residue is accepted or reopened. Thread-safe.
 */
public final class MigrationTarget {

    private static final int PAGE = 1_000;

    private final Storage target;
    private final List<EntityType<?>> types;

    private MigrationTarget(Storage target) {
        this.target = target;
        this.types = target.catalog().types();
    }

    /** The target of a migration. */
    public static MigrationTarget of(Storage target) {
        return new MigrationTarget(target);
    }

    /** How far the backfill of each entity type has come, from its checkpoint. */
    public List<EntityProgress> status() {
        return new Checkpoints(target).progress(types);
    }

    /** Hands over every residue item, type by type. Reads the whole target. */
    public void residue(Consumer<ResidueItem> consumer) {
        for (EntityType<?> type : types) {
            Scan.of(
                    target.replica(),
                    type,
                    PAGE,
                    state -> state.residue()
                            .forEach(item -> consumer.accept(
                                    new ResidueItem(type.name(), state.key().text(type.partitionKey()), item))));
        }
    }

    /** As {@link #residue}, without items whose present content was accepted. */
    public void openResidue(Consumer<ResidueItem> consumer) {
        Set<String> accepted = new HashSet<>();
        acceptances().forEach(acceptance -> accepted.add(acceptance.id()));
        residue(item -> {
            if (!accepted.contains(Acceptance.id(item))) {
                consumer.accept(item);
            }
        });
    }

    /** The acceptance of an item with its present content, if there is one. */
    public Optional<Acceptance> acceptance(ResidueItem item) {
        return ready() ? target.repository(Acceptance.TYPE).find(Acceptance.id(item)) : Optional.empty();
    }

    /** All acceptances, also of items that are no longer residue. */
    public List<Acceptance> acceptances() {
        return ready() ? target.repository(Acceptance.TYPE).all().allowScan().list() : List.of();
    }

    /**
     * Records durably that items may stay residue. The items themselves are not changed.
     *
     * @param which chooses among the items that are not accepted yet
     * @param reason why, for those who come later
     * @param by who says so
     * @return how many items were accepted now
     * @throws IllegalArgumentException if the reason or the name is blank
     */
    public long accept(Predicate<ResidueItem> which, String reason, String by, Clock clock) {
        if (reason.isBlank() || by.isBlank()) {
            throw new IllegalArgumentException("Whoever accepts residue gives a name and a reason");
        }
        target.replica().prepare(List.of(Acceptance.TYPE));
        List<Acceptance> accepted = new ArrayList<>();
        openResidue(item -> {
            if (which.test(item)) {
                accepted.add(Acceptance.of(item, reason, by, clock.instant().truncatedTo(ChronoUnit.MILLIS)));
            }
        });
        for (int from = 0; from < accepted.size(); from += PAGE) {
            target.repository(Acceptance.TYPE).saveAll(accepted.subList(from, Math.min(accepted.size(), from + PAGE)));
        }
        return accepted.size();
    }

    /** Revokes the acceptances of a partition and returns how many there were. */
    public long reopen(String entity, String partition) {
        List<Key> keys = acceptances().stream()
                .filter(acceptance -> acceptance.entity().equals(entity)
                        && acceptance.partition().equals(partition))
                .map(acceptance -> Key.of(acceptance.id()))
                .toList();
        return keys.isEmpty() ? 0 : target.repository(Acceptance.TYPE).deleteAll(keys);
    }

    private boolean ready() {
        return target.replica().ready(List.of(Acceptance.TYPE));
    }
}
