package io.storeway.migrate.internal;

import io.storeway.EntityType;
import io.storeway.Field;
import io.storeway.Row;
import io.storeway.migrate.Difference;
import io.storeway.spi.Fingerprint;
import io.storeway.spi.PartitionState;
import io.storeway.spi.Residue;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
        settleRefusedRows(right, left);
        boolean targetIsNewer =
                source != null && target != null && target.version().compareTo(source.version()) > 0;
        Set<String> sameRank = sameRank(left, right);
        List<Difference> differences = new ArrayList<>();
        left.forEach((item, side) -> {
            Side other = right.remove(item);
            if (other == null) {
                differences.add(difference(item, missing(side), List.of()));
            } else if (!side.fingerprint().equals(other.fingerprint())) {
                List<String> fields = fields(side.row(), other.row());
                if (sameRank.contains(item) && fields.equals(List.of(position()))) {
                    return;
                }
                differences.add(difference(item, targetIsNewer ? Difference.Kind.VERSION : changed(fields), fields));
            }
        });
        right.keySet().forEach(item -> differences.add(difference(item, Difference.Kind.EXTRA, List.of())));
        return differences;
    }

    private String position() {
        return type.position().map(Field::name).orElse("");
    }

    /**
     * The items that have the same rank among those that are rows on both sides. Their positions may differ without a difference: rows
     * keep the gap that a deletion leaves, an array closes it.
     */
    private Set<String> sameRank(Map<String, Side> left, Map<String, Side> right) {
        int field = type.position().map(Field::index).orElse(-1);
        if (field < 0 || !digest.carried().contains(field)) {
            return Set.of();
        }
        List<String> ofLeft = inOrder(left, right, field);
        List<String> ofRight = inOrder(right, left, field);
        Set<String> sameRank = new HashSet<>();
        for (int i = 0; i < Math.min(ofLeft.size(), ofRight.size()); i++) {
            if (ofLeft.get(i).equals(ofRight.get(i))) {
                sameRank.add(ofLeft.get(i));
            }
        }
        return sameRank;
    }

    /** The items that are rows here and there, by their positions here. */
    private static List<String> inOrder(Map<String, Side> here, Map<String, Side> there, int field) {
        Map<String, Integer> positions = new LinkedHashMap<>();
        here.forEach((item, side) -> {
            Side other = there.get(item);
            if (other != null
                    && other.row() != null
                    && side.row() != null
                    && side.row().get(field) instanceof Integer at) {
                positions.put(item, at);
            }
        });
        return positions.entrySet().stream()
                .sorted(Map.Entry.comparingByValue())
                .map(Map.Entry::getKey)
                .toList();
    }

    /** The kind of difference of an item that only one side has. */
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
                items.put(place(item), new Side(null, item, item.fingerprint()));
            }
        }
        return items;
    }

    /** Names a residue item together with its partition, as a record's key does too. */
    private String place(Residue item) {
        String where =
                item.position() == Residue.WHOLE ? "residue of the whole value" : "residue at " + item.position();
        return partition.isEmpty() ? where : partition + ", " + where;
    }

    /** Removes items that are a row on one side and residue with the same fingerprint on the other: they don't differ. */
    private void settleRefusedRows(Map<String, Side> rows, Map<String, Side> residues) {
        for (String key : List.copyOf(residues.keySet())) {
            Side side = residues.get(key);
            Residue residue = side == null ? null : side.residue();
            if (residue != null && !rows.containsKey(key)) {
                rows.entrySet().stream()
                        .filter(entry -> !residues.containsKey(entry.getKey())
                                && same(entry.getKey(), entry.getValue(), residue))
                        .map(Map.Entry::getKey)
                        .findFirst()
                        .ifPresent(match -> {
                            rows.remove(match);
                            residues.remove(key);
                        });
            }
        }
    }

    /** Whether a row and a residue item are the same, be it that the row's position has shifted with the rows before it. */
    private boolean same(String item, Side side, Residue residue) {
        if (side.fingerprint().equals(residue.fingerprint())) {
            return true;
        }
        Row row = side.row();
        int position = type.position().map(Field::index).orElse(-1);
        // Where residue names its record, only the row of that record can be the same.
        return row != null
                && position >= 0
                && (residue.record() == null || residue.record().equals(item))
                && digest.fingerprinter()
                        .row(row.with(position, residue.position()))
                        .equals(residue.fingerprint());
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
