package io.storeway.sql.internal.schema;

import io.storeway.EntityType;
import io.storeway.Field;
import io.storeway.FieldType;
import io.storeway.OnDelete;
import io.storeway.Reference;
import io.storeway.UniqueKey;
import io.storeway.sql.SchemaChange;
import io.storeway.sql.SchemaChange.Phase;
import io.storeway.sql.internal.dialect.Dialect;
import io.storeway.sql.internal.dialect.LiveColumn;
import io.storeway.sql.internal.dialect.MariaDbDialect;
import io.storeway.sql.internal.dialect.SqliteDialect;
import io.storeway.sql.internal.dialect.Table;
import io.storeway.sql.internal.schema.LiveConstraints.Constraint;
import io.storeway.sql.internal.schema.LiveConstraints.Kind;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;

/** Finds the steps from a live table to the declared one. */
final class SchemaDiff {

    private static final String CAUTION = "; fails if rows break it, and refuses writes of old code that do";

    private final Table table;
    private final EntityType<?> type;
    private final Dialect dialect;
    private final boolean sqlite;
    private final SchemaWriter wanted;
    private final AlterSql alter;
    private final List<String> primaryKey;
    private final LiveSchema.LiveTable live;
    private final Renames renames;
    private final List<Constraint> constraints;
    private final Map<String, String> liveChecks;
    private final List<String> objections;
    private final List<Constraint> replaced = new ArrayList<>();
    private final SchemaSteps steps;

    SchemaDiff(Handle handle, Table table, Dialect dialect, LiveSchema.LiveTable live) throws SQLException {
        this.table = table;
        this.type = table.type();
        this.dialect = dialect;
        this.sqlite = dialect instanceof SqliteDialect;
        this.wanted = new SchemaWriter(table, dialect);
        this.alter = new AlterSql(dialect, table.name());
        this.constraints = LiveConstraints.of(handle, dialect, live.name());
        this.liveChecks = dialect.checks(handle, live.name());
        this.primaryKey = live.primaryKey();
        this.renames = Renames.of(type, live);
        this.objections = dialect.objections(handle, live.name(), renames.declared(type, live));
        this.live = renames.of(live);
        this.steps = new SchemaSteps(
                type,
                this.live,
                sqlite ? new SqliteRebuild(handle, table, wanted, live, renames.former(), liveChecks) : null);
    }

    List<SchemaChange> changes() {
        renames.former().forEach(this::renamed);
        type.fields().forEach(this::column);
        primaryKey();
        objections.forEach(objection -> steps.add(Phase.STANDSTILL, true, false, objection));
        checks();
        type.uniqueKeys().forEach(this::uniqueKey);
        type.references().forEach(this::reference);
        SchemaCheck.missingIndexes(
                        wanted,
                        live.with(live.indexes().stream().filter(this::stays).toList()))
                .forEach((name, columns) ->
                        steps.add(Phase.EXPAND, false, false, "add index " + name, wanted.createIndex(name, columns)));
        constraints.forEach(this::undeclared);
        live.indexes().stream()
                .filter(index -> SchemaWriter.derived(table, index.name(), "ix")
                        && !(stays(index)
                                && wanted.indexes().values().stream()
                                        .anyMatch(columns -> Dialect.startsWith(index.columns(), columns))))
                .forEach(index -> steps.add(
                        gone(index.columns()),
                        false,
                        false,
                        "drop index " + index.name() + ", which is no longer declared",
                        alter.dropIndex(index.name())));
        type.fields().forEach(this::widened);
        live.columns().values().stream()
                .filter(column -> !type.sql().columns().contains(column.name()))
                .forEach(this::undeclared);
        return steps.changes();
    }

    /** Whether all columns of the index stay, so that it can serve for a declared one. */
    private boolean stays(LiveSchema.Index index) {
        return type.sql().columns().containsAll(index.columns());
    }

    private String name() {
        return type.sql().table();
    }

