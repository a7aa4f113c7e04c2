package io.storeway.bench.blob;

/** The operations that are compared. */
interface Blobs extends AutoCloseable {

    /** The record of an id. */
    Parcel get(String id);

    /** Writes a record, whether it is there or not; as durable as the engine was opened for when it returns. */
    void put(Parcel parcel);

    @Override
    void close();
}
