package io.storeway.migrate.routing.internal.control;

import io.storeway.migrate.routing.Stage;
import java.util.Optional;

/** What a stage means to the protocol: who decides, whether writes follow, and which stages come before and after it. */
public final class Stages {

    private Stages() {}

    /** The side that decides, or empty while none does. */
    public static Optional<Side> authority(Stage stage) {
        return switch (stage) {
            case OFF, DUAL_WRITE, SHADOW, READ_NEW -> Optional.of(Side.OLD);
            case SWITCHING -> Optional.empty();
            case LIVE, RAMP_DOWN, COMPLETE -> Optional.of(Side.NEW);
        };
    }

    /** Whether writes follow in the other storage. */
    public static boolean dual(Stage stage) {
        return switch (stage) {
            case DUAL_WRITE, SHADOW, READ_NEW, LIVE, RAMP_DOWN -> true;
            case OFF, SWITCHING, COMPLETE -> false;
        };
    }

    /** The stage after this one. SWITCHING comes after none: it is passed through on the way to another stage. */
    public static Optional<Stage> next(Stage stage) {
        return switch (stage) {
            case OFF -> Optional.of(Stage.DUAL_WRITE);
            case DUAL_WRITE -> Optional.of(Stage.SHADOW);
            case SHADOW -> Optional.of(Stage.READ_NEW);
            case READ_NEW -> Optional.of(Stage.LIVE);
            case LIVE -> Optional.of(Stage.RAMP_DOWN);
            case RAMP_DOWN -> Optional.of(Stage.COMPLETE);
            case SWITCHING, COMPLETE -> Optional.empty();
        };
    }

    /** The stage that a rollback leads to. */
    public static Optional<Stage> previous(Stage stage) {
        return switch (stage) {
            case DUAL_WRITE -> Optional.of(Stage.OFF);
            case SHADOW -> Optional.of(Stage.DUAL_WRITE);
            case READ_NEW -> Optional.of(Stage.SHADOW);
            case LIVE, RAMP_DOWN -> Optional.of(Stage.READ_NEW);
            case OFF, SWITCHING, COMPLETE -> Optional.empty();
        };
    }

    /** Whether another side decides in the other stage, so that the way there goes through SWITCHING. */
    public static boolean switches(Stage from, Stage to) {
        Optional<Side> decides = authority(from);
        Optional<Side> decidesThen = authority(to);
        return decides.isPresent() && decidesThen.isPresent() && !decides.equals(decidesThen);
    }
}
