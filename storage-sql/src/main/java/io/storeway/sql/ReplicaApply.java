package io.storeway.sql;

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
import io.storeway.sql.Bookkeeping.Known;
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
import org.jspecify.annotations.Nullable;

/** Makes partitions equal to given states, in sets: a fixed number of queries for a batch, and its rows in bulk. */
final class ReplicaApply {

    /** A state on its way in; equal to itself alone. */
    static final class Candidate {
        final int index;
        final PartitionState state;
        final String text;
        final List<Row> rows;

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

    List<Applied> apply(Session session, EntityType<?> type, List<PartitionState> states) throws SQLException {
        Applied[] answers = new Applied[states.size()];
        Map<String, Candidate> batch = new LinkedHashMap<>();
        for (int i = 0; i < answers.length; i++) {
            Candidate candidate = candidate(type, i, states.get(i));
            if (batch.containsKey(candidate.text)) {
                apply(session, tables.of(type), batch, answers);
                batch.clear();
            }
            batch.put(candidate.text, candidate);
        }
        apply(session, tables.of(type), batch, answers);
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

    private void apply(Session session, Table table, Map<String, Candidate> batch, Applied[] answers)
            throws SQLException {
        if (batch.isEmpty()) {
            return;
        }
        EntityType<?> type = table.type();
        Map<String, Known> known = bookkeeping.known(session, type, batch.keySet());
        List<Candidate> open = new ArrayList<>();
        for (Candidate candidate : batch.values()) {
            Known before = known.getOrDefault(candidate.text, Known.NOTHING);
            if (candidate.state.version().compareTo(before.version()) < 0) {
                answers[candidate.index] = Applied.of(Outcome.STALE);
            } else {
                open.add(candidate);
            }
        }
        Map<Key, List<Row>> present = present(session, table, open);
        Map<String, List<Residue>> residue = bookkeeping.residue(session, type, known);
        open.removeIf(candidate -> {
            boolean unchanged = candidate.state.version().equals(known.getOrDefault(candidate.text, Known.NOTHING).version())
                    && sameRows(present.getOrDefault(candidate.state.key(), List.of()), candidate.rows)
                    && sameResidue(residue.getOrDefault(candidate.text, List.of()), candidate.state.residue());
            if (unchanged) {
                answers[candidate.index] = Applied.of(Outcome.UNCHANGED);
            }
            return unchanged;
        });
        Map<Candidate, List<Refusal>> refusals =
                new RefusalFinder(session, tables, table, backend).find(open, flat(present.values()));
        refusals.forEach((candidate, items) -> {
            answers[candidate.index] = new Applied(Outcome.REFUSED, items);
            open.remove(candidate);
        });
        List<Candidate> written = write(session, table, open, present, answers);
        keepBooks(session, type, written, known.keySet(), residue.keySet());
    }

    private static Map<Key, List<Row>> present(Session session, Table table, List<Candidate> candidates)
            throws SQLException {
        Map<Key, List<Row>> present = new HashMap<>();
        List<Key> keys = candidates.stream().map(each -> each.state.key()).toList();
        for (Row row : Lookup.rows(session, table, table.type().partitionKey(), keys)) {
            present.computeIfAbsent(row.key(table.type().partitionKey()), key -> new ArrayList<>())
                    .add(row);
        }
        return present;
    }

    private static boolean sameRows(List<Row> present, List<Row> wanted) {
        if (present.size() != wanted.size()) {
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

    private static List<Row> flat(Collection<List<Row>> lists) {
        return lists.stream().flatMap(List::stream).toList();
    }

    /** Writes all, or where an undeclared rule refuses that, each state alone; gives those that were written. */
    private List<Candidate> write(
            Session session, Table table, List<Candidate> open, Map<Key, List<Row>> present, Applied[] answers)
            throws SQLException {
        if (!session.careful()) {
            writeAll(session, table, open, present);
            open.forEach(candidate -> answers[candidate.index] = Applied.of(Outcome.APPLIED));
            return open;
        }
        StorageException refused = attempt(session, table, open, present, Integer.MAX_VALUE);
        List<Candidate> written = new ArrayList<>(open);
        if (refused != null) {
            written.clear();
            for (Candidate candidate : open) {
                StorageException alone = attempt(session, table, List.of(candidate), present, Integer.MAX_VALUE);
                if (alone == null) {
                    written.add(candidate);
                } else {
                    Refusal refusal = refusal(session, table, candidate, present, alone);
                    answers[candidate.index] = new Applied(Outcome.REFUSED, List.of(refusal));
                }
            }
        }
        written.forEach(candidate -> answers[candidate.index] = Applied.of(Outcome.APPLIED));
        return written;
    }

    /** The first item that is refused: the shortest beginning of the state that can't be written ends with it. */
    private Refusal refusal(
            Session session, Table table, Candidate candidate, Map<Key, List<Row>> present, StorageException last)
            throws SQLException {
        int good = -1;
        int bad = candidate.rows.size();
        StorageException reason = last;
        while (bad - good > 1) {
            int middle = (good + bad) >>> 1;
            Savepoint before = session.connection().setSavepoint();
            StorageException refused = attempt(session, table, List.of(candidate), present, middle);
            session.connection().rollback(before);
            if (refused == null) {
                good = middle;
            } else {
                bad = middle;
                reason = refused;
            }
        }
        if (bad == 0) {
            // Not an item, but the absence of one is refused: something still refers to a row that goes.
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

    private void writeAll(Session session, Table table, List<Candidate> open, Map<Key, List<Row>> present)
            throws SQLException {
        try {
            write(session, table, open, present, Integer.MAX_VALUE);
        } catch (SQLException e) {
            Failure.Sort sort = errors.sort(e);
            if (sort != Failure.Sort.CONFLICT && sort != Failure.Sort.LOST && sort != Failure.Sort.UNAVAILABLE) {
                session.askForCare();
            }
            throw e;
        }
    }

    private void write(Session session, Table table, List<Candidate> candidates, Map<Key, List<Row>> present, int limit)
            throws SQLException {
        List<Row> there = new ArrayList<>();
        List<Row> wanted = new ArrayList<>();
        for (Candidate candidate : candidates) {
            there.addAll(present.getOrDefault(candidate.state.key(), List.of()));
            wanted.addAll(candidate.rows.subList(0, Math.min(limit, candidate.rows.size())));
        }
        new PartitionWriter(writer).write(session, table, there, wanted);
    }

    /** Writes the first rows of each state and gives what refused it, in which case nothing was written. */
    private @Nullable StorageException attempt(
            Session session, Table table, List<Candidate> candidates, Map<Key, List<Row>> present, int limit)
            throws SQLException {
        Savepoint before = session.connection().setSavepoint();
        try {
            write(session, table, candidates, present, limit);
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
