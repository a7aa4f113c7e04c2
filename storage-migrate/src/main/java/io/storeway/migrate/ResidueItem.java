package io.storeway.migrate;

import io.storeway.spi.Residue;

/**
 * An item kept as residue.
 *
 * @param entity the name of the entity type
 * @param partition the partition key as text, as {@link io.storeway.Key#text} writes it
 * @param residue the item
 */
public record ResidueItem(String entity, String partition, Residue residue) {}
