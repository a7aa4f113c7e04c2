/** Records as rows in a SQL database. */
@NullMarked
package io.storeway.sql;

import org.jspecify.annotations.NullMarked;
