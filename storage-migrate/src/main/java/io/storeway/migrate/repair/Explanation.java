package io.storeway.migrate.repair;

import io.storeway.EntityType;
import io.storeway.Key;
import io.storeway.Storage;
import io.storeway.migrate.Acceptance;
import io.storeway.migrate.Difference;
import io.storeway.migrate.EntityProgress;
import io.storeway.migrate.MigrationTarget;
import io.storeway.migrate.ResidueItem;
import io.storeway.migrate.routing.RoutingNotes;
import io.storeway.migrate.routing.StageChange;
import io.storeway.spi.PartitionState;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Everything that is known of one partition. Contains the values of its records; whoever prints it decides whether to leave them out.
 *
 * @param type the entity type
 * @param source the partition at the source without expired rows, empty if it is not there
 * @param target the same at the target
 * @param differences how they differ
 * @param marks the marks of both sides, which say that the other one may lack a write
 * @param acceptances the acceptances of the target's residue
 * @param progress how far the backfill of the type has come
 * @param history the changes of stage of the routed migrations of both storages
 */
public record Explanation(
        EntityType<?> type,
        PartitionState source,
        PartitionState target,
        List<Difference> differences,
        List<RoutingNotes.MarkNote> marks,
        List<Acceptance> acceptances,
        EntityProgress progress,
        List<StageChange> history) {

    /** Copies the lists. */
    public Explanation {
        differences = List.copyOf(differences);
        marks = List.copyOf(marks);
        acceptances = List.copyOf(acceptances);
        history = List.copyOf(history);
    }

    /**
     * Explains a partition. Writes nothing.
     *
     * @param partition the partition key as text, as {@link Key#text} writes it
     * @param clock judges expiry
     * @throws IllegalArgumentException if the text is no key of the type
     * @throws io.storeway.error.StorageException if one of the storages fails
     */
    public static Explanation of(Storage source, Storage target, EntityType<?> type, String partition, Clock clock) {
        Key key = Key.parse(partition, type.partitionKey());
        PartitionPair pair = new PartitionPair(type, source, target, clock.instant());
        PartitionState wanted = pair.wanted(List.of(key)).get(0);
        PartitionState present = pair.present(List.of(key)).get(0);
        MigrationTarget left = MigrationTarget.of(target);
        List<RoutingNotes> notes =
                Stream.of(source, target).map(RoutingNotes::of).toList();
        return new Explanation(
                type,
                wanted,
                present,
                pair.differences(wanted, present),
                notes.stream()
                        .flatMap(note -> note.mark(type.name(), partition).stream())
                        .toList(),
                present.residue().stream()
                        .map(item -> left.acceptance(new ResidueItem(type.name(), partition, item)))
                        .flatMap(Optional::stream)
                        .toList(),
                left.status().stream()
                        .filter(line -> line.entity().equals(type.name()))
                        .findFirst()
                        .orElseThrow(),
                notes.stream().flatMap(note -> note.history().stream()).toList());
    }
}
