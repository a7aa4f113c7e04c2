package io.storeway.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.storeway.error.InvalidValueException;
import io.storeway.migrate.MigrationPlan;
import io.storeway.migrate.VerificationReport;
import io.storeway.spi.Residue;
import io.storeway.testkit.engine.Engines;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The figures are those of data that somebody else counted, refusal by refusal, with SQLite and the schemas of the bots. */
@Tag("slow")
class RoundTripTest {

    private static final String LEFT_BEHIND = "gone active_position, gone last_trade";

    @TempDir
    Path folder;

    private String uri(String engine) {
        return switch (engine) {
            case "sqlite" -> "jdbc:sqlite:" + folder.resolve("data.db");
            case "h2" -> "jdbc:h2:file:" + folder.resolve("data");
            default -> Engines.postgres().newDatabase();
        };
    }

    private RoundTrip through(String engine, Dump... dumps) throws IOException {
        return equal(RoundTrip.of(folder, uri(engine), dumps));
    }

    private static RoundTrip equal(RoundTrip trip) {
        assertThat(trip.compared().entities())
                .flatExtracting(VerificationReport.Entity::examples)
                .isEmpty();
        assertThat(trip.comparedBack().entities())
                .flatExtracting(VerificationReport.Entity::examples)
                .isEmpty();
        return trip;
    }

    @ParameterizedTest
    @ValueSource(strings = {"sqlite", "h2", "postgres"})
    void everyValueOfTheBotComesBackAndEveryRefusalIsCounted(String engine) throws IOException {
        RoundTrip trip = through(engine, Dump.FEARGREED_1K);
        assertThat(trip.counts())
                .isEqualTo(Map.ofEntries(
                        Map.entry("users", 911L),
                        Map.entry("users UNIQUE users_pk", 5L),
                        Map.entry("watchlists", 3_792L),
                        Map.entry("watchlists REFERENCE watchlists_chat_id_fk", 326L),
                        Map.entry("executions", 1_972L),
                        Map.entry("executions REFERENCE executions_chat_id_fk", 206L),
                        Map.entry("activePositions", 238L),
                        Map.entry("activePositions REFERENCE active_positions_chat_id_fk", 22L),
                        Map.entry("cache", 1L)));
        assertThat(String.join(", ", trip.altered())).isEqualTo(LEFT_BEHIND);
    }

    @ParameterizedTest
    @ValueSource(strings = {"sqlite", "h2", "postgres"})
    @Tag("large")
    void everyValueOfAHundredThousandUsersComesBackAndEveryRefusalIsCounted(String engine) throws IOException {
        RoundTrip trip = through(engine, Dump.FEARGREED_100K);
        assertThat(trip.counts())
                .isEqualTo(Map.ofEntries(
                        Map.entry("users", 92_199L),
                        Map.entry("users UNIQUE users_pk", 444L),
                        Map.entry("watchlists", 382_298L),
                        Map.entry("watchlists REFERENCE watchlists_chat_id_fk", 32_331L),
                        Map.entry("executions", 199_416L),
                        Map.entry("executions REFERENCE executions_chat_id_fk", 17_292L),
                        Map.entry("activePositions", 22_727L),
                        Map.entry("activePositions REFERENCE active_positions_chat_id_fk", 1_959L),
                        Map.entry("cache", 1L)));
        assertThat(String.join(", ", trip.altered())).isEqualTo(LEFT_BEHIND);
    }

    @Test
    void aUserThatIsMissingFromTheListIsRefusedByName() throws IOException {
        RoundTrip trip = through("sqlite", Dump.FEARGREED_1K);
        assertThat(trip.residue())
                .filteredOn(item -> item.entity().equals("activePositions"))
                .hasSize(22)
                .allSatisfy(item -> {
                    assertThat(item.partition()).matches("-?[0-9]{13}");
                    assertThat(item.residue().kind()).isEqualTo(Residue.Kind.REFERENCE);
                });
    }

