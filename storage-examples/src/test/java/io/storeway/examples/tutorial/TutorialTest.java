package io.storeway.examples.tutorial;

import static io.storeway.examples.tutorial.Reminders.CATALOG;
import static io.storeway.examples.tutorial.Reminders.REMINDERS;
import static org.assertj.core.api.Assertions.assertThat;

import io.storeway.Storage;
import io.storeway.Storages;
import io.storeway.kv.KeyValueStores;
import io.storeway.migrate.BackfillReport;
import io.storeway.migrate.Migration;
import io.storeway.migrate.MigrationPlan;
import io.storeway.migrate.VerificationReport;
import io.storeway.migrate.routing.RoutedStorage;
import io.storeway.migrate.routing.Stage;
import io.storeway.migrate.routing.StageControl;
import io.storeway.spi.KeyValueStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every step of docs/tutorial.md, in its order, with the code that it shows. */
class TutorialTest {

    private static final Path MODULE = Path.of("").toAbsolutePath();
    private static final Path SOURCES = MODULE.resolve("src/test/java/io/storeway/examples/tutorial");
    private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");

    @TempDir
    Path folder;

    private String blobs() {
        return "mvstore:" + folder.resolve("reminders.mv");
    }

    private String tables() {
        return "jdbc:sqlite:" + folder.resolve("reminders.db");
    }

    private void writeSome() {
        // write
        try (Storage storage = Storages.open(blobs(), CATALOG)) {
            Reminders reminders = new Reminders(storage);
            reminders.remind("ann", "1", NOON, "water the plants");
            reminders.remind("ann", "2", NOON.plusSeconds(60), "feed the cat");
            reminders.remind("bob", "1", NOON, "call home");
        }
        // end
    }

    @Test
    void whatTheApplicationWritesIsABlobThatAnyoneCanRead() {
        writeSome();
        try (KeyValueStore store = KeyValueStores.open(blobs())) {
            KeyValueStore.Entry entry = Objects.requireNonNull(store.get("reminders:bob"));
            assertThat(new String(entry.value(), StandardCharsets.UTF_8))
                    .isEqualTo("[{\"id\":\"1\",\"due\":1795262400000,\"text\":\"call home\",\"done\":false}]")
                    .isEqualTo(block("the blob"));
        }
    }

    private MigrationPlan plan(Storage old, Storage fresh) {
        // plan
        MigrationPlan plan = Migration.from(old).to(fresh).build().plan();
        // end
        return plan;
    }

    private BackfillReport backfill(Storage old, Storage fresh) {
        // backfill
        BackfillReport report = Migration.from(old).to(fresh).build().backfill();
        // end
        return report;
    }

    private VerificationReport verify(Storage old, Storage fresh) {
        // verify
        VerificationReport equal = Migration.from(old).to(fresh).build().verify();
        // end
        return equal;
    }

    @Test
    void aPlanABackfillAndAComparisonMoveWhatThereIs() {
        writeSome();
        try (Storage old = Storages.open(blobs(), CATALOG);
                Storage fresh = Storages.open(tables(), CATALOG)) {
            assertThat(plan(old, fresh).entities()).hasSize(1);
            assertThat(fresh.repository(REMINDERS).partition("ann").count()).isZero();
            BackfillReport report = backfill(old, fresh);
            assertThat(report.clean()).isTrue();
            assertThat(report.writes()).isEqualTo(3);
            assertThat(verify(old, fresh).equal()).isTrue();
            assertThat(backfill(old, fresh).writes()).isZero();
            assertThat(new Reminders(fresh).open("ann", NOON)).hasSize(1);
        }
    }

    private Stage move(Storage old, Storage fresh) {
        // move
        try (RoutedStorage storage = RoutedStorage.between(old, fresh)
                .named("reminders")
                .controlledBy(fresh)
                .instance("pod-1")
                .shadowComparisons(1)
                .open()) {
            Reminders reminders = new Reminders(storage); // the application works on as before
            StageControl control = storage.control();
            control.advance("ann", "write both sides"); // DUAL_WRITE
            reminders.remind("bob", "2", NOON.plusSeconds(120), "buy milk");
            control.backfill("ann", "copy"); // beside the live writers
            control.advance("ann", "compare reads"); // SHADOW
            // end
            // on
            while (control.status().instances().get(0).compares() == 0) {
                reminders.open("bob", NOON.plusSeconds(3600)); // what users do all day
            }
            control.advance("ann", "read a share"); // READ_NEW
            control.percent(100, "ann", "nothing differs");
            control.advance("ann", "switch"); // LIVE
            control.rollback("ann", "to see that it works"); // READ_NEW again
            control.percent(100, "ann", "and on");
            control.advance("ann", "switch"); // LIVE
            control.advance("ann", "soaked for a week"); // RAMP_DOWN
            control.advance("ann", "let go"); // COMPLETE
        }
        // end
        try (RoutedStorage storage = RoutedStorage.between(old, fresh)
                .named("reminders")
                .controlledBy(fresh)
                .instance("pod-2")
                .open()) {
            return storage.stage();
        }
    }

    @Test
    void theStagesMoveARunningApplicationAndBack() {
        writeSome();
        try (Storage old = Storages.open(blobs(), CATALOG);
                Storage fresh = Storages.open(tables(), CATALOG)) {
            assertThat(move(old, fresh)).isEqualTo(Stage.COMPLETE);
            assertThat(new Reminders(fresh).open("bob", NOON.plusSeconds(3600)))
                    .extracting(Reminders.Reminder::text)
                    .containsExactly("call home", "buy milk");
        }
    }

    @Test
    void theTutorialShowsThisCode() throws IOException {
        List<String> sources = new ArrayList<>();
        for (String file : List.of("Reminders.java", "RemindersTest.java", "TutorialTest.java")) {
            Matcher region = Pattern.compile("// (\\w+)\n(.*?)// end\n", Pattern.DOTALL)
                    .matcher(Files.readString(SOURCES.resolve(file)));
            while (region.find()) {
                sources.add(code(region.group(2)));
            }
        }
        List<String> shown = new ArrayList<>();
        Matcher block = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL).matcher(tutorial());
        while (block.find()) {
            shown.add(code(block.group(1)));
        }
        assertThat(shown).hasSizeGreaterThan(7).containsExactlyInAnyOrderElementsOf(sources);
    }

    private static String tutorial() {
        try {
            return Files.readString(MODULE.resolveSibling("docs/tutorial.md"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The block of the tutorial that follows a comment with that name. */
    private static String block(String name) {
        Matcher block = Pattern.compile("<!-- " + name + " -->\n```\\w*\n(.*?)```", Pattern.DOTALL)
                .matcher(tutorial());
        assertThat(block.find()).isTrue();
        return block.group(1).strip();
    }

    /** The lines without indent and blank lines. */
    private static String code(String text) {
        return text.lines().map(String::strip).filter(line -> !line.isEmpty()).collect(Collectors.joining("\n"));
    }
}
