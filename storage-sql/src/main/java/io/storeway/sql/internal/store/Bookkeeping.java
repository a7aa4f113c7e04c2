package io.storeway.sql.internal.store;

import io.storeway.EntityType;
import io.storeway.Key;
import io.storeway.Row;
import io.storeway.spi.Fingerprint;
import io.storeway.spi.Residue;
import io.storeway.spi.Version;
import io.storeway.sql.internal.codec.ColumnCodec;
import io.storeway.sql.internal.connection.Session;
import io.storeway.sql.internal.dialect.Dialect;
import io.storeway.sql.internal.dialect.ReplicaTypes;
import io.storeway.sql.internal.dialect.Sql;
import io.storeway.sql.internal.dialect.Table;
import io.storeway.sql.internal.dialect.Tables;
import io.storeway.sql.internal.rows.Lookup;
import io.storeway.sql.internal.rows.RowWriter;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The two tables of a migration in a SQL database: the version that was applied to each partition, and residue. Both are entity types
 * like any other. If the name of a partition is a hash, the text of its key is kept as one further item of its residue.
 */
public final class Bookkeeping {

    /** What is known of a partition that a migration has written; every partition with residue is known. */
    record Known(Version version, boolean residue) {
        static final Known NOTHING = new Known(Version.NONE, false);
    }

    /** The position of the item that is no residue but the text of the partition's key. */
    private static final int TEXT = -2;

    private final Table versions;
    private final Table residue;
    private final PartitionNames names;
    private final String select;
    private final RowWriter writer;
    private final Dialect dialect;

    Bookkeeping(Tables tables, RowWriter writer, Dialect dialect) {
        this.versions = tables.of(ReplicaTypes.VERSIONS);
        this.residue = tables.of(ReplicaTypes.RESIDUE);
        this.names =
                new PartitionNames(residue, ReplicaTypes.RESIDUE.partitionKey().get(1));
        this.select = select(versions, residue);
        this.writer = writer;
        this.dialect = dialect;
    }

    static List<String> texts(EntityType<?> type, List<Key> partitions) {
        return partitions.stream().map(key -> key.text(type.partitionKey())).toList();
    }

    private List<Key> named(EntityType<?> type, Collection<String> partitions) {
        return partitions.stream()
                .map(text -> Key.of(type.name(), names.of(text)))
                .toList();
    }

    private static String select(Table versions, Table residue) {
        List<String> columns = versions.columns();
        String same = IntStream.range(0, 2)
                .mapToObj(i -> residue.name() + "." + residue.columns().get(i) + " = " + versions.name() + "."
                        + columns.get(i))
                .collect(Collectors.joining(" AND "));
        return "SELECT " + String.join(", ", columns.subList(1, columns.size())) + ", EXISTS (SELECT 1 FROM "
                + residue.name() + " WHERE " + same + ") FROM " + versions.name() + " WHERE ";
    }

    /** Those of the partitions that are known, by their key's text. */
    Map<String, Known> known(Session session, EntityType<?> type, Collection<String> partitions) throws SQLException {
        return known(session, type, partitions, "");
    }

    private Map<String, Known> known(Session session, EntityType<?> type, Collection<String> partitions, String newest)
            throws SQLException {
        Map<String, Known> found = new HashMap<>();
        for (List<Key> chunk : Lookup.chunks(versions, ReplicaTypes.VERSIONS.key(), named(type, partitions))) {
            session.each(query(chunk, newest), into(found, names.hashed(partitions)));
        }
        return found;
    }

    private Sql query(List<Key> named, String newest) {
        Sql sql = new Sql(select);
        versions.in(sql, ReplicaTypes.VERSIONS.key(), named);
        return sql.add(newest);
    }

    private Session.RowSink into(Map<String, Known> found, Map<String, String> hashed) {
        ColumnCodec.Reader text =
                versions.codec(ReplicaTypes.VERSIONS.fields().get(1)).reader();
        return rows -> {
            Version version = new Version(rows.getLong(2), rows.getLong(3));
            String name = (String) text.read(rows, 1);
            found.put(hashed.getOrDefault(name, name), new Known(version, rows.getBoolean(4)));
            return true;
        };
    }

    /** The same, together with another query, for engines that take several statements at once. */
    Map<String, Known> known(
            Session session, EntityType<?> type, Collection<String> partitions, Sql with, Session.RowSink sink)
            throws SQLException {
        Map<String, Known> found = new HashMap<>();
        session.held()
                .together(
                        List.of(with, query(named(type, partitions), "")),
                        List.of(sink, into(found, names.hashed(partitions))));
        return found;
    }

    /**
     * Gives each partition its next version, and returns what is known of it then. If another transaction works on the same partition,
     * this one waits here or fails.
     *
     * @param expected what the transaction has already read about these partitions, or null
     */
    Map<String, Known> advance(
            Session session,
            EntityType<?> type,
            List<Key> partitions,
            long epoch,
            @Nullable Map<String, Known> expected)
            throws SQLException {
        List<String> texts = texts(type, partitions);
        Map<String, Known> known = expected == null ? known(session, type, texts, dialect.newest()) : expected;
        Map<String, Version> given = new LinkedHashMap<>();
        Map<String, Known> next = new HashMap<>();
        for (String text : texts) {
            Known before = known.getOrDefault(text, Known.NOTHING);
            Version version = before.version().next(epoch);
            given.put(text, version);
            next.put(text, new Known(version, before.residue()));
        }
        putVersions(session, type, given, known.keySet());
        return next;
    }

