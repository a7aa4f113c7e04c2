package io.storeway.cli;

import io.storeway.Catalog;
import io.storeway.EntityType;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Finds the entity type that {@code --type} names. */
final class TypeOption {

    private TypeOption() {}

    /**
     * The entity type with that name.
     *
     * @throws ParameterException if the catalog doesn't have it
     */
    static EntityType<?> in(Catalog catalog, String name, CommandSpec spec) {
        return catalog.types().stream()
                .filter(type -> type.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new ParameterException(
                        spec.commandLine(),
                        "--type " + name + " is not in the catalog, which has: "
                                + String.join(
                                        ", ",
                                        catalog.types().stream()
                                                .map(EntityType::name)
                                                .toList())));
    }
}
