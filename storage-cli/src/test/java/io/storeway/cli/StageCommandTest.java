package io.storeway.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.storeway.Catalog;
import io.storeway.EntityType;
import io.storeway.Health;
import io.storeway.Row;
import io.storeway.Storage;
import io.storeway.Storages;
import io.storeway.cli.catalog.CatalogFile;
import io.storeway.migrate.routing.RoutedStorage;
import io.storeway.migrate.routing.Stage;
import io.storeway.migrate.routing.StageControl;
import io.storeway.testkit.call.Interposed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An operator moves a migration by the command alone. */
class StageCommandTest {

    private static final String CATALOG = """
        types:
          orders:
            partition: [customer]
            key: [number]
            fields:
              customer: text
              number:   integer
              total:    {type: integer, range: [0, 100]}
            key-value: {key: "orders:{customer}", blob: array of objects}
        """;

    @TempDir
    Path folder;

    private Catalog catalog;
    private String fresh;
    private List<Object> always = List.of();

    @BeforeEach
    void fill() throws IOException {
        Files.writeString(folder.resolve("orders.yaml"), CATALOG);
        catalog = CatalogFile.read(folder.resolve("orders.yaml"));
        fresh = "jdbc:sqlite:" + folder.resolve("new.db");
        try (Storage old = Storages.open(uri("old"), catalog)) {
            for (int i = 0; i < 50; i++) {
                old.repository(orders()).save(Row.of(orders(), "c" + i % 7, i, i));
            }
        }
    }

    @SuppressWarnings("unchecked") // Types of catalog files have no Java class.
    private EntityType<Row> orders() {
        return (EntityType<Row>) catalog.type("orders");
    }

    private String uri(String side) {
        return side.equals("old") ? "mvstore:" + folder.resolve("old.mv") : fresh;
    }

    private Cli stage(String command, Object... more) {
        List<Object> words = new ArrayList<>(List.of("stage", command));
        words.addAll(Arrays.asList(more));
        words.addAll(List.of(
                "--catalog",
                folder.resolve("orders.yaml"),
                "--from",
                uri("old"),
                "--to",
                uri("new"),
                "--comparisons",
                0));
        words.addAll(always);
        return Cli.run(words.toArray());
    }

    private Cli move(String command, Object... more) {
        List<Object> words = new ArrayList<>(Arrays.asList(more));
        words.addAll(List.of("--by", "ann", "--reason", "a rehearsal"));
        return stage(command, words.toArray());
    }

    private void begin(Object... more) {
        Cli run = stage("begin", more);
        assertThat(run.exit()).as(run.err()).isZero();
        assertThat(run.out()).contains(": OFF, epoch 1");
    }

