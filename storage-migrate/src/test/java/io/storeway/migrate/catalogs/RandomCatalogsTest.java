package io.storeway.migrate.catalogs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.storeway.Catalog;
import io.storeway.EntityType;
import io.storeway.Field;
import io.storeway.Key;
import io.storeway.Missing;
import io.storeway.Repository;
import io.storeway.Row;
import io.storeway.Storage;
import io.storeway.error.ConstraintViolationException;
import io.storeway.migrate.Migration;
import io.storeway.spi.RowStore;
import io.storeway.sql.SchemaChange;
import io.storeway.sql.SchemaChange.Phase;
import io.storeway.sql.SqlStorage;
import io.storeway.testkit.ManualClock;
import io.storeway.testkit.RunNumber;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Catalogs that nobody thought of, with every kind of field, key, layout, rule and name: each backend has to give the same
 * answers, a migration there and back the same records, and the script to the next version the records that it promises.
 *
 * <p>{@code -Dstoreway.seed=N} begins with another catalog, and a failure names the seed that it takes; {@code
 * -Dstoreway.effort=10} tries ten times as many.
 */
@Tag("slow")
class RandomCatalogsTest {

    private static final long FIRST = RunNumber.of("storeway.seed", 1);
    private static final int EFFORT = RunNumber.positive("storeway.effort", 1);
    private static final int STEPS = 40;

    @TempDir
    Path folder;

    /** Something to do with a catalog. */
    private interface Trial {
        void of(long seed, CatalogSpec spec, Catalog catalog) throws SQLException;
    }

    /** Tries as many catalogs; few are refused, for names that two things would share. */
    private static void each(int catalogs, Trial trial) {
        int refused = 0;
        for (long seed = FIRST; seed < FIRST + (long) catalogs * EFFORT; seed++) {
            CatalogSpec spec = CatalogMaker.make(seed);
            Catalog catalog;
            try {
                catalog = spec.build();
            } catch (IllegalArgumentException e) {
                assertThat(e).as("seed %d", seed).hasMessageContaining("Two things would be named");
                refused++;
                continue;
            }
            try {
                trial.of(seed, spec, catalog);
            } catch (SQLException | RuntimeException | AssertionError e) {
                throw new AssertionError(
                        "-Dstoreway.seed=%d repeats it: %s%nwith the catalog%n%s".formatted(seed, e.getMessage(), spec),
                        e);
            }
        }
        assertThat(refused).as("catalogs that are refused").isLessThan(1 + catalogs * EFFORT / 5);
    }

    @Test
    void storagesInTheProcessGiveTheSameAnswers() {
        each(
                60,
                (seed, spec, catalog) -> compare(
                        seed,
                        spec,
                        catalog,
                        List.of(Backend.MEMORY, Backend.MVSTORE, Backend.SQLITE, Backend.H2),
                        rows -> rows));
    }

    @Test
    void postgresGivesTheSameAnswers() {
        each(
                10,
                (seed, spec, catalog) ->
                        compare(seed, spec, catalog, List.of(Backend.MEMORY, Backend.POSTGRESQL), rows -> rows));
    }

    /** The last backend gets the layer before it. */
    private void compare(
            long seed, CatalogSpec spec, Catalog catalog, List<Backend> backends, UnaryOperator<RowStore> layer) {
        Map<Backend, Step.Open> open = new EnumMap<>(Backend.class);
        try {
            backends.forEach(backend -> open.put(backend, backend.open(folder, catalog)));
            Backend last = backends.get(backends.size() - 1);
            for (Step step : new Steps(spec, catalog, new Dice(seed)).some(STEPS)) {
                Map<Backend, String> answers = new EnumMap<>(Backend.class);
                Map<Backend, String> contents = new EnumMap<>(Backend.class);
                open.forEach((backend, storage) -> {
                    answers.put(backend, step.answer(backend == last ? new Layered(storage, layer) : storage));
                    contents.put(backend, Steps.content(storage, catalog));
                });
                assertThat(alike(answers))
                        .as("answers of %s%n%s", step, answers)
                        .isTrue();
                assertThat(new HashSet<>(contents.values()))
                        .as("content after %s%n%s", step, contents)
                        .hasSize(1);
            }
        } finally {
            open.values().forEach(each -> each.storage().close());
        }
    }