    @Test
    void anIdThatIsThereAsNumberAndAsStringIsKeptBothWays() throws IOException {
        RoundTrip trip = through("sqlite", Dump.FEARGREED_1K);
        assertThat(trip.residue())
                .filteredOn(item -> item.entity().equals("users"))
                .hasSize(5)
                .allSatisfy(item -> assertThat(new String(item.residue().payload(), StandardCharsets.UTF_8))
                        .matches("\"?-?[0-9]{13}\"?"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"sqlite", "h2", "postgres"})
    @Tag("large")
    void booksAndLibrariesComeBackButForWhatThePlanNames(String engine) throws IOException {
        RoundTrip trip = through(engine, Dump.GOODBOOKS, Dump.LIBRARY);
        assertThat(trip.counts())
                .isEqualTo(Map.of(
                        "books", 9_341L,
                        "userLibrary", 109_778L,
                        "userLibrary NOT_NULL UserLibrary_isbn_nn", 1_648L,
                        "userLibrary UNIQUE UserLibrary_pk", 2L));
        assertThat(trip.plan().uncovered())
                .singleElement()
                .satisfies(line -> assertThat(line.prefix() + line.keys()).isEqualTo("book:goodreads:659"));
        assertThat(trip.plan().entities().get(1).notCarried())
                .containsExactly("the metadata of 10,574 keys has no field");
        assertThat(trip.altered())
                .as("40 of the lists hold nothing but residue, which comes back with what lies beside it")
                .hasSize(659 + 10_574 - 40)
                .allMatch(line -> line.startsWith("gone book:goodreads:") || line.startsWith("metadata library:"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"sqlite", "h2", "postgres"})
    void manningsBooksComeBack(String engine) throws IOException {
        RoundTrip trip = through(engine, Dump.MANNING);
        assertThat(trip.counts()).isEqualTo(Map.of("books", 422L));
        assertThat(trip.altered()).hasSize(3).allMatch(line -> line.startsWith("gone book:manning:"));
    }

    @Test
    void aDumpWhoseKeysComeTwiceIsRefusedWithItsLines() {
        assertThatThrownBy(() -> through("sqlite", Dump.MANNING_RAW))
                .isInstanceOf(InvalidValueException.class)
                .hasMessageContaining("line ")
                .hasMessageContaining("keep one of them");
    }

    @ParameterizedTest
    @ValueSource(strings = {"sqlite", "h2", "postgres"})
    void booksThatDontFitTheirTypeComeBackAsResidueWithWhatLiesBesideThem(String engine) throws IOException {
        RoundTrip trip = equal(RoundTrip.ofFirsts(folder, uri(engine), Dump.MANNING_RAW));
        assertThat(trip.counts().get("books")).isLessThan(100);
        assertThat(trip.altered()).hasSize(3).allMatch(line -> line.startsWith("gone book:manning:"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"sqlite", "h2", "postgres"})
    void hostileValuesComeBack(String engine) throws IOException {
        RoundTrip trip = through(engine, Dump.FEARGREED_NASTY);
        // An empty array, which is the same as an absent key.
        assertThat(trip.altered())
                .filteredOn(line -> !line.startsWith("metadata "))
                .containsExactly("gone watchlist:9995000000002");
        assertThat(trip.plan().entities())
                .flatExtracting(MigrationPlan.Entity::notCarried)
                .anyMatch(line -> line.matches("the metadata of [0-9,]+ keys has no field"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"sqlite", "h2", "postgres"})
    void hostileBooksComeBack(String engine) throws IOException {
        RoundTrip trip = through(engine, Dump.BOOKS_NASTY);
        assertThat(trip.altered()).containsExactly("gone book:isbn:9780439708180:extra");
        assertThat(trip.plan().uncovered())
                .extracting(line -> line.prefix() + line.keys())
                .containsExactly("book:isbn:9780439708180:1");
    }
}