    /** Renames a column. Constraints over it are made anew under their new names, if the engine keeps names. */
    private void renamed(String column, String former) {
        List<String> statements = new ArrayList<>();
        for (Constraint constraint : constraints) {
            if (!sqlite
                    && constraint.kind() != Kind.PRIMARY
                    && (constraint.columns().contains(former) || bindsName(constraint, former))) {
                statements.add(alter.dropConstraint(constraint.name()));
                replaced.add(constraint);
                liveChecks.remove(constraint.name());
            }
        }
        statements.add(alter.renameColumn(former, column));
        steps.add(
                Phase.STANDSTILL,
                !(dialect.renames(former) && dialect.renames(column)),
                false,
                "rename column " + former + " to " + column,
                statements.toArray(String[]::new));
    }

    /** Whether the constraint is a check that the engine doesn't adapt to the new name of a column. */
    private boolean bindsName(Constraint constraint, String column) {
        String check = liveChecks.getOrDefault(constraint.name(), "");
        return dialect instanceof MariaDbDialect
                && constraint.kind() == Kind.CHECK
                && check.contains(dialect.comparable(dialect.quote(column)));
    }

    private boolean isReplaced(Kind kind, List<String> columns) {
        return replaced.stream()
                .anyMatch(constraint -> constraint.kind() == kind
                        && new HashSet<>(renames.of(constraint.columns())).equals(new HashSet<>(columns)));
    }

    private void column(Field<?, ?> field) {
        String column = type.sql().columns().get(field.index());
        LiveColumn there = live.columns().get(column);
        String sqlType = table.codec(field).sqlType();
        String value = wanted.defaultValue(field);
        String fill = "UPDATE " + table.name() + " SET " + dialect.quote(column) + " = " + value + " WHERE "
                + dialect.quote(column) + " IS NULL";
        if (there == null) {
            added(field, column);
            return;
        }
        if (dialect.tooLong(table.codec(field), there)) {
            steps.add(
                    Phase.EXPAND,
                    false,
                    false,
                    "make column " + column + " a " + sqlType + ", for which an index has room; fails if a value is"
                            + " longer, and refuses those that old code writes",
                    alter.setType(column, sqlType, wanted.column(field)));
        } else if (!dialect.sameType(table.codec(field), there)) {
            steps.add(
                    Phase.STANDSTILL,
                    true,
                    true,
                    "change column " + column + " from " + there.sizedType() + " to " + sqlType
                            + "; fails if a value doesn't fit",
                    alter.setType(column, there, field.type(), sqlType, wanted.column(field)));
        }
        FieldType point = SqliteDecimals.decimals(liveChecks, renames.former().getOrDefault(column, column));
        if (sqlite && SqliteDecimals.movesPoint(point, field.type()) && dialect.sameType(table.codec(field), there)) {
            steps.add(
                    Phase.STANDSTILL,
                    true,
                    true,
                    "change column " + column + " from " + (point == null ? there.type() : point) + " to "
                            + field.type() + "; fails if a value doesn't fit");
        }
        if (there.generated() != null) {
            steps.add(
                    Phase.STANDSTILL,
                    true,
                    false,
                    "let column " + column + " take values, which the database generates",
                    alter.takeValues(column, there.generated(), wanted.column(field)));
        }
        if (there.nullable() && !field.nullable()) {
            steps.add(
                    Phase.STANDSTILL,
                    true,
                    value != null,
                    "make column " + column + " required"
                            + (value == null
                                    ? "; fails if rows lack it"
                                    : ", with its default value where it is missing"),
                    value == null
                            ? new String[] {alter.setNullable(column, false, wanted.column(field))}
                            : new String[] {fill, alter.setNullable(column, false, wanted.column(field))});
        } else if (!there.nullable() && field.nullable()) {
            steps.add(
                    Phase.EXPAND,
                    true,
                    false,
                    "let column " + column + " be missing; old code goes on, but finds a difference if it is started"
                            + " again, and can't read a record without the value",
                    alter.setNullable(column, true, wanted.column(field)));
        }
    }

    /** Widens a column that was limited because of an index that is no longer declared; the index is dropped before. */
    private void widened(Field<?, ?> field) {
        String column = type.sql().columns().get(field.index());
        LiveColumn there = live.columns().get(column);
        if (there != null && dialect.tooShort(table.codec(field), there)) {
            String sqlType = table.codec(field).sqlType();
            steps.add(
                    Phase.CONTRACT,
                    false,
                    false,
                    "make column " + column + " a " + sqlType + "; until then it refuses longer values",
                    alter.setType(column, sqlType, wanted.column(field)));
        }
    }

