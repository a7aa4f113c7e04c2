/** Compares single operations on rows: Storeway, hand-written JDBC and other libraries, with the same pool settings, tables and data. */
@NullMarked
package io.storeway.bench.access;

import org.jspecify.annotations.NullMarked;
