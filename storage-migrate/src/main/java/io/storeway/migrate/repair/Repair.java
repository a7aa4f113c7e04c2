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
 * Names every difference between the two storages of a migration at rest, and makes the target equal to the source where
 * that is asked for. The source decides, also over what is newer at the target, and is only read.
 *
 * <p>A partition is mended as a whole and in one unit of work, by the same step as in a backfill, and only if all of its
 * differences are of kinds that are to be mended. Afterwards both sides are read again; what still differs has failed. An
 * item that the target refuses becomes residue there, which is no difference. A repair that is interrupted is made again.
 *
 * <p>Reads both sides page by page. Thread-safe, but not made for writers beside it: while a routed migration is under way
 * its own repair is the one to use, and this one refuses to write.
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
     * Mends differences of the given kinds: first what is to be deleted, children before parents, then the rest.
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
