package io.storeway.bench;

import io.storeway.spi.KeyValueStore;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;

/** Copies orders from a key-value store into the tables of {@link LoaderSchema}. */
interface Loader {

    /** Copies all orders, so many in a transaction. */
    void load(KeyValueStore source, Connection connection, int batch) throws SQLException, IOException;
}
