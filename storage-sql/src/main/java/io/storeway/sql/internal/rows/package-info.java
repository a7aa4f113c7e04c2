/**
 * Reads and writes rows within a session. Begin with {@link RowWriter} and {@link Lookup}; {@link SelectSql} writes queries. The order of
 * rows, their positions, versions and ids are found here, so that no constraint is broken on the way.
 */
@NullMarked
package io.storeway.sql.internal.rows;

import org.jspecify.annotations.NullMarked;
