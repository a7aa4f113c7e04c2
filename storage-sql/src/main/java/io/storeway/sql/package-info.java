/**
 * Records as rows in a SQL database. Begin with {@link SqlStorage}; inside, with {@code SqlRows}, which implements the
 * operations, and {@code Table}, which knows an entity type's columns and statements.
 *
 * <ul>
 *   <li><b>What a caller sees</b>: {@link SqlStorage}, {@link SqlStorageBuilder}, {@link SchemaScript} with
 *       {@link SchemaChange}, {@link SqlScript}, {@link CloudflareD1}, and {@link SqlKeyValueStore}, a key-value store
 *       in one table (inside: {@code KvTable}, {@code KvCommit}).
 *   <li><b>Engines</b>: {@code Dialect} says what differs; {@code SqliteDialect}, {@code H2Dialect},
 *       {@code PostgresDialect}, {@code MariaDbDialect} and {@code D1Dialect} implement it, with {@code SqliteUrl},
 *       {@code H2File}, {@code PostgresArrays}, {@code MariaDbErrors} and {@code Packet}.
 *   <li><b>Statement texts</b>: {@code Sql}, {@code SelectSql}, {@code ConditionSql}, {@code AlterSql};
 *       {@code ColumnCodec}, {@code SqliteDecimals}, {@code JacksonJson} and {@code DecimalText} convert values.
 *   <li><b>Transactions</b>: {@code Execution} runs work as a unit of its own ({@code Transactions}), within a unit
 *       ({@code UnitExecution}, {@code SqlUnit}) or within the application's transaction ({@code JoinedTransaction});
 *       {@code Session}, {@code Statements}, {@code PhysicalConnections} and {@code StatementCache} are the connection
 *       below; {@code HeldWrites} and {@code Overlay} save round trips.
 *   <li><b>Reading and writing rows</b>: {@code Lookup}, {@code RowWriter}, {@code Inserts},
 *       {@code PartitionWriter}; {@code Positions}, {@code FreeContentIds} and {@code Versions} fill in what the storage
 *       gives a row; {@code ParentsFirst} and {@code HoldersFirst} order rows so that no constraint is broken on the
 *       way.
 *   <li><b>Refusals</b>: {@code Errors} and {@code Failure} translate exceptions; {@code Culprit},
 *       {@code RefusalFinder} and {@code ReferenceProbe} find the record and the constraint where the engine doesn't
 *       say.
 *   <li><b>Schema</b>: {@code Schema} compares {@code LiveSchema} with the declared tables by {@code SchemaCheck}
 *       and {@code SchemaDiff}; {@code LiveConstraints} and {@code KeyRoom} help; {@code SchemaWriter}, {@code Renames}
 *       and {@code SqliteRebuild} write the changes.
 *   <li><b>Migrations</b>: {@code SqlReplica} with {@code ReplicaScan}, {@code ReplicaApply},
 *       {@code ExpectedVersions} and {@code Bookkeeping}, the tables of versions and residue.
 * </ul>
 */
@NullMarked
package io.storeway.sql;

import org.jspecify.annotations.NullMarked;
