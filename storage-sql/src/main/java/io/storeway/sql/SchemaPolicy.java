package io.storeway.sql;

/**
 * What a storage does about its tables: those of its catalog when it is opened, those of {@link
 * io.storeway.Catalog#internal} when they are first needed.
 */
public enum SchemaPolicy {
    /** Creates the tables and indexes that are missing, then checks them all. Changes nothing that is there. */
    CREATE,
    /** Checks only; what is missing is a difference. No statement that changes a schema is issued. */
    CHECK
}
