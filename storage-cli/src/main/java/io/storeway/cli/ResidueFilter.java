package io.storeway.cli;

import io.storeway.Catalog;
import io.storeway.migrate.ResidueItem;
import io.storeway.spi.Residue;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** The options that select residue items; without them, all are selected. */
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

    /** Refuses a type that the catalog doesn't have, which would select nothing. */
    void check(Catalog catalog, CommandSpec spec) {
        if (entity != null) {
            TypeOption.in(catalog, entity, spec);
        }
    }

    @Override
    public boolean test(ResidueItem item) {
        return (entity == null || entity.equals(item.entity()))
                && (partition == null || partition.equals(item.partition()))
                && (kind == null || kind == item.residue().kind());
    }
}
