/** Bundled real data and the catalogs that describe it. */
@NullMarked
package io.storeway.examples;

import org.jspecify.annotations.NullMarked;
