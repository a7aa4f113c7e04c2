package io.storeway.migrate.internal;

import io.storeway.EntityType;
import io.storeway.Field;
import io.storeway.Row;
import io.storeway.migrate.Difference;
import io.storeway.spi.Fingerprint;
import io.storeway.spi.PartitionState;
import io.storeway.spi.Residue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Names what differs between the two states of one partition. */
public record PartitionComparison(EntityType<?> type, PartitionDigest digest, String partition) {

    /**
     * An item of one side.
     *
     * @param row the row, or null if the item is residue
     * @param residue the residue, or null if the item is a row
     */
    private record Side(@Nullable Row row, @Nullable Residue residue, Fingerprint fingerprint) {}

    /** The items that differ. */
    public List<Difference> compare(@Nullable PartitionState source, @Nullable PartitionState target) {
        Map<String, Side> left = items(source);
        Map<String, Side> right = items(target);
        settleRefusedRows(left, right);
        boolean targetIsNewer =
                source != null && target != null && target.version().compareTo(source.version()) > 0;
        List<Difference> differences = new ArrayList<>();
        left.forEach((item, side) -> {
            Side other = right.remove(item);
            if (other == null) {
                differences.add(difference(item, missing(side), List.of()));
            } else if (!side.fingerprint().equals(other.fingerprint())) {
                List<String> fields = fields(side.row(), other.row());
                differences.add(difference(item, targetIsNewer ? Difference.Kind.VERSION : changed(fields), fields));
            }
        });
        right.keySet().forEach(item -> differences.add(difference(item, Difference.Kind.EXTRA, List.of())));
        return differences;
    }

    /** What the lack of an item comes from. */
    private static Difference.Kind missing(Side side) {
        Residue residue = side.residue();
        if (residue == null) {
            return Difference.Kind.MISSING;
        }
        if (residue.kind() != Residue.Kind.INVALID) {
            return Difference.Kind.CONSTRAINT;
        }
        return residue.position() == Residue.WHOLE ? Difference.Kind.UNREADABLE : Difference.Kind.NOT_TRANSFORMABLE;
    }

    private Difference.Kind changed(List<String> fields) {
        return fields.size() == 1
                        && type.expiry()
                                .filter(field -> field.name().equals(fields.get(0)))
                                .isPresent()
                ? Difference.Kind.EXPIRY
                : Difference.Kind.VALUE;
    }

    private Map<String, Side> items(@Nullable PartitionState state) {
        Map<String, Side> items = new LinkedHashMap<>();
        if (state != null) {
            PartitionState live = digest.live().of(state);
            for (PartitionState.Item item : live.items()) {
                items.put(
                        item.row().key().text(type.key()),
                        new Side(item.row(), null, digest.fingerprinter().row(item.row())));
            }
            for (Residue item : live.residue()) {
                items.put("residue at " + item.position(), new Side(null, item, item.fingerprint()));
            }
        }
        return items;
    }

    /** An item that is a row on one side and residue on the other is equal if the fingerprints are. */
    private static void settleRefusedRows(Map<String, Side> left, Map<String, Side> right) {
        for (String key : List.copyOf(right.keySet())) {
            Side residue = right.get(key);
            if (residue != null && residue.row() == null && !left.containsKey(key)) {
                left.entrySet().stream()
                        .filter(entry -> !right.containsKey(entry.getKey())
                                && entry.getValue().fingerprint().equals(residue.fingerprint()))
                        .map(Map.Entry::getKey)
                        .findFirst()
                        .ifPresent(match -> {
                            left.remove(match);
                            right.remove(key);
                        });
            }
        }
    }

    private List<String> fields(@Nullable Row left, @Nullable Row right) {
        if (left == null || right == null) {
            return List.of();
        }
        List<String> names = new ArrayList<>();
        for (Field<?, ?> field : type.fields()) {
            int index = field.index();
            if (digest.carried().contains(index) && !field.equal(left.get(index), right.get(index))) {
                names.add(field.name());
            }
        }
        return names;
    }

    private Difference difference(String item, Difference.Kind kind, List<String> fields) {
        return new Difference(type.name(), partition, item, kind, fields);
    }
}
