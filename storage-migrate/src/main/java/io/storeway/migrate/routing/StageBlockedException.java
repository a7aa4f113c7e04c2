package io.storeway.migrate.routing;

import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A stage can't be changed as asked. Nothing has changed, or the stage is again what it was before. */
public final class StageBlockedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    @SuppressWarnings("serial") // List.copyOf gives one that can be serialized.
    private final List<Block> blocks;

    /**
     * Says what is asked for and what stands in the way.
     *
     * @param from the present stage
     * @param to the stage asked for; the present one if something else was asked for
     * @param blocks what stands in the way, at least one
     * @param cause the failure behind it, or null
     */
    public StageBlockedException(Stage from, Stage to, List<Block> blocks, @Nullable Throwable cause) {
        super(
                (from == to ? "The migration is in " + from : "The migration can't go from " + from + " to " + to)
                        + ": " + text(blocks),
                cause);
        this.blocks = List.copyOf(blocks);
    }

    static String text(List<Block> blocks) {
        return blocks.stream().map(Block::reason).collect(Collectors.joining("; "));
    }

    /** What stands in the way; at least one. */
    public List<Block> blocks() {
        return blocks;
    }
}
