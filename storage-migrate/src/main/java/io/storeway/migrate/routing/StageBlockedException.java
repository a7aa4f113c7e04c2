package io.storeway.migrate.routing;

import java.util.List;

/** A stage can't be changed as asked; nothing was changed, or the stage is again what it was. */
public final class StageBlockedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient List<String> blocks;

    StageBlockedException(Stage from, Stage to, List<String> blocks) {
        super("The migration can't go from " + from + " to " + to + ": " + String.join("; ", blocks));
        this.blocks = List.copyOf(blocks);
    }

    /** What stands in the way, one sentence each. */
    public List<String> blocks() {
        return blocks;
    }
}
