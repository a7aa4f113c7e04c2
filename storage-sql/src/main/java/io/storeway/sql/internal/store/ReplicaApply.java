package io.storeway.sql.internal.store;

import io.storeway.EntityType;
import io.storeway.Key;
import io.storeway.Row;
import io.storeway.error.ConstraintViolationException;
import io.storeway.error.ErrorContext;
import io.storeway.error.InvalidValueException;
import io.storeway.error.StorageException;
import io.storeway.spi.PartitionState;
import io.storeway.spi.ReplicaStore.Applied;
import io.storeway.spi.ReplicaStore.Outcome;
import io.storeway.spi.ReplicaStore.Refusal;
import io.storeway.spi.Residue;
import io.storeway.spi.Version;
import io.storeway.sql.internal.connection.Session;
import io.storeway.sql.internal.dialect.Table;
import io.storeway.sql.internal.dialect.Tables;
import io.storeway.sql.internal.rows.Lookup;
import io.storeway.sql.internal.rows.PartitionWriter;
import io.storeway.sql.internal.rows.RowWriter;
import io.storeway.sql.internal.store.Bookkeeping.Known;
import io.storeway.sql.internal.transaction.Errors;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Makes partitions equal to given states, batch by batch: with a fixed number of queries for a batch, and its rows in bulk. */
final class ReplicaApply {

    /** A state to apply. Compared by identity. */
    static final class Candidate {
        final int index;
        final PartitionState state;
        final String text;
        final List<Row> rows;
        /** The rows of the partition; null, because they needn't be read, if its only record is overwritten. */
        @Nullable
        List<Row> present;

        Candidate(int index, PartitionState state, String text, List<Row> rows) {
            this.index = index;
            this.state = state;
            this.text = text;
            this.rows = rows;
        }
    }

    private final Tables tables;
    private final Bookkeeping bookkeeping;
    private final RowWriter writer;
    private final Errors errors;
    private final String backend;

    ReplicaApply(Tables tables, Bookkeeping bookkeeping, RowWriter writer, Errors errors, String backend) {
        this.tables = tables;
        this.bookkeeping = bookkeeping;
        this.writer = writer;
        this.errors = errors;
        this.backend = backend;
    }

    /**
     * Applies the states.
     *
     * @param expected what the transaction has already read about their partitions, or null
     */
    List<Applied> apply(
            Session session, EntityType<?> type, List<PartitionState> states, @Nullable Map<String, Known> expected)
            throws SQLException {
        @Nullable Map<String, Known> known = expected;
        Applied[] answers = new Applied[states.size()];
        Map<String, Candidate> batch = new LinkedHashMap<>();
        for (int i = 0; i < answers.length; i++) {
            Candidate candidate = candidate(type, i, states.get(i));
            if (batch.containsKey(candidate.text)) {
                apply(session, tables.of(type), batch, known, answers);
                known = null;
                batch.clear();
            }
            batch.put(candidate.text, candidate);
        }
        apply(session, tables.of(type), batch, known, answers);
        return Arrays.asList(answers);
    }

    private static Candidate candidate(EntityType<?> type, int index, PartitionState state) {
        int position = type.position().map(field -> field.index()).orElse(-1);
        List<Row> rows = new ArrayList<>(state.items().size());
        for (PartitionState.Item item : state.items()) {
            Row row = item.row();
            rows.add(position < 0 || row.get(position) != null ? row : row.with(position, item.position()));
        }
        return new Candidate(index, state, state.key().text(type.partitionKey()), rows);
    }

    private void apply(
            Session session,
            Table table,
            Map<String, Candidate> batch,
            @Nullable Map<String, Known> expected,
            Applied[] answers)
            throws SQLException {
        if (batch.isEmpty()) {
            return;
        }
        EntityType<?> type = table.type();
        Map<String, Known> known = expected == null ? bookkeeping.known(session, type, batch.keySet()) : expected;
        List<Candidate> open = withoutStale(batch.values(), known, answers);
        look(
                session,
                table,
                open.stream()
                        .filter(candidate -> !overwritten(table, candidate, known.get(candidate.text)))
                        .toList());
        Map<String, List<Residue>> residue = bookkeeping.residue(session, type, known);
        removeUnchanged(open, known, residue, answers);
        // As in the application's writes, an expired row gives up its unique values, unless others may refer to it.
        Predicate<Row> makesWay = row -> table.leaf() && writer.expired(table, row);
        Map<Candidate, List<Refusal>> refusals =
                new RefusalFinder(session, tables, table, backend, makesWay).find(open);
        refusals.forEach((candidate, items) -> {
            answers[candidate.index] = new Applied(Outcome.REFUSED, items);
            open.remove(candidate);
        });
        if (table.leaf()) {
            writer.clearExpired(
                    session,
                    table,
                    open.stream().flatMap(candidate -> candidate.rows.stream()).toList());
        }
        List<Candidate> written = write(session, table, open, answers);
        keepBooks(session, type, written, known.keySet(), residue.keySet());
    }

