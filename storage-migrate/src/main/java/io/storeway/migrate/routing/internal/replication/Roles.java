package io.storeway.migrate.routing.internal.replication;

import io.storeway.EntityType;
import io.storeway.Repository;
import io.storeway.Storage;
import io.storeway.migrate.MigrationException;
import io.storeway.migrate.routing.Stage;
import io.storeway.migrate.routing.internal.control.ControlRecords;
import io.storeway.migrate.routing.internal.control.Side;
import io.storeway.migrate.routing.internal.control.StageRecord;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Makes sure that the two storages given for a migration are those that it began with, and not exchanged. */
public final class Roles {

    /** Under this name, instead of a migration's, a storage keeps an id of its own. */
    private static final String PLACE = "storeway:place";

    private final Sides sides;
    private final ControlRecords controls;

    public Roles(Sides sides, ControlRecords controls) {
        this.sides = sides;
        this.controls = controls;
    }

    /**
     * Checks the roles that storages have already. Writes nothing.
     *
     * @throws MigrationException if one of the storages has another role, or none although the migration has left OFF
     */
    public void require(Set<Side> present) {
        Optional<StageRecord> record = controls.find();
        for (Side side : present) {
            Optional<Role> role = role(side, sides.migration());
            role.ifPresent(taken -> require(side, taken, record));
            if (role.isEmpty()
                    && record.filter(begun -> begun.stage() != Stage.OFF).isPresent()) {
                throw refused(
                        side,
                        "has never taken part in it, and it is in "
                                + record.get().stage() + "; open the two that the application runs with");
            }
        }
    }

    /**
     * Checks that no other migration moves the same types, unless this one does: in OFF and COMPLETE one storage is written past the
     * protocol of the other migration.
     *
     * @throws MigrationException if one does
     */
    public void requireAlone(Set<Side> present) {
        other(present).ifPresent(other -> {
            throw new MigrationException("The migration " + sides.migration() + " is not opened: " + other);
        });
    }

    /** What another migration does with the same types on the given sides, unless this one is under way itself. */
    public Optional<String> other(Set<Side> present) {
        return controls.find().filter(Roles::underWay).isPresent()
                ? Optional.empty()
                : controls.all().stream()
                        .filter(Roles::underWay)
                        .flatMap(other -> common(other, present))
                        .findFirst();
    }

    private static boolean underWay(StageRecord record) {
        return record.stage() != Stage.OFF && record.stage() != Stage.COMPLETE;
    }

    private void require(Side side, Role role, Optional<StageRecord> record) {
        if (record.isEmpty() || !record.get().id().equals(role.id())) {
            throw refused(
                    side,
                    "takes part in another migration of that name, whose record the control storage ("
                            + controls.storage().name()
                            + ") does not have; name the control storage of that one, or give this one a name of its own");
        }
        if (role.side() != side) {
            throw refused(side, "is its " + role.side().label() + " one; exchange the two, or name another storage");
        }
    }

    /** What the other migration moves of the same types between these storages. */
    private Stream<String> common(StageRecord other, Set<Side> present) {
        return present.stream()
                .flatMap(side -> role(side, other.migration())
                        .filter(role -> role.id().equals(other.id()))
                        .stream()
                        .flatMap(role -> role.entities().stream().filter(entities()::contains))
                        .map(entity -> given(side) + " moves " + entity + " in the migration " + other.migration()
                                + ", which is in " + other.stage() + "; join that one by its name"));
    }

    /**
     * Writes the role of each of these sides into its storage.
     *
     * @throws MigrationException if both are the same storage
     */
    public void note(StageRecord record, Set<Side> present) {
        for (Side side : present) {
            Role noted = sides.of(side).transact(unit -> {
                Repository<Role> roles = unit.repository(Role.TYPE);
                Optional<Role> before = roles.find(sides.migration());
                TreeSet<String> entities = new TreeSet<>(entities());
                before.ifPresent(role -> entities.addAll(role.entities()));
                if (!roles.exists(PLACE)) {
                    roles.save(new Role(PLACE, UUID.randomUUID().toString(), side, List.of()));
                }
                Role role = new Role(
                        sides.migration(), record.id(), before.map(Role::side).orElse(side), List.copyOf(entities));
                if (before.filter(role::equals).isEmpty()) {
                    roles.save(role);
                }
                return role;
            });
            require(side, noted, Optional.of(record));
        }
    }

    /**
     * Names the two storages by their own ids, so that instances that reach them by different names agree. In OFF an instance may
     * come with any two; instances that don't have the same two can't leave it. Writes nothing.
     */
    public String places() {
        return Stream.of(Side.values())
                .map(side -> role(side, PLACE).map(Role::id).orElse(""))
                .collect(Collectors.joining(" "));
    }

    private List<String> entities() {
        return sides.types().stream().map(EntityType::name).toList();
    }

    private Optional<Role> role(Side side, String migration) {
        Storage storage = sides.of(side);
        return storage.replica().ready(List.of(Role.TYPE))
                ? storage.repository(Role.TYPE).find(migration)
                : Optional.empty();
    }

    private MigrationException refused(Side side, String why) {
        return new MigrationException(
                "The migration " + sides.migration() + " is not opened: " + given(side) + " " + why);
    }

    private String given(Side side) {
        return "the storage given as the " + side.label() + " one ("
                + sides.of(side).name() + ")";
    }
}
