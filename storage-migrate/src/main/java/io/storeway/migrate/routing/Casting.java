package io.storeway.migrate.routing;

import io.storeway.EntityType;
import io.storeway.Repository;
import io.storeway.Storage;
import io.storeway.migrate.MigrationException;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Sees to it that two storages take the parts in a migration that they took when it began. */
final class Casting {

    /** Instead of a migration: the part of this name has an id of the storage itself. */
    private static final String PLACE = "storeway:place";

    private final Sides sides;
    private final Controls controls;

    Casting(Sides sides, Controls controls) {
        this.sides = sides;
        this.controls = controls;
    }

    /**
     * Writes nothing.
     *
     * @throws MigrationException if one of the storages has another part, or none in a migration that has left OFF; or if the
     *     migration has not begun, and another one moves the same types between them
     */
    void require() {
        Optional<StageRecord> record = controls.find();
        for (Side side : Side.values()) {
            Optional<Part> part = part(side, sides.migration());
            part.ifPresent(taken -> require(side, taken, record));
            if (part.isEmpty()
                    && record.filter(begun -> begun.stage() != Stage.OFF).isPresent()) {
                throw refused(
                        side,
                        "has never taken part in it, and it is in "
                                + record.get().stage() + "; open the two that the application runs with");
            }
        }
        if (record.isEmpty()) {
            controls.all().forEach(this::requireOver);
        }
    }

    private void require(Side side, Part part, Optional<StageRecord> record) {
        if (record.isEmpty() || !record.get().id().equals(part.id())) {
            throw refused(
                    side,
                    "takes part in another migration of that name, whose record the control storage ("
                            + controls.storage().name()
                            + ") does not have; name the control storage of that one, or give this one a name of its own");
        }
        if (part.side() != side) {
            throw refused(side, "is its " + part.side().label() + " one; exchange the two, or name another storage");
        }
    }

    private void requireOver(StageRecord other) {
        if (other.stage() == Stage.OFF || other.stage() == Stage.COMPLETE) {
            return;
        }
        for (Side side : Side.values()) {
            part(side, other.migration())
                    .filter(part -> part.id().equals(other.id()))
                    .flatMap(part -> part.entities().stream()
                            .filter(entities()::contains)
                            .findFirst())
                    .ifPresent(entity -> {
                        throw refused(
                                side,
                                "moves " + entity + " in the migration " + other.migration() + ", which is in "
                                        + other.stage() + "; join that one by its name");
                    });
        }
    }

    /**
     * Notes the part of each storage in itself.
     *
     * @throws MigrationException if both are the same storage
     */
    void note(StageRecord record) {
        for (Side side : Side.values()) {
            Part noted = sides.of(side).transact(unit -> {
                Repository<Part> parts = unit.repository(Part.TYPE);
                Optional<Part> before = parts.find(sides.migration());
                TreeSet<String> entities = new TreeSet<>(entities());
                before.ifPresent(part -> entities.addAll(part.entities()));
                if (!parts.exists(PLACE)) {
                    parts.save(new Part(PLACE, UUID.randomUUID().toString(), side, List.of()));
                }
                Part part = new Part(
                        sides.migration(), record.id(), before.map(Part::side).orElse(side), List.copyOf(entities));
                if (before.filter(part::equals).isEmpty()) {
                    parts.save(part);
                }
                return part;
            });
            require(side, noted, Optional.of(record));
        }
    }

    /**
     * Which two storages these are, the same by whatever names they are reached. Writes nothing. While the stage is OFF any may
     * come; instances that don't have the same two go no further.
     */
    String places() {
        return Stream.of(Side.values())
                .map(side -> part(side, PLACE).map(Part::id).orElse(""))
                .collect(Collectors.joining(" "));
    }

    private List<String> entities() {
        return sides.types().stream().map(EntityType::name).toList();
    }

    private Optional<Part> part(Side side, String migration) {
        Storage storage = sides.of(side);
        return storage.replica().ready(List.of(Part.TYPE))
                ? storage.repository(Part.TYPE).find(migration)
                : Optional.empty();
    }

    private MigrationException refused(Side side, String why) {
        return new MigrationException("The migration " + sides.migration() + " is not opened: the storage given as the "
                + side.label() + " one (" + sides.of(side).name() + ") " + why);
    }
}
