/**
 * Records as rows in a SQL database. Begin with {@link SqlStorage} and {@link SqlStorageBuilder}; {@link SqlKeyValueStore} is a key-value
 * store in one table, {@link SchemaScript} with {@link SchemaChange} what changes a schema, {@link SqlScript} a storage's content as
 * text, and {@link CloudflareD1} a database of Cloudflare's.
 *
 * <p>Inside, each package needs only those above it in this list:
 *
 * <ul>
 *   <li>{@code internal.codec}: how values are stored in columns; {@code internal.d1}: Cloudflare D1 as a JDBC driver.
 *   <li>{@code internal.dialect}: what differs between engines, and the table of an entity type in one of them.
 *   <li>{@code internal.connection}: connections, and a session that runs statements on one.
 *   <li>{@code internal.rows}: reads and writes rows within a session.
 *   <li>{@code internal.transaction}: runs that in transactions, and translates failures.
 *   <li>{@code internal.schema}: makes and compares tables.
 *   <li>{@code internal.store}: the operations on rows, units of work, and what a migration needs.
 *   <li>{@code internal.keyvalue}: the table of a key-value store.
 * </ul>
 */
@NullMarked
package io.storeway.sql;

import org.jspecify.annotations.NullMarked;