    /** A storage with a layer before its rows. */
    private record Layered(Step.Open open, UnaryOperator<RowStore> layer) implements Step.Place {

        @Override
        public Repository<Row> repository(EntityType<Row> type) {
            return open.repository(type).through(layer);
        }

        @Override
        public Storage storage() {
            return open.storage();
        }

        @Override
        public ManualClock clock() {
            return open.clock();
        }
    }

    /** Equal, or all of them refusals: of a batch that breaks several rules each backend names one. */
    private static boolean alike(Map<Backend, String> answers) {
        return new HashSet<>(answers.values()).size() == 1
                || answers.values().stream()
                        .allMatch(answer ->
                                answer.matches("refused by \\w+ \\w*_\\w+ .*|VersionConflict.*|RecordNotFound.*"));
    }

    @Test
    void recordsComeThroughAMigrationAndBack() {
        each(20, (seed, spec, catalog) -> {
            try (Filled filled = new Filled(seed, spec, catalog)) {
                if (!filled.carriable()) {
                    return;
                }
                Backend target = List.of(Backend.SQLITE, Backend.H2, Backend.SQLITE, Backend.H2, Backend.POSTGRESQL)
                        .get((int) (seed % 5));
                Step.Open there = target.open(folder, catalog);
                Step.Open back = Backend.MVSTORE.open(folder, catalog);
                try (Storage first = there.storage();
                        Storage second = back.storage()) {
                    migrate(filled.storage, first);
                    assertThat(Steps.content(there, catalog)).isEqualTo(filled.content());
                    migrate(first, second);
                    assertThat(Steps.content(back, catalog)).isEqualTo(filled.content());
                }
            }
        });
    }

    private static void migrate(Storage from, Storage to) {
        Migration migration =
                Migration.from(from).to(to).clock(new ManualClock(Pools.NOW)).build();
        assertThat(migration.backfill().clean()).as("clean backfill").isTrue();
        assertThat(migration.verify().equal()).as("equal sides").isTrue();
        assertThat(migration.backfill().writes()).as("writes of another run").isZero();
    }

    @Test
    void theScriptToTheNextVersionKeepsWhatWasWrittenBeforeAndMeanwhile() {
        each(
                24,
                (seed, spec, catalog) -> evolve(
                        seed,
                        spec,
                        catalog,
                        List.of(Backend.SQLITE, Backend.H2, Backend.SQLITE, Backend.POSTGRESQL)
                                .get((int) (seed % 4))));
    }

    private void evolve(long seed, CatalogSpec spec, Catalog catalog, Backend backend) throws SQLException {
        Evolution evolution = Evolution.of(spec, seed);
        Catalog next = evolution.spec().build();
        String uri = backend.place(folder);
        try (Filled filled = new Filled(seed, spec, catalog);
                Storage before = Backend.open(uri, catalog, Missing.CREATE).storage()) {
            if (!filled.carriable()) {
                return;
            }
            migrate(filled.storage, before);
            List<SchemaChange> script = SqlStorage.changes(uri, next).changes();
            apply(
                    uri,
                    script.stream()
                            .filter(change -> change.phase() != Phase.CONTRACT)
                            .toList());
            Step.Open meanwhile = Backend.open(uri, next, Missing.REFUSE);
            String expected;
            try (Storage storage = meanwhile.storage()) {
                assertThat(rows(storage, next)).as("%s", evolution).isEqualTo(filled.carried(evolution, next));
                new Steps(evolution.spec(), next, new Dice(seed)).some(10).forEach(step -> step.answer(meanwhile));
                meanwhile.beginAnew();
                expected = rows(storage, next);
            }
            apply(
                    uri,
                    script.stream()
                            .filter(change -> change.phase() == Phase.CONTRACT)
                            .toList());
            assertThat(SqlStorage.changes(uri, next).changes())
                    .as("%s", evolution)
                    .isEmpty();
            try (Storage storage = Backend.open(uri, next, Missing.REFUSE).storage()) {
                assertThat(rows(storage, next)).as("%s", evolution).isEqualTo(expected);
            }
        }
    }

    private static void apply(String uri, List<SchemaChange> changes) throws SQLException {
        try (Connection connection = DriverManager.getConnection(uri);
                Statement statement = connection.createStatement()) {
            for (SchemaChange change : changes) {
                for (String sql : change.statements()) {
                    if (!sql.startsWith("--")) {
                        statement.execute(sql);
                    }
                }
            }
        }
    }

