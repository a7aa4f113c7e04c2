package io.storeway.kv;

import io.storeway.EntityType;
import io.storeway.Field;
import io.storeway.Key;
import io.storeway.Row;
import io.storeway.error.ConstraintViolationException;
import io.storeway.error.ErrorContext;
import io.storeway.error.InvalidValueException;
import io.storeway.kv.internal.BlobCodec;
import io.storeway.kv.internal.Decoded;
import io.storeway.kv.internal.Slice;
import io.storeway.kv.internal.StoredItem;
import io.storeway.kv.internal.StrictJson;
import io.storeway.kv.internal.UnfitException;
import io.storeway.kv.internal.UniqueRules;
import io.storeway.layout.KeyValueLayout.Shape;
import io.storeway.spi.PartitionState;
import io.storeway.spi.ReplicaStore.Refusal;
import io.storeway.spi.Residue;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The blob for a state: the rows in their order, and each residue item at its position, or at the end if there are too few rows.
 */
final class TargetBlob {

    private static final ErrorContext APPLY = ErrorContext.of("apply");

    /** An element of the blob: a row, or without one the text of a residue item. */
    private record Element(@Nullable Row row, byte[] text) {}

    private final BlobCodec codec;
    private final EntityType<?> type;
    private final PartitionState state;
    private final List<Row> rows = new ArrayList<>();
    private final List<Element> elements = new ArrayList<>();
    private final List<Refusal> refusals = new ArrayList<>();

    private TargetBlob(BlobCodec codec, PartitionState state) {
        this.codec = codec;
        this.type = codec.type();
        this.state = state;
    }

    static TargetBlob of(BlobCodec codec, PartitionState state) {
        TargetBlob target = new TargetBlob(codec, state);
        target.checkShape();
        target.addRows();
        if (target.refusals.isEmpty()) {
            target.addResidue();
        }
        return target;
    }

    private void checkShape() {
        boolean whole = state.residue().stream().anyMatch(residue -> residue.position() == Residue.WHOLE);
        int parts = state.items().size() + state.residue().size();
        if (parts > 1 && (whole || type.keyValue().shape() == Shape.OBJECT)) {
            throw new InvalidValueException(
                    "state",
                    "the blob has room for one item, and the state has " + parts,
                    new ErrorContext("apply", null, type.name(), state.key().redacted()),
                    null);
        }
    }

