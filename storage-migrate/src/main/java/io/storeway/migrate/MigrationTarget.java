package io.storeway.migrate;

import io.storeway.EntityType;
import io.storeway.Key;
import io.storeway.Storage;
import io.storeway.migrate.internal.Scan;
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
 * What migrations have left in their target: how far they came, and the residue with what was said about it. Needs no
 * source. A target that never took part in a migration is left as it is. Thread-safe.
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

    /** Hands over every residue item, by entity type, as long as it takes to read the target. */
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

    /** As {@link #residue}, without items that were accepted as they are now. */
    public void openResidue(Consumer<ResidueItem> consumer) {
        Set<String> accepted = new HashSet<>();
        acceptances().forEach(acceptance -> accepted.add(acceptance.id()));
        residue(item -> {
            if (!accepted.contains(Acceptance.id(item))) {
                consumer.accept(item);
            }
        });
    }

    /** What was said about an item as it is now, if anything was. */
    public Optional<Acceptance> acceptance(ResidueItem item) {
        return ready() ? target.repository(Acceptance.TYPE).find(Acceptance.id(item)) : Optional.empty();
    }

    /** Everything that was accepted, also what is residue no more. */
    public List<Acceptance> acceptances() {
        return ready() ? target.repository(Acceptance.TYPE).all().allowScan().list() : List.of();
    }

    /**
     * Writes down durably that items may stay residue. They are left where they are.
     *
     * @param which the items that are meant, of those that are not accepted yet
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

    /** Takes back what was accepted for a partition and says how many items are open again. */
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
