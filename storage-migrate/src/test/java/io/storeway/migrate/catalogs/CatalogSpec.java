package io.storeway.migrate.catalogs;

import io.storeway.Catalog;
import io.storeway.EntityType;
import io.storeway.Row;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** A catalog as the generator has thought it up; each type stands behind those it refers to. */
record CatalogSpec(List<TypeSpec> types) {

    /**
     * The catalog.
     *
     * @throws IllegalArgumentException if it is refused
     */
    Catalog build() {
        Map<String, EntityType<Row>> built = new LinkedHashMap<>();
        types.forEach(type -> built.put(type.name(), type.build(built)));
        return Catalog.of(built.values().toArray(EntityType<?>[]::new));
    }

    TypeSpec type(String name) {
        return types.stream()
                .filter(type -> type.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Override
    public String toString() {
        return types.stream().map(TypeSpec::toString).collect(Collectors.joining(System.lineSeparator()));
    }
}