    private void addRows() {
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < state.items().size(); i++) {
            order.add(i);
        }
        order.sort(Comparator.comparingInt(i -> state.items().get(i).position()));
        UniqueRules.Seen seen = codec.unique().start();
        for (int item : order) {
            addRow(item, state.items().get(item).row(), seen);
        }
        if (refusals.isEmpty()) {
            for (int wrong : codec.wrongContentIds(state.key(), rows)) {
                refuse(order.get(wrong), Residue.Kind.INVALID, null, "its id is not the one that its content gives");
            }
        }
    }

    private void addRow(int item, Row row, UniqueRules.Seen seen) {
        try {
            type.check(row, APPLY);
            if (!row.key(type.partitionKey()).equals(state.key())) {
                throw new UnfitException("the record belongs to another partition");
            }
            Row normal = codec.normalized(row);
            byte[] text = codec.encode(normal, null);
            List<Row> pair = rows.isEmpty() ? List.of(normal) : List.of(rows.get(0), normal);
            if (codec.mapsMetadata()) {
                codec.metadataOf(pair);
            }
            if (codec.mapsExpiry()) {
                codec.expiryOf(pair);
            }
            UniqueRules.Rule broken = seen.add(normal);
            if (broken != null) {
                refuse(item, Residue.Kind.UNIQUE, broken.name(), "an earlier item has the same values");
                return;
            }
            rows.add(normal);
            elements.add(new Element(normal, text));
        } catch (ConstraintViolationException e) {
            refuse(item, Residue.Kind.valueOf(e.kind().name()), e.constraint(), "a rule of the type is broken");
        } catch (IllegalArgumentException e) {
            refuse(item, Residue.Kind.INVALID, null, String.valueOf(e.getMessage()));
        }
    }

    private void refuse(int item, Residue.Kind kind, @Nullable String constraint, String reason) {
        refusals.add(new Refusal(item, kind, constraint, reason));
    }

    private void addResidue() {
        state.residue().stream()
                .sorted(Comparator.comparingInt(Residue::position))
                .forEach(residue -> {
                    boolean whole = residue.position() == Residue.WHOLE;
                    if (!whole) {
                        requireJson(residue);
                    }
                    int place = whole ? 0 : Math.min(residue.position(), elements.size());
                    elements.add(place, new Element(null, residue.payload()));
                });
        type.position().ifPresent(this::number);
    }

    private void number(Field<?, ?> position) {
        for (int i = 0; i < elements.size(); i++) {
            Element element = elements.get(i);
            Row row = element.row();
            if (row != null) {
                elements.set(i, new Element(row.with(position.index(), i), element.text()));
            }
        }
    }

    /** Keeps the members of existing records that no field names: another release of the application may know them. */
    void keep(Decoded there) {
        if (Identity.isPosition(type)) {
            return;
        }
        Map<Object, byte[]> texts = new HashMap<>();
        for (StoredItem item : there.items()) {
            byte[] text = item.replaced();
            if (text != null) {
                texts.put(Identity.of(item.row()), text);
            }
        }
        elements.replaceAll(element -> {
            Row row = element.row();
            byte[] text = row == null ? null : texts.get(Identity.of(row));
            return row == null || text == null ? element : new Element(row, codec.encode(row, text));
        });
    }

    private void requireJson(Residue residue) {
        try {
            StrictJson.checkValue(residue.payload());
        } catch (UnfitException e) {
            throw new InvalidValueException(
                    "item " + residue.position(),
                    "its payload can't stand in an array: " + e.reason(),
                    new ErrorContext("apply", null, type.name(), state.key().redacted()),
                    e);
        }
    }

    List<Refusal> refusals() {
        return refusals;
    }

    List<Row> rows() {
        return rows;
    }

    /** The partition. */
    Key key() {
        return state.key();
    }

    /** Metadata and expiry from the residue, if there is no row that has them; or null. */
    Residue.@Nullable Beside beside() {
        return rows.isEmpty() ? Residue.beside(state.residue()) : null;
    }

    /** The bytes, or null if there is to be no blob. */
    byte @Nullable [] blob() {
        if (elements.isEmpty()) {
            return null;
        }
        if (isWhole(state.residue())) {
            return elements.get(0).text();
        }
        return codec.blob(
                elements.stream().map(element -> Slice.of(element.text())).toList());
    }

    private static boolean isWhole(List<Residue> residue) {
        return residue.size() == 1 && residue.get(0).position() == Residue.WHOLE;
    }

    /** Whether a blob has the same rows and residue; if the type is ordered, in the same order. */
    boolean sameAs(Decoded other) {
        if (isWhole(state.residue()) != isWhole(other.residue())
                || (rows.isEmpty()
                        && other.items().isEmpty()
                        && !Objects.equals(beside(), Residue.beside(other.residue())))) {
            return false;
        }
        List<Object> mine = new ArrayList<>();
        elements.forEach(element -> mine.add(comparable(element.row(), element.text())));
        List<Object> theirs = new ArrayList<>();
        other.items().forEach(item -> theirs.add(item.row()));
        other.residue().forEach(residue -> {
            int place = residue.position() == Residue.WHOLE ? 0 : residue.position();
            theirs.add(Math.min(place, theirs.size()), comparable(null, residue.payload()));
        });
        return type.position().isPresent() ? mine.equals(theirs) : counts(mine).equals(counts(theirs));
    }

    private static Object comparable(@Nullable Row row, byte[] text) {
        return row != null ? row : ByteBuffer.wrap(text);
    }

    private static Map<Object, Integer> counts(List<Object> elements) {
        Map<Object, Integer> counts = new HashMap<>();
        elements.forEach(element -> counts.merge(element, 1, Integer::sum));
        return counts;
    }
}
