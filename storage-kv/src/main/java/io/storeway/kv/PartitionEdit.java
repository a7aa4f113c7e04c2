package io.storeway.kv;

import io.storeway.EntityType;
import io.storeway.Field;
import io.storeway.Key;
import io.storeway.Row;
import io.storeway.UniqueKey;
import io.storeway.error.ConstraintKind;
import io.storeway.error.ConstraintViolationException;
import io.storeway.error.ErrorContext;
import io.storeway.error.InvalidValueException;
import io.storeway.error.RecordNotFoundException;
import io.storeway.error.VersionConflictException;
import io.storeway.kv.internal.BlobCodec;
import io.storeway.kv.internal.Slice;
import io.storeway.kv.internal.StoredItem;
import io.storeway.kv.internal.UniqueRules;
import io.storeway.spi.ContentIds;
import io.storeway.spi.KeyValueStore.Entry;
import io.storeway.spi.KeyValueStore.Write;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Changes the records of one partition, in memory. */
final class PartitionEdit {

    private final KvPartition partition;
    private final BlobCodec codec;
    private final EntityType<?> type;
    private final Instant now;
    private final String operation;
    private final String backend;
    private final int position;
    private final Map<Object, Integer> places = new HashMap<>();
    /** The indexes of records that are written here. Even if they have expired, they don't give way to another record. */
    private final Set<Integer> written = new HashSet<>();
    /** Null where a record was deleted. */
    private final List<@Nullable StoredItem> items = new ArrayList<>();

    /** The texts of replaced records, of which the members that no field names are kept. */
    private final Map<Object, byte @Nullable []> cleared = new HashMap<>();

    private @Nullable ContentIds contentIds;

    PartitionEdit(KvPartition partition, Instant now, String operation, String backend) {
        this.partition = partition;
        this.codec = partition.codec();
        this.type = codec.type();
        this.now = now;
        this.operation = operation;
        this.backend = backend;
        this.position = type.position().map(Field::index).orElse(-1);
        for (StoredItem item : partition.items(operation, backend)) {
            places.put(Identity.of(item.row()), items.size());
            items.add(item);
        }
    }

    private ErrorContext context() {
        return new ErrorContext(operation, backend, type.name(), partition.key().redacted());
    }

    /** Makes the rows the whole content, in this order. A record that was there keeps its members that no field names. */
    void replace(List<Row> rows) {
        Map<Object, Row> before = new HashMap<>();
        places.forEach((identity, place) -> {
            StoredItem item = items.get(place);
            if (item != null && !expired(place) && !Identity.isPosition(type)) {
                cleared.put(identity, item.replaced());
            }
            if (item != null && type.version().isPresent() && !expired(place)) {
                before.put(identity, item.row());
            }
        });
        items.clear();
        places.clear();
        for (Row row : rows) {
            Row placed = position < 0 ? row : row.with(position, items.size());
            Row there = before.get(Identity.of(placed));
            insert(there == null ? placed : next(placed, there));
        }
    }

    /** Adds a row behind the last one, and returns it as it is stored. */
    Row append(Row row) {
        Row numbered = numbered(position < 0 ? row : row.with(position, null));
        if (!ContentIds.fields(type).isEmpty()) {
            makeWay(numbered);
            ContentIds ids = contentIds();
            numbered = ids.with(numbered, ids.next(numbered));
        }
        insert(numbered);
        return codec.normalized(numbered);
    }

    /** Removes what has expired and has unique values of the row, whose id doesn't count what goes. */
    private void makeWay(Row row) {
        for (UniqueKey unique : type.expiry().isEmpty() ? List.<UniqueKey>of() : type.uniqueKeys()) {
            ConstraintRules.Unique rule = new ConstraintRules.Unique(codec, unique);
            Key wanted = rule.values(row);
            for (int place = 0; wanted != null && place < items.size(); place++) {
                StoredItem item = items.get(place);
                if (item != null && expired(place) && wanted.equals(rule.values(item.row()))) {
                    remove(Identity.of(item.row()));
                    contentIds = null;
                }
            }
        }
    }

    /** Makes content ids for rows behind the last one. */
    private ContentIds contentIds() {
        ContentIds current = contentIds;
        if (current == null) {
            current = new ContentIds(type, partition.key());
            for (StoredItem item : items) {
                if (item != null) {
                    current.next(item.row());
                }
            }
            contentIds = current;
        }
        return current;
    }

    /** The row with the next version, if its version is that of the row that is there. */
    private Row next(Row row, Row there) {
        Field<?, ?> version = type.version().orElse(null);
        if (version != null && !version.equal(row.get(version.index()), there.get(version.index()))) {
            throw new VersionConflictException("The record has another version than the one given", context(), null);
        }
        return type.withNextVersion(row);
    }

    /** Removes expired records and returns how many there were. */
    int purge() {
        int purged = 0;
        for (int place = 0; place < items.size(); place++) {
            if (expired(place)) {
                items.set(place, null);
                purged++;
            }
        }
        return purged;
    }

    void insert(Row row) {
        Row numbered = numbered(row);
        Integer place = places.get(Identity.of(numbered));
        if (place != null && !expired(place)) {
            throw new ConstraintViolationException(
                    ConstraintKind.UNIQUE, type.sql().primaryKey(), type.columns(type.key()), context(), null);
        }
        add(numbered, place);
    }

