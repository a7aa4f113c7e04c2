package io.storeway.bench.blob;

/** The operations that are compared. */
interface Blobs extends AutoCloseable {

    /** The record with that id. */
    Parcel get(String id);

    /** Inserts or replaces a record; when it returns, the record is as durable as the engine was opened for. */
    void put(Parcel parcel);

    @Override
    void close();
}
