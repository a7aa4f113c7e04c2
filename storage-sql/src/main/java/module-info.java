/** Records as rows in a SQL database that the application reaches through a DataSource. */
module io.storeway.sql {
    requires transitive io.storeway.api;
    requires transitive java.sql;
    requires static com.h2database;
    requires static org.jspecify;
    requires com.fasterxml.jackson.core;
    requires com.zaxxer.hikari;
    requires io.leangen.geantyref; // of Jdbi, which is no named module and so requires nothing
    requires org.jdbi.v3.core;
    requires static org.postgresql.jdbc;

    exports io.storeway.sql;

    provides io.storeway.spi.StorageProvider with
            io.storeway.sql.SqlStorageProvider;
    provides io.storeway.spi.KeyValueStoreProvider with
            io.storeway.sql.SqlKeyValueStoreProvider;
    provides io.storeway.spi.ControlTypes with
            io.storeway.sql.SqlControlTypes;
}