    void putVersions(Session session, EntityType<?> type, Map<String, Version> applied, Collection<String> known)
            throws SQLException {
        List<Row> added = new ArrayList<>();
        List<Row> raised = new ArrayList<>();
        applied.forEach((text, version) -> (known.contains(text) ? raised : added)
                .add(Row.trusted(
                        ReplicaTypes.VERSIONS,
                        new Object[] {type.name(), names.of(text), version.epoch(), version.counter()})));
        if (!added.isEmpty()) {
            writer.insertNew(session, versions, added);
        }
        if (!raised.isEmpty()) {
            writer.upsert(session, versions, raised);
        }
    }

    /** The residue of partitions by their key's text, each in the order of positions. */
    Map<String, List<Residue>> residue(Session session, EntityType<?> type, Map<String, Known> known)
            throws SQLException {
        List<String> partitions = known.entrySet().stream()
                .filter(each -> each.getValue().residue())
                .map(Map.Entry::getKey)
                .toList();
        Map<String, String> hashed = names.hashed(partitions);
        Map<String, List<Residue>> found = new HashMap<>();
        for (Row row : Lookup.rows(session, residue, ReplicaTypes.RESIDUE.partitionKey(), named(type, partitions))) {
            if (((Number) value(row, 2)).intValue() != TEXT) {
                String name = text(row, 1);
                found.computeIfAbsent(hashed.getOrDefault(name, name), partition -> new ArrayList<>())
                        .add(read(row));
            }
        }
        found.values().forEach(items -> items.sort(Comparator.comparingInt(Residue::position)));
        return found;
    }

    public static Row row(EntityType<?> type, String partition, Residue item) {
        Residue.Beside beside = item.beside();
        return Row.trusted(ReplicaTypes.RESIDUE, new @Nullable Object[] {
            type.name(),
            partition,
            item.position(),
            item.kind().name(),
            item.constraint(),
            item.reason(),
            item.payload(),
            item.fingerprint().high(),
            item.fingerprint().low(),
            beside == null ? null : beside.metadata(),
            beside == null ? null : beside.expiresAt(),
            item.record()
        });
    }

    private static Residue read(Row row) {
        return new Residue(
                ((Number) value(row, 2)).intValue(),
                Residue.Kind.valueOf(text(row, 3)),
                (String) row.get(4),
                text(row, 5),
                (byte[]) value(row, 6),
                new Fingerprint(number(row, 7), number(row, 8)),
                row.get(9) == null && row.get(10) == null
                        ? null
                        : new Residue.Beside((String) row.get(9), (Instant) row.get(10)),
                (String) row.get(11));
    }

    void deleteResidue(Session session, EntityType<?> type, Collection<String> partitions) throws SQLException {
        if (!partitions.isEmpty()) {
            writer.removeWhere(session, residue, ReplicaTypes.RESIDUE.partitionKey(), named(type, partitions));
        }
    }

    /** Replaces the residue of partitions. */
    void replaceResidue(Session session, EntityType<?> type, Map<String, List<Residue>> left) throws SQLException {
        deleteResidue(session, type, left.keySet());
        insertResidue(session, type, left);
    }

    void insertResidue(Session session, EntityType<?> type, Map<String, List<Residue>> items) throws SQLException {
        List<Row> rows = new ArrayList<>();
        items.forEach((text, residues) -> {
            String name = names.of(text);
            residues.forEach(item -> rows.add(row(type, name, item)));
            if (PartitionNames.hashed(name)) {
                rows.add(row(type, name, ofText(text)));
            }
        });
        if (!rows.isEmpty()) {
            writer.insertNew(session, residue, rows);
        }
    }

    private static Residue ofText(String text) {
        return new Residue(
                TEXT,
                Residue.Kind.INVALID,
                null,
                "the text of the partition's key, which the column has no room for",
                text.getBytes(StandardCharsets.UTF_8),
                new Fingerprint(0, 0));
    }

    /** The next partitions with residue behind the given name, in the database's order: the key's text by name. */
    Map<String, String> residuePartitions(Session session, EntityType<?> type, @Nullable String after, int limit)
            throws SQLException {
        List<String> columns = residue.columns();
        Sql sql = new Sql("SELECT DISTINCT " + columns.get(1) + " FROM " + residue.name() + " WHERE " + columns.get(0)
                        + " = ?")
                .bind(type.name());
        if (after != null) {
            sql.add(" AND " + columns.get(1) + " > ?").bind(after);
        }
        sql.add(" ORDER BY " + columns.get(1) + " LIMIT ?").bind(limit);
        Map<String, String> found = new LinkedHashMap<>();
        session.list(sql, rows -> rows.getString(1)).forEach(name -> found.put(name, name));
        List<Key> hashed = found.keySet().stream()
                .filter(PartitionNames::hashed)
                .map(name -> Key.of(type.name(), name, TEXT))
                .toList();
        for (Row row : Lookup.rows(session, residue, ReplicaTypes.RESIDUE.key(), hashed)) {
            found.put(text(row, 1), new String((byte[]) value(row, 6), StandardCharsets.UTF_8));
        }
        return found;
    }

    private static Object value(Row row, int index) {
        return Objects.requireNonNull(row.get(index));
    }

    private static String text(Row row, int index) {
        return (String) value(row, index);
    }

    private static long number(Row row, int index) {
        return (Long) value(row, index);
    }
}
