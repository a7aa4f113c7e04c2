package io.storeway.migrate.repair;

import io.storeway.Capability;
import io.storeway.EntityType;
import io.storeway.Storage;
import io.storeway.error.ErrorContext;
import io.storeway.error.UnsupportedCapabilityException;
import io.storeway.migrate.Difference;
import io.storeway.migrate.MigrationException;
import io.storeway.migrate.internal.CarriedFields;
import io.storeway.migrate.internal.Convergence;
import io.storeway.migrate.routing.RoutingNotes;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Names every difference between source and target of a migration while nobody writes, and makes the target equal to the source if
 * asked to. The source is right, even where the target has something newer, and is only read.
 *
 * <p>A partition is repaired as a whole, in one unit of work, and only if all of its differences are of the kinds to repair. Then both
 * sides are read again; a partition that still differs counts as failed. An item that the target refuses becomes residue there,
 * which is no difference. A repair that was interrupted can be made again.
 *
 * <p>Reads both sides page by page. Thread-safe, but not meant for use beside writers: while a routed migration is under way this
 * repair refuses to write, and {@link io.storeway.migrate.routing.StageControl#repair} is the one to use.
 */
public final class Repair {

    private static final int PAGE = 1_000;

    private final Storage source;
    private final Storage target;
    private final Clock clock;

    private Repair(Storage source, Storage target, Clock clock) {
        this.source = source;
        this.target = target;
        this.clock = clock;
    }

    /**
     * A repair of two storages.
     *
     * @param clock judges expiry
     */
    public static Repair between(Storage source, Storage target, Clock clock) {
        return new Repair(source, target, clock);
    }

    /** Names the differences and writes nothing. */
    public RepairReport report() {
        return run(EnumSet.noneOf(Difference.Kind.class));
    }

    /**
     * Repairs differences of the given kinds: first what is to be deleted, children before parents, then the rest.
     *
     * @throws MigrationException if a routed migration is under way between the storages
     * @throws UnsupportedCapabilityException if the target takes no writes
     * @throws io.storeway.error.StorageException if one of the storages fails
     */
    public RepairReport run(Set<Difference.Kind> kinds) {
        if (!kinds.isEmpty()) {
            requireWrites();
            requireRest();
        }
        Instant now = clock.instant();
        Convergence convergence = new Convergence(target, type -> CarriedFields.of(type, source, target));
        List<TypeRepair> types = new ArrayList<>();
        for (EntityType<?> type : source.catalog().types()) {
            types.add(new TypeRepair(new PartitionPair(type, source, target, now), convergence, kinds, PAGE));
        }
        List<TypeRepair> childrenFirst = new ArrayList<>(types);
        Collections.reverse(childrenFirst);
        childrenFirst.forEach(TypeRepair::partitionsOfTheTargetAlone);
        types.forEach(TypeRepair::partitionsOfTheSource);
        return new RepairReport(types.stream().map(TypeRepair::result).toList());
    }

    private void requireWrites() {
        target.capabilities().reason(Capability.WRITES).ifPresent(reason -> {
            throw new UnsupportedCapabilityException(
                    "The target takes no writes: " + reason,
                    new ErrorContext("repair", target.name(), null, null),
                    null);
        });
    }

    private void requireRest() {
        List<String> underWay = Stream.of(source, target)
                .flatMap(side -> RoutingNotes.of(side).underWay().stream())
                .distinct()
                .toList();
        if (!underWay.isEmpty()) {
            throw new MigrationException("The routed migration " + String.join(", ", underWay)
                    + " is under way, and its writers would be in the way; use its own repair");
        }
    }
}
