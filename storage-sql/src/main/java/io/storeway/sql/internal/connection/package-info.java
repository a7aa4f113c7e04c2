/**
 * Connections to a database. {@link Session} is one while a unit uses it: it runs statements, and remembers what is needed to explain
 * an error. Below it are the physical connections with their prepared statements, and the files of SQLite and H2; beside it what saves
 * round trips.
 */
@NullMarked
package io.storeway.sql.internal.connection;

import org.jspecify.annotations.NullMarked;