    void update(Row row) {
        Integer place = position >= 0 && row.get(position) == null && Identity.isPosition(type)
                ? null
                : places.get(Identity.of(row));
        if (place == null || expired(place)) {
            throw new RecordNotFoundException("There is no record with the key", context(), null);
        }
        set(place, row);
    }

    void save(Row row) {
        Row numbered = Identity.isPosition(type) ? numbered(row) : row;
        Integer place = places.get(Identity.of(numbered));
        if (place != null && !expired(place)) {
            set(place, numbered);
        } else {
            add(numbered(row), place);
        }
    }

    /** Deletes a record unless it has expired, and returns whether it was there. */
    boolean delete(Object identity) {
        Integer place = places.get(identity);
        if (place == null || expired(place)) {
            return false;
        }
        places.remove(identity);
        items.set(place, null);
        return true;
    }

    /** Removes a record, expired or not, if it is there. */
    void remove(Object identity) {
        Integer place = places.remove(identity);
        if (place != null) {
            items.set(place, null);
        }
    }

    /** The row with the position of a new record, behind the last one. */
    private Row numbered(Row row) {
        if (position < 0) {
            return row;
        }
        Object given = row.get(position);
        if (given == null) {
            return row.with(position, items.size());
        }
        if ((Integer) given < 0
                || (Integer) given > items.size()
                || (!Identity.isPosition(type) && (Integer) given < items.size())) {
            throw new InvalidValueException(
                    EntityType.POSITION,
                    "a new record comes after the last one; leave its position out",
                    context(),
                    null);
        }
        return row;
    }

    /** Adds a record; at the index of an expired one, if the order doesn't matter or the position is the identity. */
    private void add(Row row, @Nullable Integer expiredPlace) {
        StoredItem item = encoded(row, cleared.get(Identity.of(row)));
        if (expiredPlace != null && (position < 0 || Identity.isPosition(type))) {
            written.add(expiredPlace);
            items.set(expiredPlace, item);
            return;
        }
        if (expiredPlace != null) {
            items.set(expiredPlace, null);
        }
        written.add(items.size());
        places.put(Identity.of(item.row()), items.size());
        items.add(item);
    }

    private void set(int place, Row row) {
        StoredItem old = items.get(place);
        written.add(place);
        items.set(place, old == null ? encoded(row, null) : encoded(next(row, old.row()), old.replaced()));
    }

    private StoredItem encoded(Row row, byte @Nullable [] replaced) {
        try {
            Row normal = codec.normalized(row);
            return new StoredItem(0, normal, Slice.of(codec.encode(normal, replaced)), replaced != null);
        } catch (IllegalArgumentException e) {
            throw new InvalidValueException("record", String.valueOf(e.getMessage()), context(), e);
        }
    }

    private boolean expired(int place) {
        StoredItem item = written.contains(place) ? null : items.get(place);
        Field<?, ?> expiry = type.expiry().orElse(null);
        Object expiresAt = item == null || expiry == null ? null : item.row().get(expiry.index());
        return expiresAt != null && !now.isBefore((Instant) expiresAt);
    }

    /** Checks the unique keys; expired records that hold a needed value are removed. */
    private void checkUnique() {
        UniqueRules.Seen seen = codec.unique().start();
        for (int place = 0; place < items.size(); place++) {
            StoredItem item = items.get(place);
            UniqueRules.Rule broken = item == null || expired(place) ? null : seen.add(item.row());
            if (broken != null) {
                throw new ConstraintViolationException(
                        ConstraintKind.UNIQUE, broken.name(), type.columns(broken.all()), context(), null);
            }
        }
        for (int place = 0; place < items.size(); place++) {
            StoredItem item = items.get(place);
            if (item != null && expired(place) && seen.add(item.row()) != null) {
                items.set(place, null);
            }
        }
    }

    /**
     * The write of the changed partition.
     *
     * @throws ConstraintViolationException if two records have the same values of a unique key
     * @throws InvalidValueException if the records can't be in one blob, because they have different metadata or expiry
     */
    Write result() {
        checkUnique();
        List<Slice> texts = new ArrayList<>(items.size());
        List<Row> rows = new ArrayList<>(items.size());
        for (StoredItem item : items) {
            if (item != null) {
                texts.add(item.json());
                rows.add(item.row());
            }
        }
        if (texts.isEmpty()) {
            return Write.delete(partition.storeKey());
        }
        Key key = partition.key();
        if (!codec.wrongContentIds(key, rows).isEmpty()) {
            throw new InvalidValueException(
                    "record",
                    "its id is not the one that its content gives; see Identities.ofContent, or append it",
                    context(),
                    null);
        }
        Entry before = partition.entry();
        try {
            return new Write(
                    partition.storeKey(),
                    codec.blob(texts),
                    codec.mapsMetadata() ? codec.metadataOf(rows) : before == null ? null : before.metadata(),
                    codec.mapsExpiry() ? codec.expiryOf(rows) : before == null ? null : before.expiresAt());
        } catch (IllegalArgumentException e) {
            throw new InvalidValueException("record", String.valueOf(e.getMessage()), context(), e);
        }
    }
}
