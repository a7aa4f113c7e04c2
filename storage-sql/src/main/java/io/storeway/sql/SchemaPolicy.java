package io.storeway.sql;

/** What opening a storage does about its tables. */
public enum SchemaPolicy {
    /** Creates the tables and indexes that are missing, then checks them all. Changes nothing that is there. */
    CREATE,
    /** Checks only; what is missing is a difference. */
    CHECK
}
