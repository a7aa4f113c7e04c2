package io.storeway.bench.access;

import java.util.List;
import javax.sql.DataSource;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jdbi.v3.core.statement.SqlStatement;

/** Jdbi's fluent API. */
final class JdbiAccess implements Access {

    private final Jdbi jdbi;
    private final String upsert;

    JdbiAccess(DataSource pool, String engine) {
        this.jdbi = Jdbi.create(pool);
        this.upsert = Columns.upsert(engine);
    }

    @Override
    public Purchase find(String id) {
        return jdbi.withHandle(handle -> handle.createQuery(Columns.FIND)
                .bind(0, id)
                .map((rows, context) -> Columns.read(rows))
                .one());
    }

    @Override
    public void upsert(Purchase purchase) {
        jdbi.useHandle(handle -> bind(handle.createUpdate(upsert), purchase).execute());
    }

    @Override
    public List<Purchase> ofCustomer(String customer) {
        return jdbi.withHandle(handle -> handle.createQuery(Columns.OF_CUSTOMER)
                .bind(0, customer)
                .map((rows, context) -> Columns.read(rows))
                .list());
    }

    @Override
    public List<Purchase> latest(String status, long from, long to, int limit) {
        return jdbi.withHandle(handle -> handle.createQuery(Columns.LATEST)
                .bind(0, status)
                .bind(1, from)
                .bind(2, to)
                .bind(3, limit)
                .map((rows, context) -> Columns.read(rows))
                .list());
    }

    @Override
    public void upsertAll(List<Purchase> purchases) {
        jdbi.useTransaction(handle -> batch(handle, purchases));
    }

    private void batch(Handle handle, List<Purchase> purchases) {
        PreparedBatch batch = handle.prepareBatch(upsert);
        for (Purchase purchase : purchases) {
            bind(batch, purchase).add();
        }
        batch.execute();
    }

    private static <S extends SqlStatement<S>> S bind(S statement, Purchase purchase) {
        return statement
                .bind(0, purchase.id())
                .bind(1, purchase.customer())
                .bind(2, purchase.status())
                .bind(3, purchase.placedAt())
                .bind(4, purchase.total())
                .bind(5, purchase.items())
                .bind(6, purchase.paid())
                .bind(7, purchase.address())
                .bind(8, purchase.note());
    }

    @Override
    public void close() {
        // The pool is the benchmark's.
    }
}
