package io.storeway.sql.internal.schema;

import io.storeway.EntityType;
import io.storeway.sql.SchemaChange;
import io.storeway.sql.SchemaChange.Phase;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The steps from a live table to the declared one, as they are found, and the changes in which they are done. */
final class SchemaSteps {

    /**
     * A step.
     *
     * @param copies whether SQLite can only do it by copying the table
     */
    private record Step(Phase phase, boolean copies, boolean losesData, String what, List<String> statements) {}

    private final EntityType<?> type;
    private final LiveSchema.LiveTable live;
    private final @Nullable SqliteRebuild rebuild;
    private final List<Step> steps = new ArrayList<>();
    private final List<String> dropped = new ArrayList<>();

    /**
     * Begins without steps.
     *
     * @param live the table as it is, but for its renamed columns
     * @param rebuild how SQLite copies the table; null on other engines
     */
    SchemaSteps(EntityType<?> type, LiveSchema.LiveTable live, @Nullable SqliteRebuild rebuild) {
        this.type = type;
        this.live = live;
        this.rebuild = rebuild;
    }

    void add(Phase phase, boolean copies, boolean losesData, String what, String... statements) {
        steps.add(new Step(phase, copies, losesData, name() + ": " + what, List.of(statements)));
    }

    /** Notes a column that a step before the new release drops. */
    void drop(String column) {
        dropped.add(column);
    }

    private String name() {
        return type.sql().table();
    }

    /** The changes. If a table needs a standstill, everything that the new release needs is done then, in the order of the steps. */
    List<SchemaChange> changes() {
        List<Step> before =
                steps.stream().filter(step -> step.phase() != Phase.CONTRACT).toList();
        List<Step> after =
                steps.stream().filter(step -> step.phase() == Phase.CONTRACT).toList();
        boolean standstill = before.stream().anyMatch(step -> step.phase() == Phase.STANDSTILL);
        List<SchemaChange> changes =
                new ArrayList<>(changes(before, standstill ? Phase.STANDSTILL : Phase.EXPAND, dropped));
        boolean copied = rebuild != null && before.stream().anyMatch(Step::copies);
        List<String> all = after.stream().anyMatch(Step::copies)
                ? live.columns().keySet().stream()
                        .filter(column -> !type.sql().columns().contains(column))
                        .toList()
                : dropped;
        // A copy leaves only columns, and nothing uses these any more.
        List<Step> left = copied
                ? after.stream()
                        .filter(Step::losesData)
                        .map(step -> new Step(step.phase(), false, true, step.what(), step.statements()))
                        .toList()
                : after;
        changes.addAll(changes(left, Phase.CONTRACT, all));
        return changes;
    }

    private List<SchemaChange> changes(List<Step> from, Phase phase, List<String> without) {
        if (rebuild != null && from.stream().anyMatch(Step::copies)) {
            return List.of(new SchemaChange(
                    name(),
                    from.stream().map(Step::what).collect(Collectors.joining("\n-- "))
                            + "\n-- SQLite: the table is copied; constraints that no type declares stay behind",
                    phase,
                    from.stream().anyMatch(Step::losesData),
                    rebuild.statements(without, phase == Phase.CONTRACT)));
        }
        return from.stream()
                .map(step -> new SchemaChange(name(), step.what(), phase, step.losesData(), step.statements()))
                .toList();
    }
}
