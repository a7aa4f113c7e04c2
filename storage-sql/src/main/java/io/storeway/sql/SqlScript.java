package io.storeway.sql;

import io.storeway.EntityType;
import io.storeway.Field;
import io.storeway.Reference;
import io.storeway.Row;
import io.storeway.Storage;
import io.storeway.error.ErrorContext;
import io.storeway.error.StorageUnavailableException;
import io.storeway.error.UnsupportedCapabilityException;
import io.storeway.spi.PartitionState;
import io.storeway.spi.ReplicaStore;
import io.storeway.spi.Residue;
import io.storeway.spi.Version;
import io.storeway.sql.internal.dialect.Dialect;
import io.storeway.sql.internal.dialect.ReplicaTypes;
import io.storeway.sql.internal.dialect.Tables;
import io.storeway.sql.internal.schema.SchemaWriter;
import io.storeway.sql.internal.store.Bookkeeping;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Writes the content of a storage as SQL text, for teams that apply such a file with their own tool. The script creates missing tables and
 * indexes, and has an insert for every record that replaces a row with the same key. Applied once or several times, to an empty database
 * or to one made by an earlier script, it makes every record exactly as it is in the storage. It doesn't delete rows whose records are
 * gone. The database refuses a record with a unique value that another row still has; that can't happen in an empty database.
 *
 * <p>Residue and the versions of partitions are included, in the tables of a migration, so that the result compares equal to the storage.
 * Parents come before children. The same content always gives the same text.
 */
public final class SqlScript {

    private static final int PAGE = 1_000;

    private final Storage content;
    private final SqlScriptDialect form;
    private final Dialect dialect;
    private final Writer out;
    private final Tables tables;
    private final Map<EntityType<?>, Inserts> inserts = new LinkedHashMap<>();

    private SqlScript(Storage content, SqlScriptDialect form, Writer out) {
        this.content = content;
        this.form = form;
        this.dialect = form.engine();
        this.out = out;
        this.tables = new Tables(content.catalog(), dialect);
        tables.add(List.of(ReplicaTypes.VERSIONS, ReplicaTypes.RESIDUE));
    }

    /**
     * Writes a script. An existing file is replaced, in one step, so that nobody reads half of it.
     *
     * @param content the storage; nobody should write to it meanwhile
     * @throws io.storeway.error.InvalidValueException if the engine can't hold a value, or a row is larger than the dialect allows; the
     *     file is then as it was before
     * @throws UnsupportedCapabilityException if the engine can't hold a type's fields, or a type refers to itself by a field
     *     that can't be null
     * @throws StorageUnavailableException if the file can't be written
     */
    public static void write(Storage content, SqlScriptDialect form, Path file) {
        Path unfinished = file.resolveSibling(file.getFileName() + ".unfinished");
        try {
            try (BufferedWriter out = Files.newBufferedWriter(unfinished)) {
                new SqlScript(content, form, out).write();
            }
            Files.move(unfinished, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new StorageUnavailableException(
                    file + " can't be written; look at its folder and the disk", ErrorContext.of("write"), e);
        } finally {
            unfinished.toFile().delete();
        }
    }

    private void write() throws IOException {
        out.write("-- Written by Storeway for " + form.name() + ".\n");
        out.write(form.first);
        for (EntityType<?> type : content.catalog().types()) {
            create(type);
        }
        for (EntityType<?> type : content.catalog().types()) {
            if (!tables.of(type).ownReferences().isEmpty()) {
                withoutOwnReferences(type);
            }
            rows(type);
            flush();
        }
        out.write(form.last);
    }

    private void statements(List<String> statements) throws IOException {
        for (String statement : statements) {
            out.write(statement + ";\n");
        }
    }

    private void create(EntityType<?> type) throws IOException {
        SchemaWriter schema = new SchemaWriter(tables.of(type), dialect);
        out.write("\n-- " + type.name() + "\n");
        List<String> statements = new ArrayList<>();
        for (String statement : schema.createTable()) {
            statements.add(statement.replaceFirst("^CREATE TABLE ", "CREATE TABLE IF NOT EXISTS "));
        }
        new TreeMap<>(schema.indexes())
                .forEach((name, columns) -> statements.add(schema.createIndex(name, columns)
                        .replaceFirst("^CREATE INDEX ", "CREATE INDEX IF NOT EXISTS ")));
        statements(statements);
    }

    /** Writes the rows of a type that refers to itself first without these references, so that their order doesn't matter. */
    private void withoutOwnReferences(EntityType<?> type) throws IOException {
        List<Field<?, ?>> referring = new ArrayList<>();
        for (Reference reference : tables.of(type).ownReferences()) {
            Field<?, ?> field = reference.fields().stream()
                    .filter(each -> type.fields().get(each.index()).nullable())
                    .findFirst()
                    .orElseThrow(() -> new UnsupportedCapabilityException(
                            "The type refers to itself by a field that can't be null, so no order of statements suits"
                                    + " it",
                            new ErrorContext("write", dialect.name(), type.name(), null),
                            null));
            referring.add(type.fields().get(field.index()));
        }
        partitions(type, state -> {
            for (Row row : rows(type, state)) {
                Row cut = row;
                for (Field<?, ?> field : referring) {
                    cut = cut.with(field.index(), null);
                }
                insert(cut);
            }
        });
        flush();
    }

    private void rows(EntityType<?> type) throws IOException {
        partitions(type, state -> {
            for (Row row : rows(type, state)) {
                insert(row);
            }
            String partition = state.key().text(type.partitionKey());
            if (!state.version().equals(Version.NONE)) {
                insert(Row.trusted(ReplicaTypes.VERSIONS, new @Nullable Object[] {
                    type.name(),
                    partition,
                    state.version().epoch(),
                    state.version().counter()
                }));
            }
            for (Residue item : state.residue()) {
                insert(Bookkeeping.row(type, partition, item));
            }
        });
    }

    /** Does something with each partition. */
    @FunctionalInterface
    private interface Work {
        void on(PartitionState state) throws IOException;
    }

    private void partitions(EntityType<?> type, Work work) throws IOException {
        @Nullable String cursor = null;
        do {
            ReplicaStore.ScanPage page = content.replica().scan(type, cursor, PAGE);
            for (PartitionState state : page.partitions()) {
                work.on(state);
            }
            cursor = page.next();
        } while (cursor != null);
    }

    private static List<Row> rows(EntityType<?> type, PartitionState state) {
        int position = type.position().map(Field::index).orElse(-1);
        return state.items().stream()
                .map(item -> position < 0 || item.row().get(position) != null
                        ? item.row()
                        : item.row().with(position, item.position()))
                .toList();
    }

    private void insert(Row row) throws IOException {
        EntityType<?> type = row.type();
        Inserts open = inserts.get(type);
        if (open == null) {
            if (type == ReplicaTypes.VERSIONS || type == ReplicaTypes.RESIDUE) {
                create(type);
            }
            open = new Inserts(tables.of(type), form, out);
            inserts.put(type, open);
        }
        open.add(row);
    }

    private void flush() throws IOException {
        for (Inserts open : inserts.values()) {
            open.flush();
        }
    }
}
