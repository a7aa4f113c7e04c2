package io.storeway.migrate.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.storeway.Storage;
import io.storeway.migrate.crash.WritingProcess.Done;
import io.storeway.migrate.crash.WritingProcess.Note;
import io.storeway.migrate.crash.WritingProcess.Outcome;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a process said of its units of work, for comparison with what is there. */
final class Account {

    /** Written when the process is gone. */
    static final Done AFTERWARDS = new Done(1_000);

    private static final Pattern TOLD = Pattern.compile("(\\d+) ([A-Z_]+)");

    private final List<String> lines;
    private final Map<Integer, Outcome> outcomes = new TreeMap<>();

    private Account(List<String> lines) {
        this.lines = lines;
    }

    static Account of(List<String> lines) {
        Account account = new Account(lines);
        for (String line : lines) {
            Matcher told = TOLD.matcher(line);
            if (told.matches()) {
                account.outcomes.put(Integer.valueOf(told.group(1)), Outcome.valueOf(told.group(2)));
            }
        }
        for (int writer = 0; writer < WritingProcess.WRITERS; writer++) {
            account.complete(writer);
        }
        for (int unit = -WritingProcess.LATER; unit < 0; unit++) {
            account.outcomes.put(unit, Outcome.DONE);
        }
        return account;
    }

    /** Nobody knows what became of the unit that a writer was about when its process died; later ones it had not begun. */
    private void complete(int writer) {
        Outcome next = Outcome.UNKNOWN;
        for (int unit = writer; unit < WritingProcess.UNITS; unit += WritingProcess.WRITERS) {
            if (outcomes.putIfAbsent(unit, next) == null) {
                next = Outcome.NOT_DONE;
            }
        }
    }

    /** Whether the storage could not even be opened. */
    boolean refused() {
        return lines.stream().anyMatch(line -> line.startsWith(WritingProcess.REFUSED));
    }

    /** Whether each unit was tried until it was done, or its outcome unknown. */
    boolean wentOn() {
        return !outcomes.containsValue(Outcome.NOT_DONE);
    }

    /** Requires that what was said to be done is there, whole, and nothing that was said not to be. */
    void require(Storage storage) {
        Set<Integer> done = new HashSet<>();
        storage.repository(WritingProcess.DONE).all().allowScan().list().forEach(each -> done.add(each.unit()));
        assertThat(done).as("a unit written afterwards").contains(AFTERWARDS.unit());
        List<Note> expected = new ArrayList<>();
        outcomes.forEach((unit, outcome) -> {
            if (outcome != Outcome.UNKNOWN) {
                assertThat(done.contains(unit))
                        .as("unit %d after %s", unit, lines)
                        .isEqualTo(outcome == Outcome.DONE);
            }
            if (done.contains(unit) && !done.contains(unit + WritingProcess.LATER)) {
                expected.addAll(Note.of(unit));
            }
        });
        assertThat(storage.repository(WritingProcess.NOTES).all().allowScan().list())
                .as("notes after %s", lines)
                .containsExactlyInAnyOrderElementsOf(expected);
    }
}
