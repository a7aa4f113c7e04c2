package io.storeway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The options that say how far, how fast and how often a run goes. */
class RunOptionsTest {

    @TempDir
    Path folder;

    private Notes notes(String lines) {
        return Notes.in(folder, lines);
    }

    private static String many(int clean, int dirty) {
        return IntStream.range(0, clean + dirty)
                .mapToObj(i -> "{\"key\":\"note:%03d\",\"value\":\"%s\"}%n"
                        .formatted(i, i < dirty ? "not JSON" : "{\\\"text\\\":\\\"t\\\"}"))
                .collect(Collectors.joining());
    }

    private static void ends(Cli run, int exit, String part) {
        assertThat(run.exit()).as(run.out() + run.err()).isEqualTo(exit);
        assertThat(run.out() + run.err()).contains(part);
    }

    @Test
    void aRunWhoseTimeIsOverIsIncompleteAndTheNextOneGoesOn() {
        Notes notes = notes(many(20, 0));
        ends(
                notes.both("migrate", "--batch", 5, "--max-duration", "PT0.000000001S"),
                ExitCode.INCOMPLETE,
                "INCOMPLETE (MAX_DURATION)");
        ends(notes.both("migrate", "--verify"), ExitCode.CLEAN, "20");
    }

    @Test
    void aRunWithMoreErrorsThanAllowedStopsAfterItsBatchAndTheNextOneGoesOn() {
        Notes notes = notes(many(20, 2));
        ends(notes.both("migrate", "--batch", 5, "--max-errors", 1), ExitCode.INCOMPLETE, "INCOMPLETE (MAX_ERRORS)");
        ends(notes.both("migrate"), ExitCode.DIFFERENCES, "continued an interrupted run");
    }

    @Test
    void aRunWithTooGreatAPartOfErrorsStops() {
        Notes notes = notes(many(140, 10));
        ends(
                notes.both("migrate", "--batch", 50, "--max-error-ratio", "0.01"),
                ExitCode.INCOMPLETE,
                "INCOMPLETE (MAX_ERROR_RATIO)");
        ends(notes.both("migrate", "--restart", "--verify"), ExitCode.DIFFERENCES, "equal");
    }

    @Test
    void aRunThatStopsBeforeItsEndLeavesAScriptAsItWas() throws IOException {
        Notes notes = notes(many(20, 0));
        Path script = folder.resolve("app.sql");
        List<Object> words = new ArrayList<>(List.of("migrate", "--catalog", notes.catalog(), "--from", notes.from()));
        words.addAll(List.of("--to", "sql-file:" + script + "?dialect=sqlite", "--batch", 5));
        ends(Cli.run(words.toArray()), ExitCode.CLEAN, "20");
        String whole = Files.readString(script);
        words.addAll(List.of("--max-duration", "PT0.000000001S"));
        ends(Cli.run(words.toArray()), ExitCode.INCOMPLETE, "no script");
        assertThat(script).hasContent(whole);
    }

    @ParameterizedTest
    @CsvSource({
        "--max-records-per-second, 0, 1 record",
        "--max-bytes-per-second, 0, 1 byte",
        "--max-errors, -1, 0 errors or more",
        "--max-error-ratio, 2, between 0 and 1",
        "--max-duration, PT0S, takes some time",
        "--retries, -1, 0 or more",
        "--workers, 0, From 1 to 64",
        "--batch, 0, at least 1 item"
    })
    void aNumberThatMakesNoSenseIsRefused(String option, String value, String reason) {
        Notes notes = notes(Notes.CLEAN);
        Cli run = notes.both("migrate", option, value);
        ends(run, ExitCode.USAGE, reason);
        assertThat(run.err()).doesNotContain("Exception");
        assertThat(Path.of(notes.to().substring("jdbc:sqlite:".length()))).doesNotExist();
    }

    @Test
    void aVersionIsCopiedOnce() {
        Notes notes = notes(Notes.CLEAN);
        ends(notes.both("migrate", "--once", "v1"), ExitCode.CLEAN, "3");
        ends(notes.both("migrate", "--once", "v1"), ExitCode.CLEAN, "version v1 is done already");
    }