    private static void unknown(Cli run) {
        assertThat(run.exit()).as(run.out()).isEqualTo(ExitCode.FAILED);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).contains("knows no migration named default");
    }

    private void moved(Cli run, String stage) {
        moved(run, stage, "default");
    }

    private void moved(Cli run, String stage, String migration) {
        assertThat(run.exit()).as(run.out() + run.err()).isZero();
        assertThat(run.out()).contains(migration + ": " + stage);
    }

    @Test
    void aControlStorageOfItsOwnHoldsNoTypeOfTheCatalogAndGetsNone() throws SQLException {
        String control = "jdbc:sqlite:" + folder.resolve("control.db");
        try (Storage old = Storages.open(uri("old"), catalog);
                Storage fresh = Storages.open(uri("new"), catalog);
                Storage third = Storages.open(control, Catalog.of())) {
            RoutedStorage.between(old, fresh).controlledBy(third).begin();
        }
        always = List.of("--control", control);
        moved(stage("status"), "OFF");
        moved(move("advance"), "DUAL_WRITE");
        assertThat(stage("history").out()).contains("OFF -> DUAL_WRITE");
        try (Connection connection = DriverManager.getConnection(control)) {
            assertThat(connection
                            .getMetaData()
                            .getTables(null, null, "orders", null)
                            .next())
                    .isFalse();
        }
    }

    @Test
    void aMigrationGoesFromOffToCompleteAndBackOnTheWay() {
        moved(stage("begin"), "OFF");
        moved(move("advance"), "DUAL_WRITE");
        moved(stage("begin"), "DUAL_WRITE");
        Cli early = move("advance");
        assertThat(early.exit()).isEqualTo(ExitCode.INCOMPLETE);
        assertThat(early.out()).contains("the stage is DUAL_WRITE", "no backfill of this run has come to its end");
        assertThat(move("backfill").exit()).isZero();
        assertThat(stage("status", "--next").out()).contains("backfill done", "nothing blocks the next stage");
        moved(move("advance"), "SHADOW");
        moved(move("advance"), "READ_NEW");
        moved(move("percent", 40), "READ_NEW at 40 %");
        Cli half = stage("status", "--next");
        assertThat(half.exit()).isEqualTo(ExitCode.INCOMPLETE);
        assertThat(half.out()).contains("at 40 percent, not at 100");
        moved(move("rollback"), "SHADOW");
        moved(move("advance"), "READ_NEW");
        moved(move("percent", 100), "READ_NEW");
        moved(move("advance"), "LIVE");
        moved(move("rollback"), "READ_NEW");
        moved(move("advance"), "LIVE");
        moved(move("advance"), "RAMP_DOWN");
        assertThat(stage("verify").out()).contains("equal");
        moved(move("advance"), "COMPLETE");
        Cli over = move("rollback");
        assertThat(over.exit()).isEqualTo(ExitCode.INCOMPLETE);
        assertThat(over.out()).contains("a migration of its own");
        assertThat(stage("history").out())
                .contains("SWITCHING -> LIVE", "by ann: a rehearsal", "both sides equal", "LIVE -> SWITCHING");
    }

    @Test
    void aStepThatSaysWhereItLeadsIsTakenOnce() {
        begin();
        moved(move("advance", "--into", "DUAL_WRITE"), "DUAL_WRITE");
        assertThat(move("backfill").exit()).isZero();
        moved(move("advance", "--into", "DUAL_WRITE"), "DUAL_WRITE");
        assertThat(move("advance", "--into", "LIVE").out()).contains("DUAL_WRITE leads to SHADOW, not to LIVE");
        moved(move("advance", "--into", "SHADOW"), "SHADOW");
        moved(move("advance", "--into", "READ_NEW"), "READ_NEW at 0 %");
        assertThat(move("percent", 100).exit()).isZero();
        moved(move("advance", "--into", "LIVE"), "LIVE");
    }

    @Test
    void aMigrationThatNobodyRunsIsPointedOut() {
        assertThat(stage("begin").out())
                .contains("no instance of the application holds a lease")
                .doesNotContain("past");
        assertThat(move("advance").out()).contains("what is written now goes past the migration");
    }

    @Test
    void aDifferenceIsFoundAndRepaired() {
        begin();
        moved(move("advance"), "DUAL_WRITE");
        assertThat(move("backfill").exit()).isZero();
        try (Storage fresh = Storages.open(uri("new"), catalog)) {
            fresh.repository(orders()).save(Row.of(orders(), "c1", 1, 99));
        }
        Cli differing = stage("verify");
        assertThat(differing.exit()).isEqualTo(ExitCode.DIFFERENCES);
        assertThat(differing.out()).contains("1 difference confirmed", "DIFFERENT", "orders");
        Cli blocked = move("advance");
        assertThat(blocked.exit()).isEqualTo(ExitCode.INCOMPLETE);
        assertThat(blocked.out()).contains("1 items differ", "`storeway stage verify` names them");
        Cli repaired = move("repair");
        assertThat(repaired.exit()).isZero();
        assertThat(repaired.out()).contains("1 that differed; 0 failed");
        assertThat(stage("history").out()).contains("(applied again: ", "1 that differed; 0 failed)");
        assertThat(stage("verify").exit()).isZero();
        moved(move("advance"), "SHADOW");
    }

    @Test
    void residueBlocksUntilItIsWaivedByName() throws IOException {
        Files.writeString(folder.resolve("orders.yaml"), CATALOG.replace(", range: [0, 100]", ""));
        Catalog lax = CatalogFile.read(folder.resolve("orders.yaml"));
        try (Storage old = Storages.open(uri("old"), lax)) {
            @SuppressWarnings("unchecked") // Types of catalog files have no Java class.
            EntityType<Row> orders = (EntityType<Row>) lax.type("orders");
            old.repository(orders).save(Row.of(orders, "c1", 1, 101));
        }
        Files.writeString(folder.resolve("orders.yaml"), CATALOG);
        begin();
        moved(move("advance"), "DUAL_WRITE");
        Cli copied = move("backfill");
        assertThat(copied.exit()).isEqualTo(ExitCode.DIFFERENCES);
        assertThat(copied.out()).contains("`storeway errors list`");
        Cli blocked = move("advance");
        assertThat(blocked.out()).contains("orders has 1 items that the new storage can't hold, and 0 are waived");
        Cli waived = move("waive", "orders", "--at-most", 1);
        moved(waived, "DUAL_WRITE");
        assertThat(waived.out()).contains("waived: 1 item of orders");
        moved(move("advance"), "SHADOW");
    }

    @Test
    void aFrozenMigrationStaysUntilItIsUnfrozen() {
        begin();
        moved(move("freeze"), "OFF");
        Cli blocked = move("advance");
        assertThat(blocked.out()).contains("frozen: a rehearsal");
        moved(move("unfreeze"), "OFF");
        moved(move("advance"), "DUAL_WRITE");
    }

    @Test
    void wrongArgumentsAreRefusedBeforeAnyEffect() {
        begin();
        assertThat(move("percent", 101).exit()).isEqualTo(ExitCode.USAGE);
        assertThat(move("acknowledge", "FIRE").err()).contains("OLD_NOT_DURABLE");
        assertThat(move("waive", "nothing", "--at-most", 1).err())
                .contains("There is no entity type nothing; there are orders");
        assertThat(stage("advance").err()).contains("--reason");
        assertThat(Cli.run("stage").exit()).isEqualTo(ExitCode.USAGE);
    }

    @Test
    void theStageIsKeptInTheControlStorageThatIsNamed() {
        String control = "jdbc:sqlite:" + folder.resolve("control.db");
        begin("--control", control);
        moved(move("advance", "--control", control), "DUAL_WRITE");
        moved(stage("status", "--control", control), "DUAL_WRITE");
        unknown(stage("status"));
        unknown(stage("status", "--control", uri("old")));
        Cli unknown = stage("status", "--control", "nowhere:x");
        assertThat(unknown.exit()).isEqualTo(ExitCode.FAILED);
        assertThat(unknown.err()).contains("--control", "nowhere:");
    }

    @Test
    void theStorageThatKeepsTheStageIsTheSameAsThatOfAnApplicationThatNamesNone() {
        begin();
        try (Storage old = Storages.open(uri("old"), catalog);
                Storage fresh = Storages.open(uri("new"), catalog)) {
            assertThat(RoutedStorage.between(old, fresh).control().status().stage())
                    .isEqualTo(Stage.OFF);
        }
    }

    @Test
    void aNameThatNobodyUsedIsUnknownToEveryCommandButBegin() {
        begin("--name", "orders");
        Object[] mistyped = {"--name", "ordres"};
        for (Cli run : List.of(
                stage("status", mistyped),
                stage("history", mistyped),
                stage("verify", mistyped),
                move("repair", mistyped),
                move("advance", mistyped),
                move("rollback", mistyped),
                move("freeze", mistyped))) {
            assertThat(run.exit()).as(run.out()).isEqualTo(ExitCode.FAILED);
            assertThat(run.err()).contains("knows no migration named ordres", "those that have begun there are orders");
        }
        moved(stage("status", "--name", "orders"), "OFF", "orders");
    }

    @Test
    void lookingMakesNoFileAndNoTable() throws IOException {
        unknown(stage("history"));
        for (String command : List.of("status", "verify")) {
            Cli run = stage(command);
            assertThat(run.exit()).as(run.out()).isEqualTo(ExitCode.FAILED);
            assertThat(run.err()).contains("--to", "new.db does not exist");
        }
        assertThat(folder.resolve("new.db")).doesNotExist();
        Storages.open(uri("new"), catalog).close();
        byte[] before = Files.readAllBytes(folder.resolve("new.db"));
        unknown(stage("status"));
        assertThat(folder.resolve("new.db")).hasBinaryContent(before);
    }

    @Test
    void theHistoryIsThereWhileTheOtherSideIsDown() throws IOException {
        begin();
        moved(move("advance"), "DUAL_WRITE");
        Files.move(folder.resolve("new.db"), folder.resolve("away.db"));
        assertThat(stage("status").err()).contains("new.db does not exist");
        Cli history = stage("history");
        assertThat(history.exit()).as(history.err()).isZero();
        assertThat(history.out()).contains("OFF -> DUAL_WRITE", "by ann: a rehearsal");
    }

    @Test
    void anOperatorCanLookAndStepBackWhileTheNewStorageIsDown() {
        fresh = "mvstore:" + folder.resolve("new.mv");
        readNewAtOneHundredPercent("old");
        try (Storage taken = Storages.open(fresh, catalog)) {
            assertThat(taken.health().status()).isEqualTo(Health.Status.UP);
            Cli status = stage("status");
            moved(status, "READ_NEW at 100 %");
            assertThat(status.out()).contains("0 marks");
            assertThat(status.err()).contains("--to mvstore:", "new.mv");
            moved(move("percent", 50), "READ_NEW at 50 %");
            moved(move("freeze"), "READ_NEW at 50 %, epoch");
            moved(move("rollback"), "SHADOW");
            moved(move("unfreeze"), "SHADOW");
            Cli forward = move("advance");
            assertThat(forward.exit()).isEqualTo(ExitCode.FAILED);
            assertThat(forward.err()).contains("The new storage could not be reached");
        }
        moved(move("advance"), "READ_NEW");
    }

    @Test
    void theStatusSaysThatMarksCantBeCountedWhileTheStorageThatDecidesIsDown() throws IOException {
        always = List.of("--control", uri("new"));
        begin();
        Files.move(folder.resolve("old.mv"), folder.resolve("away.mv"));
        Cli status = stage("status");
        moved(status, "OFF");
        assertThat(status.out()).contains("marks unknown");
        assertThat(status.err()).contains("--from mvstore:", "old.mv");
    }

    @Test
    void lookingAtADatabaseWithoutTablesSaysHowToBegin() throws SQLException {
        try (Connection database = DriverManager.getConnection(uri("new"));
                Statement statement = database.createStatement()) {
            statement.execute("CREATE TABLE other (id TEXT)");
        }
        assertThat(stage("status").err()).contains("table orders is missing", "`storeway stage begin`");
    }

    @Test
    void lookingWritesNothingWhileAMigrationIsUnderWay() throws IOException {
        begin();
        moved(move("advance"), "DUAL_WRITE");
        assertThat(move("backfill").exit()).isZero();
        byte[] before = Files.readAllBytes(folder.resolve("new.db"));
        moved(stage("status", "--next"), "DUAL_WRITE");
        assertThat(stage("verify").exit()).isZero();
        assertThat(stage("history").exit()).isZero();
        assertThat(folder.resolve("new.db")).hasBinaryContent(before);
    }

    @Test
    void aStorageThatTakesNoPartIsNamed() throws IOException {
        String control = "jdbc:sqlite:" + folder.resolve("control.db");
        begin("--control", control);
        Files.move(folder.resolve("new.db"), folder.resolve("away.db"));
        Storages.open(uri("new"), catalog).close();
        Cli run = stage("status", "--control", control);
        assertThat(run.exit()).isEqualTo(ExitCode.FAILED);
        assertThat(run.err()).contains("The new storage (sqlite) has never taken part in the migration default");
    }

    @Test
    void migrationsOfDifferentNamesHaveStagesOfTheirOwn() {
        begin();
        begin("--name", "orders");
        moved(move("advance", "--name", "orders"), "DUAL_WRITE", "orders");
        moved(stage("status", "--name", "orders"), "DUAL_WRITE", "orders");
        moved(stage("status"), "OFF");
    }

    @Test
    void aSwitchThatMayTakeNoTimeIsRefused() {
        begin();
        for (int within : new int[] {0, -1}) {
            Cli run = move("advance", "--within", within);
            assertThat(run.exit()).as(run.err()).isEqualTo(ExitCode.FAILED);
            assertThat(run.err()).contains(Integer.toString(within)).doesNotContain("Exception");
        }
        assertThat(move("advance", "--within", "soon").exit()).isEqualTo(ExitCode.USAGE);
        moved(stage("status"), "OFF");
    }

    /** Goes there under the control of one of the two storages. */
    private void readNewAtOneHundredPercent(String control) {
        always = List.of("--control", uri(control));
        begin();
        moved(move("advance"), "DUAL_WRITE");
        assertThat(move("backfill").exit()).isZero();
        moved(move("advance"), "SHADOW");
        moved(move("advance"), "READ_NEW");
        moved(move("percent", 100), "READ_NEW at 100 %");
    }

    /** Leaves a switch behind as a coordinator does whose process dies within it, an hour ago. */
    private void dieSwitching() {
        try (Storage old = Storages.open(uri("old"), catalog);
                Storage fresh = Storages.open(uri("new"), catalog)) {
            Storage dying = Interposed.storage(old, call -> {
                if (call.verb().equals("scan")) {
                    throw new Error("died");
                }
                return call.proceed();
            });
            StageControl control = RoutedStorage.between(dying, fresh)
                    .controlledBy(fresh)
                    .clock(Clock.offset(Clock.systemUTC(), Duration.ofHours(-1)))
                    .control();
            assertThatThrownBy(() -> control.advance("cli", "died")).hasMessage("died");
        }
        moved(stage("status"), "SWITCHING");
    }

    @Test
    void aSwitchThatACommandLeftBehindIsTakenBackOrDoneAgain() {
        readNewAtOneHundredPercent("new");
        dieSwitching();
        moved(move("rollback"), "READ_NEW at 100 %");
        assertThat(stage("history").out()).contains("SWITCHING -> READ_NEW", "its coordinator is gone");
        dieSwitching();
        moved(move("advance"), "LIVE");
    }

    /** An instance that lives and never says that its writes have ended holds a switch up for as long as that may take. */
    @Test
    @Tag("large")
    void aSwitchIsGivenUpWhenItsTimeIsOver() throws SQLException {
        readNewAtOneHundredPercent("new");
        try (Connection connection = DriverManager.getConnection(uri("new"));
                Statement statement = connection.createStatement()) {
            try (Storage old = Storages.open(uri("old"), catalog);
                    Storage fresh = Storages.open(uri("new"), catalog);
                    RoutedStorage hung = RoutedStorage.between(old, fresh)
                            .controlledBy(fresh)
                            .instance("hung")
                            .lease(Duration.ofHours(1))
                            .open()) {
                assertThat(hung.stage()).isEqualTo(Stage.READ_NEW);
                statement.execute("CREATE TABLE kept AS SELECT * FROM storeway_instance");
            }
            assertThat(statement.executeUpdate("INSERT INTO storeway_instance SELECT * FROM kept"))
                    .isEqualTo(1);
        }
        long start = System.nanoTime();
        Cli halted = move("advance", "--within", 12);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofSeconds(12));
        assertThat(halted.exit()).isEqualTo(ExitCode.INCOMPLETE);
        assertThat(halted.out()).contains("instance hung has not acknowledged");
        moved(stage("status"), "READ_NEW");
    }
}
