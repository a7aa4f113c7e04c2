package io.storeway.cli;

import io.storeway.migrate.ResidueItem;
import io.storeway.spi.Residue;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that choose residue items; without any, all are meant. */
final class ResidueFilter implements Predicate<ResidueItem> {

    @Option(names = "--type", paramLabel = "NAME", description = "Only items of this entity type.")
    private @Nullable String entity;

    @Option(
            names = "--key",
            paramLabel = "KEY",
            description = "Only items of this partition, as errors list prints it.")
    private @Nullable String partition;

    @Option(names = "--kind", paramLabel = "KIND", description = "Only items of this kind: ${COMPLETION-CANDIDATES}.")
    private Residue.@Nullable Kind kind;

    @Override
    public boolean test(ResidueItem item) {
        return (entity == null || entity.equals(item.entity()))
                && (partition == null || partition.equals(item.partition()))
                && (kind == null || kind == item.residue().kind());
    }
}