    @Test
    void severalWorkersAreRefusedForSqliteAndAllowedForH2() {
        Notes notes = notes(many(50, 0));
        ends(notes.both("migrate", "--workers", 2), ExitCode.FAILED, "let one worker copy");
        Notes h2 = new Notes(notes.catalog(), notes.dump(), notes.from(), "jdbc:h2:file:" + folder.resolve("notes"));
        ends(h2.both("migrate", "--workers", 3, "--batch", 4, "--verify"), ExitCode.CLEAN, "50");
    }

    @Test
    void plantedDefectsAreFoundAndASampleSaysHowMuchItCovers() {
        Notes notes = notes(many(50, 0));
        ends(notes.both("migrate"), ExitCode.CLEAN, "50");
        ends(notes.both("verify", "--plant", 3), ExitCode.CLEAN, "self-test: 3 of 3 planted defects found");
        ends(notes.both("verify", "--sample", 25), ExitCode.CLEAN, "25.0 % of the");
        ends(notes.both("verify", "--sample", 200), ExitCode.USAGE, "more than 0 and at most 100, not 200");
    }

    @Test
    void aSharedRunEndsAsOneAloneAndIsSharedByALateProcess() {
        Notes notes = notes(many(20, 2));
        ends(
                notes.both("migrate", "--share", "--batch", 5, "--max-errors", 1),
                ExitCode.INCOMPLETE,
                "INCOMPLETE (MAX_ERRORS)");
        ends(notes.both("migrate", "--share", "--verify"), ExitCode.DIFFERENCES, "continued an interrupted run");
        Cli verified = notes.both("verify");
        ends(verified, ExitCode.CLEAN, "equal");
    }

    @Test
    void aContinuousComparisonNamesDifferencesAndEndsWhenItsTimeIsOver() throws IOException {
        Notes notes = notes(many(20, 0));
        ends(notes.both("migrate"), ExitCode.CLEAN, "20");
        ends(
                notes.both("verify", "--continuous", "--max-duration", "PT1S"),
                ExitCode.CLEAN,
                "20 items of the source, 20 of the target: equal");
        Files.writeString(notes.dump(), Notes.CLEAN.lines().findFirst().orElseThrow() + "\n" + many(19, 0));
        Cli different = notes.both("verify", "--continuous", "--max-duration", "PT3S");
        ends(different, ExitCode.DIFFERENCES, "20 of the target: DIFFERENT");
        assertThat(different.out()).contains("MISSING notes a", "EXTRA notes 019");
    }

    @ParameterizedTest
    @CsvSource({
        "--max-duration, PT1S, need --continuous",
        "--max-records-per-second, 5, need --continuous",
    })
    void whatIsForContinuousComparisonsIsRefusedElsewhere(String option, String value, String reason) {
        ends(notes(Notes.CLEAN).both("verify", option, value), ExitCode.USAGE, reason);
    }

    @Test
    void aContinuousComparisonGoesWithoutWhatOnlyASingleOneCanDo() {
        Notes notes = notes(Notes.CLEAN);
        ends(notes.both("verify", "--continuous", "--sample", 5), ExitCode.USAGE, "can't be combined with --sample");
        ends(notes.both("verify", "--continuous", "--json"), ExitCode.USAGE, "--json");
        ends(notes.both("verify", "--continuous", "--max-records-per-second", 0), ExitCode.USAGE, "at least 1 record");
    }

    @Test
    void aQuickPlanCountsAndLeavesOutWhatWouldBeRefused() {
        Notes notes = notes(Notes.DIRTY);
        Cli whole = notes.both("plan");
        ends(whole, ExitCode.DIFFERENCES, "INVALID");
        Cli quick = notes.both("plan", "--quick");
        ends(quick, ExitCode.CLEAN, "notes");
        assertThat(quick.out()).contains(" 5 ").doesNotContain("INVALID", "NOT_NULL");
        assertThat(whole.out())
                .startsWith(quick.out().strip().lines().findFirst().orElseThrow());
        ends(notes.both("plan", "--quick=maybe"), ExitCode.USAGE, "--quick");
    }
}
