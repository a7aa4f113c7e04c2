package io.storeway.testkit.schedule;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The decisions of one run: asks the chooser where there are several options, and records the choices and the steps. */
final class Decisions {

    private final Chooser chooser;
    /** How often a thread that could go on may be interrupted. */
    private final int preemptions;

    private final boolean crashes;
    private final StringBuilder schedule = new StringBuilder();
    private final List<String> trace = new ArrayList<>();
    private int preempted;

    Decisions(Chooser chooser, int preemptions, boolean crashes) {
        this.chooser = chooser;
        this.preemptions = preemptions;
        this.crashes = crashes;
    }

    /** Which of the ready threads goes on, or null if the process dies here. */
    @Nullable
    Worker next(List<Worker> ready, @Nullable Worker current) {
        Worker running = current != null && ready.contains(current) ? current : null;
        List<Worker> candidates = running != null && preempted >= preemptions ? List.of(running) : ready;
        String options = candidates.stream()
                        .map(worker -> String.valueOf(worker.letter()))
                        .collect(Collectors.joining())
                + (crashes && current != null ? String.valueOf(Chooser.CRASH) : "");
        char usual = running == null ? options.charAt(0) : running.letter();
        char chosen = choose(options, usual);
        if (chosen == Chooser.CRASH) {
            trace.add("  the process dies");
            return null;
        }
        Worker next = candidates.get(options.indexOf(chosen));
        if (running != null && next != running) {
            preempted++;
        }
        trace.add("%c %s: %s".formatted(next.letter(), next.name(), next.at()));
        return next;
    }

    int choose(String what, int options) {
        if (options < 1 || options > 10) {
            throw new IllegalArgumentException("A choice has 1 to 10 options, not " + options);
        }
        int chosen = choose("0123456789".substring(0, options), '0') - '0';
        trace.add("  %s: %d".formatted(what, chosen));
        return chosen;
    }

    private char choose(String options, char usual) {
        if (options.length() == 1) {
            return usual;
        }
        char chosen = chooser.choose(options, usual);
        schedule.append(chosen);
        return chosen;
    }

    String schedule() {
        return schedule.toString();
    }

    int points() {
        return trace.size();
    }

    String trace() {
        return String.join("\n", trace);
    }
}