    /** The candidates that are not older than what is known of their partitions; answers the others. */
    private static List<Candidate> withoutStale(
            Collection<Candidate> candidates, Map<String, Known> known, Applied[] answers) {
        List<Candidate> open = new ArrayList<>(candidates.size());
        for (Candidate candidate : candidates) {
            Known before = known.getOrDefault(candidate.text, Known.NOTHING);
            if (candidate.state.version().compareTo(before.version()) < 0) {
                answers[candidate.index] = Applied.of(Outcome.STALE);
            } else {
                open.add(candidate);
            }
        }
        return open;
    }

    /** Removes, and answers, the candidates that are equal to what is there. */
    private static void removeUnchanged(
            List<Candidate> open, Map<String, Known> known, Map<String, List<Residue>> residue, Applied[] answers) {
        open.removeIf(candidate -> {
            Version before = known.getOrDefault(candidate.text, Known.NOTHING).version();
            boolean unchanged = candidate.state.version().equals(before)
                    && sameRows(candidate.present, candidate.rows)
                    && sameResidue(residue.getOrDefault(candidate.text, List.of()), candidate.state.residue());
            if (unchanged) {
                answers[candidate.index] = Applied.of(Outcome.UNCHANGED);
            }
            return unchanged;
        });
    }

    /** Whether the state is newer and has at most one record, so that the old content needn't be known. */
    private static boolean overwritten(Table table, Candidate candidate, @Nullable Known known) {
        return table.type().identity().isEmpty()
                && table.type().uniqueKeys().isEmpty()
                && table.ownReferences().isEmpty()
                && known != null
                && candidate.state.version().compareTo(known.version()) > 0;
    }

    /** Reads what the partitions hold. */
    private static void look(Session session, Table table, List<Candidate> candidates) throws SQLException {
        Map<Key, List<Row>> present = new HashMap<>();
        candidates.forEach(candidate -> present.put(candidate.state.key(), new ArrayList<>()));
        for (Row row : Lookup.rows(session, table, table.type().partitionKey(), present.keySet())) {
            Objects.requireNonNull(present.get(row.key(table.type().partitionKey())))
                    .add(row);
        }
        candidates.forEach(candidate -> candidate.present = present.get(candidate.state.key()));
    }

    private static boolean sameRows(@Nullable List<Row> present, List<Row> wanted) {
        if (present == null || present.size() != wanted.size()) {
            return false;
        }
        Map<Key, Row> byKey = new HashMap<>();
        present.forEach(row -> byKey.put(row.key(), row));
        return wanted.stream().allMatch(row -> {
            Key key = Table.keyOf(row, row.type().key());
            return key != null && row.equals(byKey.get(key));
        });
    }

    private static boolean sameResidue(List<Residue> present, List<Residue> wanted) {
        return new HashSet<>(identities(present)).equals(new HashSet<>(identities(wanted)));
    }

    private static List<List<@Nullable Object>> identities(List<Residue> items) {
        return items.stream()
                .map(item -> Arrays.<@Nullable Object>asList(
                        item.position(), item.kind(), item.constraint(), item.fingerprint()))
                .toList();
    }

    /** Writes all states at once, or each by itself if an undeclared rule refuses that; returns those that were written. */
    private List<Candidate> write(Session session, Table table, List<Candidate> open, Applied[] answers)
            throws SQLException {
        if (!session.careful()) {
            writeAll(session, table, open);
            open.forEach(candidate -> answers[candidate.index] = Applied.of(Outcome.APPLIED));
            return open;
        }
        StorageException refused = attempt(session, table, open, Integer.MAX_VALUE);
        List<Candidate> written = new ArrayList<>(open);
        if (refused != null) {
            written.clear();
            for (Candidate candidate : open) {
                StorageException alone = attempt(session, table, List.of(candidate), Integer.MAX_VALUE);
                if (alone == null) {
                    written.add(candidate);
                } else {
                    Refusal refusal = refusal(session, table, candidate, alone);
                    answers[candidate.index] = new Applied(Outcome.REFUSED, List.of(refusal));
                }
            }
        }
        written.forEach(candidate -> answers[candidate.index] = Applied.of(Outcome.APPLIED));
        return written;
    }