    private void added(Field<?, ?> field, String column) {
        if (field.nullable() || field.defaultValue() != null) {
            String inline = sqlite
                    ? checksOf(field).entrySet().stream()
                            .map(check -> " " + wanted.check(check.getKey(), check.getValue()))
                            .collect(Collectors.joining())
                    : "";
            steps.add(
                    Phase.EXPAND,
                    false,
                    false,
                    "add column " + column
                            + (field.defaultValue() == null
                                    ? ""
                                    : ", with its default value for rows that are there and those of old code"),
                    alter.addColumn(wanted.column(field) + inline));
        } else {
            steps.add(
                    Phase.STANDSTILL,
                    true,
                    false,
                    "add the required column " + column
                            + ", which has no default value: fill it in the script, or give the field a default value"
                            + " or make it nullable for a release, which spares the standstill",
                    alter.addColumn(wanted.typed(field)),
                    "-- fill " + dialect.quote(column) + " here",
                    alter.setNullable(column, false, wanted.column(field)));
        }
    }

    private Map<String, String> checksOf(Field<?, ?> field) {
        String guard = name() + "_" + type.sql().columns().get(field.index()) + "_domain";
        Map<String, String> checks = wanted.checks();
        checks.keySet()
                .removeIf(check -> !check.equals(guard)
                        && type.checks().stream()
                                .noneMatch(declared -> declared.name().equals(check)
                                        && declared.field().index() == field.index()));
        return checks;
    }

    private void primaryKey() {
        if (!live.primaryKey().equals(type.columns(type.key()))) {
            List<String> statements = new ArrayList<>();
            constraints.stream()
                    .filter(constraint -> constraint.kind() == Kind.PRIMARY)
                    .forEach(constraint -> statements.add(alter.dropConstraint(constraint.name())));
            statements.add(alter.addConstraint(wanted.primaryKey()));
            steps.add(
                    Phase.STANDSTILL,
                    true,
                    false,
                    "make " + LiveSchema.list(type.columns(type.key())) + " the primary key; fails if rows repeat it",
                    statements.toArray(String[]::new));
        }
    }

    private void checks() {
        Map<String, String> declared = wanted.checks();
        if (sqlite) {
            for (Field<?, ?> field : type.fields()) {
                if (!live.columns().containsKey(type.sql().columns().get(field.index()))) {
                    declared.keySet().removeAll(checksOf(field).keySet());
                }
            }
        }
        declared.forEach((check, expression) -> {
            String there = liveChecks.get(check);
            if (there == null) {
                steps.add(
                        Phase.EXPAND,
                        true,
                        false,
                        "add check " + check + CAUTION,
                        added(check, expression).toArray(String[]::new));
            } else if (!there.equals(dialect.comparable(expression))) {
                boolean rescales = SqliteDecimals.decimal(there) != null;
                steps.add(
                        rescales ? Phase.STANDSTILL : Phase.EXPAND,
                        true,
                        rescales,
                        "change check " + check + CAUTION + "; old code finds a difference if it is started again",
                        Stream.concat(Stream.of(alter.dropConstraint(check)), added(check, expression).stream())
                                .toArray(String[]::new));
            }
        });
    }

    private List<String> added(String check, String expression) {
        List<String> statements = new ArrayList<>();
        statements.add(alter.addConstraint(wanted.check(check, expression)));
        statements.addAll(dialect.remember(table.name(), Map.of(check, expression)));
        return statements;
    }

    private void uniqueKey(UniqueKey unique) {
        List<String> columns = type.columns(unique.fields());
        boolean there = live.indexes().stream()
                .anyMatch(index -> index.unique() && new HashSet<>(index.columns()).equals(new HashSet<>(columns)));
        if (!there || isReplaced(Kind.UNIQUE, columns)) {
            steps.add(
                    Phase.EXPAND,
                    false,
                    false,
                    "add unique key " + unique.name() + CAUTION,
                    sqlite
                            ? alter.createUniqueIndex(unique.name(), columns)
                            : alter.addConstraint(wanted.uniqueKey(unique)));
        }
    }

