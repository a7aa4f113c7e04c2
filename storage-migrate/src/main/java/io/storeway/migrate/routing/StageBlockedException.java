package io.storeway.migrate.routing;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A stage can't be changed as asked; nothing was changed, or the stage is again what it was. */
public final class StageBlockedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    @SuppressWarnings("serial") // List.copyOf gives one that can be serialized.
    private final List<String> blocks;

    StageBlockedException(Stage from, Stage to, List<String> blocks) {
        this(from, to, blocks, null);
    }

    StageBlockedException(Stage from, Stage to, List<String> blocks, @Nullable Throwable cause) {
        super(
                (from == to ? "The migration is in " + from : "The migration can't go from " + from + " to " + to)
                        + ": " + String.join("; ", blocks),
                cause);
        this.blocks = List.copyOf(blocks);
    }

    /** What stands in the way, one sentence each. */
    public List<String> blocks() {
        return blocks;
    }
}
