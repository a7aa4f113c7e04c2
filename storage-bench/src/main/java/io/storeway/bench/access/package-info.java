/** Single operations on rows: Storeway, hand-written JDBC and other libraries on the same pool, tables and data. */
@NullMarked
package io.storeway.bench.access;

import org.jspecify.annotations.NullMarked;
