/** Cloudflare D1 as far as JDBC reaches for a {@link io.storeway.sql.SqlStorage}. Not for applications. */
@NullMarked
package io.storeway.sql.internal.d1;

import org.jspecify.annotations.NullMarked;
