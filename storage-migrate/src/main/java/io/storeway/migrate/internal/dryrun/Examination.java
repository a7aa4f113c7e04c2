package io.storeway.migrate.internal.dryrun;

import io.storeway.Capabilities;
import io.storeway.Capability;
import io.storeway.EntityType;
import io.storeway.Field;
import io.storeway.FieldType;
import io.storeway.Key;
import io.storeway.Reference;
import io.storeway.Row;
import io.storeway.UniqueKey;
import io.storeway.layout.KeyValueLayout;
import io.storeway.migrate.DryRunReport;
import io.storeway.migrate.ResidueCount;
import io.storeway.migrate.ResidueItem;
import io.storeway.spi.Fingerprint;
import io.storeway.spi.PartitionState;
import io.storeway.spi.Residue;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Checks the items of one type against the rules that the target would enforce. Not thread-safe. */
final class Examination {

    private record Rule(Residue.Kind kind, @Nullable String constraint) {}

    private final EntityType<?> type;
    private final Capabilities target;
    private final Map<EntityType<?>, KeySet> parents;
    private final @Nullable KeySet own;
    private final Map<UniqueKey, KeySet> unique = new LinkedHashMap<>();
    private final Map<Rule, Long> refused = new LinkedHashMap<>();
    private final List<ResidueItem> examples = new ArrayList<>();
    private final List<String> orphanExamples = new ArrayList<>();
    private final boolean eitherForm;
    private long partitions;
    private long items;
    private long rows;
    private long expired;
    private long bytes;
    private long orphans;
    private long numberAndText;

    /**
     * Starts.
     *
     * @param own takes the keys of the records that would be rows, or null if all keys were collected before
     */
    Examination(EntityType<?> type, Capabilities target, Map<EntityType<?>, KeySet> parents, @Nullable KeySet own) {
        this.type = type;
        this.target = target;
        this.parents = parents;
        this.own = own;
        if (target.has(Capability.UNIQUE_KEYS)) {
            type.uniqueKeys().forEach(key -> unique.put(key, new KeySet()));
        }
        this.eitherForm = type.keyValue().places().stream()
                .anyMatch(place -> place.form() == KeyValueLayout.Form.STRING_OR_INTEGER);
    }

    void add(PartitionState partition, int expiredItems) {
        partitions++;
        expired += expiredItems;
        items += expiredItems + partition.items().size() + partition.residue().size();
        String key = partition.key().text(type.partitionKey());
        for (Residue item : partition.residue()) {
            bytes += item.payload().length;
            refuse(key, item);
        }
        if (eitherForm && !partition.residue().isEmpty()) {
            countOtherForms(partition);
        }
        for (PartitionState.Item item : partition.items()) {
            byte[] payload = item.payload().bytes();
            bytes += payload.length;
            Rule broken = broken(item.row(), key);
            if (broken == null) {
                rows++;
                if (own != null) {
                    own.add(item.row().key());
                }
            } else {
                refuse(
                        key,
                        new Residue(
                                item.position(),
                                broken.kind(),
                                broken.constraint(),
                                "the target refuses the item",
                                payload,
                                Fingerprint.ZERO));
            }
        }
    }

    /** The first rule of the target that the row breaks, or null. Orphans are counted even if the target has no references. */
    private @Nullable Rule broken(Row row, String partition) {
        for (Field<?, ?> field : type.fields()) {
            Object value = row.get(field.index());
            if (value != null && unfit(field.type(), value)) {
                return new Rule(Residue.Kind.INVALID, null);
            }
        }
        Rule dangling = null;
        for (Reference reference : type.references()) {
            Key parent = values(row, reference.fields());
            KeySet there = parents.get(reference.target());
            if (parent != null && there != null && !there.contains(parent)) {
                orphans++;
                if (orphanExamples.size() < DryRunReport.MAX_EXAMPLES && !orphanExamples.contains(partition)) {
                    orphanExamples.add(partition);
                }
                if (dangling == null && target.has(Capability.REFERENCES)) {
                    dangling = new Rule(Residue.Kind.REFERENCE, reference.name());
                }
            }
        }
        return dangling == null ? repeated(row) : dangling;
    }

    /** The first unique key whose values another row has already, or null; then this row takes its values. */
    private @Nullable Rule repeated(Row row) {
        Map<KeySet, Key> free = new HashMap<>();
        for (Map.Entry<UniqueKey, KeySet> each : unique.entrySet()) {
            Key values = values(row, each.getKey().fields());
            if (values != null) {
                if (each.getValue().contains(values)) {
                    return new Rule(Residue.Kind.UNIQUE, each.getKey().name());
                }
                free.put(each.getValue(), values);
            }
        }
        free.forEach(KeySet::add);
        return null;
    }

    private boolean unfit(FieldType fieldType, Object value) {
        return switch (fieldType.kind()) {
            case TEXT -> !target.has(Capability.NUL_CHARACTERS) && ((String) value).indexOf('\0') >= 0;
            case DOUBLE ->
                !target.has(Capability.NEGATIVE_ZERO) && Double.doubleToRawLongBits((Double) value) == Long.MIN_VALUE;
            default -> false;
        };
    }

    private static @Nullable Key values(Row row, List<? extends Field<?, ?>> fields) {
        List<Object> values = new ArrayList<>(fields.size());
        for (Field<?, ?> field : fields) {
            Object value = row.get(field.index());
            if (value == null) {
                return null;
            }
            values.add(value);
        }
        return new Key(values);
    }

    private void refuse(String partition, Residue item) {
        long count = refused.merge(new Rule(item.kind(), item.constraint()), 1L, Long::sum);
        if (count <= DryRunReport.MAX_EXAMPLES) {
            examples.add(new ResidueItem(type.name(), partition, item));
        }
    }

    /** Counts scalars that repeat another one of the partition in the other form, as a string and as a number. */
    private void countOtherForms(PartitionState partition) {
        Set<String> seen = new HashSet<>();
        partition.items().forEach(item -> seen.add(text(item.payload().bytes())));
        for (Residue item : partition.residue()) {
            String text = text(item.payload());
            String other =
                    text.startsWith("\"") ? text.substring(1, Math.max(1, text.length() - 1)) : "\"" + text + "\"";
            if (item.kind() == Residue.Kind.UNIQUE && seen.contains(other)) {
                numberAndText++;
            }
        }
    }

    private static String text(byte[] json) {
        return new String(json, StandardCharsets.UTF_8);
    }

    DryRunReport.Entity result() {
        return new DryRunReport.Entity(
                type.name(),
                partitions,
                items,
                rows,
                expired,
                bytes,
                refused.entrySet().stream()
                        .map(entry -> new ResidueCount(
                                entry.getKey().kind(), entry.getKey().constraint(), entry.getValue()))
                        .toList(),
                examples,
                orphans,
                orphanExamples,
                numberAndText);
    }
}
