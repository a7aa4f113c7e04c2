/**
 * Example applications, a package each; every package but {@code directory} has a README and is run by {@code ./example NAME}.
 * This package holds the real data that they run on, and the catalog files that describe it.
 */
@NullMarked
package io.storeway.examples;

import org.jspecify.annotations.NullMarked;
