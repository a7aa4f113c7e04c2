package io.storeway.bench.access;

import java.util.List;

/** The five operations that are compared. */
interface Access extends AutoCloseable {

    /** One row by its primary key. */
    Purchase find(String id);

    /** Writes one row, whether it is there or not; durable when it returns. */
    void upsert(Purchase purchase);

    /** The rows of a customer, of which there are ten, by an index. */
    List<Purchase> ofCustomer(String customer);

    /** The latest rows of a status within a range of time, by an index. */
    List<Purchase> latest(String status, long from, long to, int limit);

    /** Writes many rows in one transaction, whether they are there or not. */
    void upsertAll(List<Purchase> purchases);

    @Override
    void close();
}