    private void reference(Reference reference) {
        List<String> columns = type.columns(reference.fields());
        EntityType<?> target = reference.target();
        for (LiveSchema.ForeignKey key : live.foreignKeys()) {
            if (key.columns().equals(columns)
                    && !isReplaced(Kind.FOREIGN, columns)
                    && dialect.sameName(key.target(), target.sql().table())
                    && key.targetColumns().equals(target.columns(target.key()))) {
                boolean cascades = key.deleteRule() == DatabaseMetaData.importedKeyCascade;
                if (cascades != (reference.onDelete() == OnDelete.CASCADE)) {
                    steps.add(
                            Phase.EXPAND,
                            true,
                            false,
                            "change reference " + reference.name() + " to ON DELETE " + reference.onDelete()
                                    + "; old code is bound by it too",
                            alter.dropConstraint(liveName(reference, columns)),
                            alter.addConstraint(wanted.foreignKey(reference)));
                }
                return;
            }
        }
        steps.add(
                Phase.EXPAND,
                true,
                false,
                "add reference " + reference.name() + " to " + target.sql().table() + CAUTION,
                alter.addConstraint(wanted.foreignKey(reference)));
    }

    private String liveName(Reference reference, List<String> columns) {
        return constraints.stream()
                .filter(constraint -> constraint.kind() == Kind.FOREIGN
                        && constraint.columns().equals(columns))
                .map(Constraint::name)
                .findFirst()
                .orElse(reference.name());
    }

    /** Drops a constraint under a derived name that is no longer declared. */
    private void undeclared(Constraint constraint) {
        List<String> columns = renames.of(constraint.columns());
        boolean declared = switch (constraint.kind()) {
            case PRIMARY -> true;
            case CHECK -> wanted.checks().containsKey(constraint.name());
            case UNIQUE ->
                type.uniqueKeys().stream()
                        .anyMatch(key -> new HashSet<>(type.columns(key.fields())).equals(new HashSet<>(columns)));
            case FOREIGN ->
                type.references().stream()
                        .anyMatch(key -> type.columns(key.fields()).equals(columns));
        };
        if (!declared
                && !replaced.contains(constraint)
                && SchemaWriter.derived(table, constraint.name(), "uq|fk|ck|domain")) {
            steps.add(
                    gone(live.columns().keySet().stream()
                            .filter(column -> uses(constraint, column))
                            .toList()),
                    true,
                    false,
                    "drop constraint " + constraint.name()
                            + ", which is no longer declared; until then it refuses writes of new code that break it",
                    alter.dropConstraint(constraint.name()));
        }
    }

    private boolean uses(Constraint constraint, String column) {
        return constraint.columns().contains(column)
                || liveChecks.getOrDefault(constraint.name(), "").contains(dialect.quote(column));
    }

    /** When something over these columns is dropped: no later than the columns. */
    private Phase gone(List<String> columns) {
        return columns.stream()
                        .map(live.columns()::get)
                        .anyMatch(column ->
                                column != null && !type.sql().columns().contains(column.name()) && blocks(column))
                ? Phase.STANDSTILL
                : Phase.CONTRACT;
    }

    /** Whether the new release, which doesn't know the column, can't insert rows as long as it exists. */
    private static boolean blocks(LiveColumn column) {
        return !column.nullable() && !column.hasDefault();
    }

    /** Drops a column that no field declares. */
    private void undeclared(LiveColumn column) {
        boolean blocks = blocks(column);
        boolean used =
                constraints.stream().anyMatch(constraint -> constraint.columns().contains(column.name()))
                        || liveChecks.values().stream().anyMatch(check -> check.contains(dialect.quote(column.name())))
                        || primaryKey.contains(column.name());
        if (blocks) {
            steps.drop(column.name());
        }
        steps.add(
                blocks ? Phase.STANDSTILL : Phase.CONTRACT,
                used,
                true,
                "drop column " + column.name() + ", which belongs to no field"
                        + (blocks
                                ? "; it is required and has no default value, so new code can't insert: declaring the"
                                        + " field nullable for a release spares the standstill"
                                : ""),
                alter.dropColumn(column.name()));
    }
}
