package io.storeway.migrate.catalogs;

import static org.assertj.core.api.Assertions.assertThat;

import io.storeway.Catalog;
import io.storeway.EntityType;
import io.storeway.Field;
import io.storeway.Missing;
import io.storeway.Row;
import io.storeway.Storage;
import io.storeway.Storages;
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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two releases of an application that write to one store in turns: what both know they read alike, whoever wrote it, and
 * what one alone knows stays.
 */
@Tag("slow")
class RandomReleasesTest {

    private static final long FIRST = RunNumber.of("storeway.seed", 1);
    private static final int EFFORT = RunNumber.positive("storeway.effort", 1);
    private static final int STEPS = 40;

    @TempDir
    Path folder;

    @Test
    void inBlobs() throws SQLException {
        for (long seed = FIRST; seed < FIRST + 50L * EFFORT; seed++) {
            inTurns(seed, "kv+jdbc:sqlite:" + folder.resolve(seed + ".kv") + "?synchronous=OFF", true);
        }
    }

    @Test
    void inTables() throws SQLException {
        for (long seed = FIRST; seed < FIRST + 50L * EFFORT; seed++) {
            inTurns(seed, Backend.SQLITE.place(folder), false);
        }
    }

    private static void inTurns(long seed, String uri, boolean blobs) throws SQLException {
        CatalogSpec spec = CatalogMaker.make(seed);
        // A field that takes the rest of a blob takes what another release names.
        boolean takesRest = spec.types().stream()
                .flatMap(type -> type.fields().stream())
                .anyMatch(field -> field.spot().place() == FieldSpec.Place.REST);
        Evolution evolution = LongStream.range(0, 20)
                .mapToObj(dice -> Evolution.of(spec, 20 * seed + dice))
                .filter(each -> each.sideBySide() && !each.toString().equals("[]"))
                .findFirst()
                .orElse(null);
        if (takesRest || evolution == null) {
            return;
        }
        Catalog before;
        Catalog after;
        try {
            before = spec.build();
            after = evolution.spec().build();
        } catch (IllegalArgumentException twoThingsOfOneName) {
            return;
        }
        ManualClock clock = new ManualClock(Pools.NOW);
        try (Storage first = Storages.open(uri, before, clock, Missing.CREATE)) {
            if (!blobs) {
                expand(uri, after);
            }
            try (Storage second = Storages.open(uri, after, clock, blobs ? Missing.CREATE : Missing.REFUSE)) {
                List<Step> ofOld = new Steps(spec, before, new Dice(seed)).some(STEPS);
                List<Step> ofNext = new Steps(evolution.spec(), after, new Dice(seed + 1)).some(STEPS);
                Dice turns = new Dice(seed + 2);
                for (int i = 0; i < STEPS; i++) {
                    boolean old = turns.percent(50);
                    Step step = old ? ofOld.get(i) : ofNext.get(i);
                    Release writer = old ? new Release(first, before) : new Release(second, after);
                    Release other = old ? new Release(second, after) : new Release(first, before);
                    List<Map<String, String>> unknown = other.each(type -> other.unknown(type, writer));
                    String answer = step.answer(new Step.Open(writer.storage(), clock));
                    String what = "-Dstoreway.seed=%d: %s after %s -> %s".formatted(seed, evolution, step, answer);
                    assertThat(other.each(type -> other.known(type, writer)))
                            .as(what)
                            .hasToString(writer.each(type -> writer.known(type, other))
                                    .toString());
                    if (!step.text().startsWith("unit")) {
                        assertThat(kept(unknown, other.each(type -> other.unknown(type, writer))))
                                .as(what)
                                .isTrue();
                    }
                }
            }
        }
    }

    /** Whether records that are still there have the values that they had. */
    private static boolean kept(List<Map<String, String>> before, List<Map<String, String>> after) {
        return IntStream.range(0, before.size())
                .allMatch(type -> before.get(type).entrySet().stream()
                        .allMatch(record -> record.getValue()
                                .equals(after.get(type).getOrDefault(record.getKey(), record.getValue()))));
    }

    /** The code of a release. */
    private record Release(Storage storage, Catalog catalog) {

        List<Map<String, String>> each(Function<EntityType<Row>, Map<String, String>> read) {
            return catalog.types().stream()
                    .map(type -> read.apply(RecordMaker.typeOf(catalog, type.name())))
                    .toList();
        }

        /** The records of a type with the fields that another release knows as well. */
        Map<String, String> known(EntityType<Row> type, Release other) {
            return read(type, field -> other.knows(type, field));
        }

        /**
         * The records with the fields that the other one doesn't know. Not where it may write one anew: in the place of another
         * that has the same position, or has expired.
         */
        Map<String, String> unknown(EntityType<Row> type, Release other) {
            boolean anew = type.expiry().isPresent()
                    || type.position().filter(type.identity()::contains).isPresent();
            return anew ? Map.of() : read(type, field -> !other.knows(type, field));
        }

        private boolean knows(EntityType<Row> type, Field<?, ?> field) {
            return catalog.type(type.name()).fields().stream()
                    .anyMatch(each -> each.name().equals(field.name()));
        }

        private Map<String, String> read(EntityType<Row> type, Predicate<Field<?, ?>> chosen) {
            Map<String, String> records = new LinkedHashMap<>();
            storage.repository(type)
                    .all()
                    .allowScan()
                    .list()
                    .forEach(row -> records.put(
                            Texts.of(row.key().values()),
                            type.fields().stream()
                                    .filter(chosen)
                                    .map(field -> field.name() + "=" + Texts.of(row.get(field.index())))
                                    .sorted()
                                    .collect(Collectors.joining(", "))));
            return records;
        }
    }

    private static void expand(String uri, Catalog catalog) throws SQLException {
        try (Connection connection = DriverManager.getConnection(uri);
                Statement statement = connection.createStatement()) {
            for (SchemaChange change : SqlStorage.changes(uri, catalog).changes(Phase.EXPAND)) {
                for (String sql : change.statements()) {
                    statement.execute(sql);
                }
            }
        }
    }
}
