package io.storeway.migrate;

import io.storeway.spi.Residue;
import org.jspecify.annotations.Nullable;

/**
 * How many items one rule refused.
 *
 * @param kind what sort of rule
 * @param constraint the name of the rule, or null if it has none
 * @param count how many items
 */
public record ResidueCount(Residue.Kind kind, @Nullable String constraint, long count) {}