    private static String rows(Storage storage, Catalog catalog) {
        List<String> texts = new ArrayList<>();
        for (EntityType<?> type : catalog.types()) {
            EntityType<Row> rows = RecordMaker.typeOf(catalog, type.name());
            texts.add(type.name()
                    + Texts.ofRows(storage.repository(rows).all().allowScan().list()));
        }
        return String.join(System.lineSeparator(), texts);
    }

    /** A storage in memory with records of a catalog, none of them expired. */
    private final class Filled implements AutoCloseable {

        private final Step.Open open;
        private final Storage storage;
        private final Catalog catalog;
        private final boolean purged;

        Filled(long seed, CatalogSpec spec, Catalog catalog) {
            this.catalog = catalog;
            this.open = Backend.MEMORY.open(folder, catalog);
            this.storage = open.storage();
            new Steps(spec, catalog, new Dice(seed)).some(2 * STEPS).forEach(step -> step.answer(open));
            open.beginAnew();
            this.purged = purge();
        }

        /**
         * Whether there is nothing that a migration leaves out or makes residue of: what has expired and is referred to, and
         * records that refer to each other in a circle.
         */
        boolean carriable() {
            return purged && catalog.types().stream().noneMatch(this::circular);
        }

        private boolean circular(EntityType<?> type) {
            Map<Key, Row> rows = new HashMap<>();
            storage.repository(RecordMaker.typeOf(catalog, type.name()))
                    .all()
                    .allowScan()
                    .list()
                    .forEach(row -> rows.put(row.key(), row));
            return type.references().stream()
                    .filter(reference -> reference.target() == type)
                    .anyMatch(reference ->
                            rows.values().stream().anyMatch(row -> inCircle(row, rows, reference.fields())));
        }

        /** A row that refers to itself alone is in none. */
        private static boolean inCircle(Row row, Map<Key, Row> rows, List<? extends Field<?, ?>> reference) {
            Key start = row.key();
            Row at = row;
            for (int step = 0; at != null && step < rows.size(); step++) {
                at = at.get(reference.get(0).index()) == null ? null : rows.get(at.key(reference));
                if (at != null && at.key().equals(start)) {
                    return step > 0;
                }
            }
            return false;
        }

        private boolean purge() {
            List<EntityType<?>> childrenFirst = new ArrayList<>(catalog.types());
            Collections.reverse(childrenFirst);
            try {
                childrenFirst.forEach(type -> storage.repository(type).purgeExpired());
                return true;
            } catch (ConstraintViolationException e) {
                return false;
            }
        }

        String content() {
            return Steps.content(open, catalog);
        }

        String carried(Evolution evolution, Catalog next) {
            List<String> texts = new ArrayList<>();
            for (EntityType<?> type : next.types()) {
                EntityType<Row> before = RecordMaker.typeOf(catalog, type.name());
                EntityType<Row> after = RecordMaker.typeOf(next, type.name());
                texts.add(type.name()
                        + Texts.ofRows(storage.repository(before).all().allowScan().list().stream()
                                .map(row -> evolution.carried(row, after))
                                .toList()));
            }
            return String.join(System.lineSeparator(), texts);
        }

        @Override
        public void close() {
            storage.close();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aStorageThatIsWrongIsFound(Wrong wrong) {
        assertThatThrownBy(() -> each(
                        30,
                        (seed, spec, catalog) ->
                                compare(seed, spec, catalog, List.of(Backend.MEMORY, Backend.SQLITE), wrong::before)))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("-Dstoreway.seed=");
    }

    @Test
    void aScriptThatLacksAStepIsFound() {
        assertThatThrownBy(() -> each(10, (seed, spec, catalog) -> {
                    Catalog next = Evolution.of(spec, seed).spec().build();
                    String uri = Backend.H2.place(folder);
                    Backend.open(uri, catalog, Missing.CREATE).storage().close();
                    List<SchemaChange> script = SqlStorage.changes(uri, next).changes();
                    apply(uri, script.subList(0, Math.max(0, script.size() - 1)));
                    assertThat(SqlStorage.changes(uri, next).changes()).isEmpty();
                }))
                .isInstanceOf(AssertionError.class);
    }
}
