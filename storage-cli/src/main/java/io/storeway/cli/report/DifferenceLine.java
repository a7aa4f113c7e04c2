package io.storeway.cli.report;

import io.storeway.migrate.Difference;

/** A difference as one line of text: its kind, its item, and the names of the fields that differ. Values are left out. */
public final class DifferenceLine {

    private DifferenceLine() {}

    /** With the entity type, for example {@code VALUE notes a: stars}. */
    public static String of(Difference difference) {
        return difference.kind() + " " + difference.entity() + " " + difference.item() + fields(difference);
    }

    /** Where the entity type is known, for example {@code VALUE a: stars}. */
    static String withoutType(Difference difference) {
        return difference.kind() + " " + difference.item() + fields(difference);
    }

    private static String fields(Difference difference) {
        return difference.fields().isEmpty() ? "" : ": " + String.join(", ", difference.fields());
    }
}
