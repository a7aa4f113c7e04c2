package io.storeway.migrate.routing;

import java.util.EnumSet;

/** Moves migrations for tests. */
final class Moves {

    private Moves() {}

    /** Goes forward step by step; READ_NEW is reached with 50 percent, and left with 100. */
    static void to(RoutedStorage storage, Stage stage) {
        to(storage, storage, stage);
    }

    /** As above, with another instance that has to acknowledge. */
    static void to(RoutedStorage storage, RoutedStorage other, Stage stage) {
        StageControl control = storage.control();
        EnumSet.allOf(Preflight.Risk.class).forEach(risk -> control.acknowledge(risk, "test", "a test may lose data"));
        while (control.status().stage() != stage) {
            Stage now = control.status().stage();
            if (now == Stage.DUAL_WRITE && !control.status().synced()) {
                control.backfill("test");
                storage.routing().tick();
                other.routing().tick();
            }
            if (now == Stage.READ_NEW) {
                control.percent(100, "test", "everybody");
                storage.routing().tick();
                other.routing().tick();
            }
            control.advance("test", "on");
            if (control.status().stage() == Stage.READ_NEW) {
                control.percent(50, "test", "half");
            }
            storage.routing().tick();
            other.routing().tick();
        }
    }
}
