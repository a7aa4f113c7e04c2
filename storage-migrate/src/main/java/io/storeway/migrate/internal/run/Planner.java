package io.storeway.migrate.internal.run;

import io.storeway.Capability;
import io.storeway.EntityType;
import io.storeway.Field;
import io.storeway.Storage;
import io.storeway.internal.Sha256;
import io.storeway.layout.KeyValueLayout;
import io.storeway.migrate.MigrationException;
import io.storeway.migrate.MigrationPlan;
import io.storeway.migrate.internal.CarriedFields;
import io.storeway.spi.Inventory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Finds out what a migration would do. */
public record Planner(Storage source, Storage target, List<EntityType<?>> types) {

    /**
     * Checks that source and target are different data: a copy onto itself would find everything there, and look successful.
     *
     * @throws MigrationException if they are the same
     */
    public void requireTwoPlaces() {
        String place = source.replica().identity();
        boolean samePlace = !place.isEmpty() && place.equals(target.replica().identity());
        if (source.equals(target) || samePlace) {
            throw new MigrationException(
                    "The source and the target are the same data in " + source.name() + "; name two storages");
        }
    }

    public MigrationPlan plan() {
        requireTwoPlaces();
        Inventory inventory = source.replica().inventory();
        List<MigrationPlan.Entity> entities = new ArrayList<>();
        for (EntityType<?> type : types) {
            Inventory.Covered covered = inventory.types().stream()
                    .filter(line -> line.entity().equals(type.name()))
                    .findFirst()
                    .orElse(new Inventory.Covered(type.name(), 0, 0, 0, 0, Map.of()));
            entities.add(
                    new MigrationPlan.Entity(type.name(), covered.units(), covered.bytes(), notCarried(type, covered)));
        }
        return new MigrationPlan(source.name(), target.name(), entities, inventory.uncovered(), cautions(), hash());
    }

    private List<String> cautions() {
        List<String> sentences = new ArrayList<>();
        source.capabilities()
                .reason(Capability.CONSISTENT_READS)
                .ifPresent(reason -> sentences.add("the source may show old content (" + reason
                        + "): when its writers are at rest for so long, migrate again until nothing is written"));
        for (Capability needed : List.of(Capability.WRITES, Capability.CONDITIONAL_WRITES)) {
            target.capabilities()
                    .reason(needed)
                    .ifPresent(
                            reason -> sentences.add("the target will be refused, it lacks " + needed + ": " + reason));
        }
        return sentences;
    }

    /** The positions of the fields that both storages keep. */
    public Set<Integer> carried(EntityType<?> type) {
        return CarriedFields.of(type, source, target);
    }

    private List<String> notCarried(EntityType<?> type, Inventory.Covered covered) {
        List<String> sentences = new ArrayList<>();
        Set<Integer> there = source.replica().carried(type);
        Set<Integer> here = target.replica().carried(type);
        for (Field<?, ?> field : type.fields()) {
            if (!there.contains(field.index())) {
                sentences.add("field " + field.name() + " has no place in the source: it becomes "
                        + (field.defaultValue() == null ? "missing" : "its default value"));
            } else if (!here.contains(field.index())) {
                sentences.add("field " + field.name() + " has no place in the target: its values stay behind");
            }
            if (type.keyValue().place(field.index()).form() == KeyValueLayout.Form.STRING_OR_INTEGER
                    && lacks(type, KeyValueLayout.Source.ELEMENT_IS_NUMBER)) {
                sentences.add("field " + field.name() + " is kept as text: whether it was a JSON number is not");
            }
        }
        covered.unclaimed()
                .forEach((member, items) -> sentences.add(String.format(
                        Locale.ROOT,
                        "member %s of %,d items has no field: it stays behind; a rest field takes it",
                        member,
                        items)));
        if (covered.withMetadata() > 0 && lacks(type, KeyValueLayout.Source.METADATA)) {
            sentences.add(String.format(Locale.ROOT, "the metadata of %,d keys has no field", covered.withMetadata()));
        }
        if (covered.withExpiry() > 0 && lacks(type, KeyValueLayout.Source.EXPIRY)) {
            sentences.add(String.format(Locale.ROOT, "the expiry of %,d keys has no field", covered.withExpiry()));
        }
        return sentences;
    }

    private static boolean lacks(EntityType<?> type, KeyValueLayout.Source source) {
        return type.keyValue().places().stream().noneMatch(place -> place.source() == source);
    }

    /**
     * A hash of all that the cursor and the counts of a checkpoint depend on: which data is read, the types and their layouts. Names are
     * given by each process as it likes, for its metrics, and count only where a source has nothing else.
     */
    public String hash() {
        String identity = source.replica().identity();
        StringBuilder text = new StringBuilder(identity.isEmpty() ? source.name() : identity);
        for (EntityType<?> type : types) {
            text.append('\n').append(type.name());
            for (Field<?, ?> field : type.fields()) {
                text.append(field).append(field.nullable()).append(field.defaultValue() != null);
            }
            text.append(type.partitionKey())
                    .append(type.identity())
                    .append(type.keyValue())
                    .append(type.sql());
            text.append(type.checks())
                    .append(type.uniqueKeys())
                    .append(type.references())
                    .append(type.expiry());
        }
        return Sha256.hex(text.toString(), 8);
    }
}