    /** The first refused item: the last one of the shortest beginning of the state that can't be written. */
    private Refusal refusal(Session session, Table table, Candidate candidate, StorageException last)
            throws SQLException {
        int good = -1;
        int bad = candidate.rows.size();
        StorageException reason = last;
        while (bad - good > 1) {
            int middle = (good + bad) >>> 1;
            Savepoint before = session.connection().setSavepoint();
            StorageException refused = attempt(session, table, List.of(candidate), middle);
            session.connection().rollback(before);
            if (refused == null) {
                good = middle;
            } else {
                bad = middle;
                reason = refused;
            }
        }
        if (bad == 0) {
            // Even no items at all are refused: something still refers to a row that is deleted.
            throw reason;
        }
        return refusal(bad - 1, reason);
    }

    static Refusal refusal(int item, StorageException reason) {
        if (reason instanceof ConstraintViolationException violation) {
            return new Refusal(
                    item,
                    Residue.Kind.valueOf(violation.kind().name()),
                    violation.constraint(),
                    violation.kind() + " constraint "
                            + (violation.constraint() == null ? "of unknown name" : violation.constraint())
                            + " refuses the item");
        }
        InvalidValueException invalid = (InvalidValueException) reason;
        return new Refusal(item, Residue.Kind.INVALID, null, invalid.where() + ": " + invalid.reason());
    }

    private void writeAll(Session session, Table table, List<Candidate> open) throws SQLException {
        try {
            write(session, table, open, Integer.MAX_VALUE);
        } catch (SQLException e) {
            if (errors.sort(e).concernsRows()) {
                session.askForCare();
            }
            throw e;
        }
    }

    private void write(Session session, Table table, List<Candidate> candidates, int limit) throws SQLException {
        List<Row> there = new ArrayList<>();
        List<Row> wanted = new ArrayList<>();
        List<Key> emptied = new ArrayList<>();
        List<Row> overwriting = new ArrayList<>();
        for (Candidate candidate : candidates) {
            List<Row> rows = candidate.rows.subList(0, Math.min(limit, candidate.rows.size()));
            if (candidate.present != null) {
                there.addAll(candidate.present);
                wanted.addAll(rows);
            } else if (rows.isEmpty()) {
                emptied.add(candidate.state.key());
            } else {
                overwriting.addAll(rows);
            }
        }
        if (!emptied.isEmpty()) {
            writer.remove(session, table, emptied);
        }
        if (!overwriting.isEmpty()) {
            writer.upsert(session, table, overwriting);
        }
        new PartitionWriter(writer).write(session, table, there, wanted);
    }

    /** Writes the first rows of each state. Returns the refusal, in which case nothing was written, or null. */
    private @Nullable StorageException attempt(Session session, Table table, List<Candidate> candidates, int limit)
            throws SQLException {
        Savepoint before = session.connection().setSavepoint();
        try {
            write(session, table, candidates, limit);
            session.connection().releaseSavepoint(before);
            return null;
        } catch (SQLException e) {
            ErrorContext context =
                    new ErrorContext("apply", backend, table.type().name(), null);
            StorageException refused = errors.map(e, context, session);
            if (!(refused instanceof ConstraintViolationException) && !(refused instanceof InvalidValueException)) {
                throw refused;
            }
            session.connection().rollback(before);
            return refused;
        }
    }

    private void keepBooks(
            Session session,
            EntityType<?> type,
            List<Candidate> written,
            Collection<String> known,
            Collection<String> withResidue)
            throws SQLException {
        Map<String, Version> versions = new LinkedHashMap<>();
        Map<String, List<Residue>> residue = new LinkedHashMap<>();
        List<String> cleared = new ArrayList<>();
        for (Candidate candidate : written) {
            versions.put(candidate.text, candidate.state.version());
            if (withResidue.contains(candidate.text)) {
                cleared.add(candidate.text);
            }
            if (!candidate.state.residue().isEmpty()) {
                residue.put(candidate.text, candidate.state.residue());
            }
        }
        bookkeeping.deleteResidue(session, type, cleared);
        bookkeeping.insertResidue(session, type, residue);
        bookkeeping.putVersions(session, type, versions, known);
    }
}
