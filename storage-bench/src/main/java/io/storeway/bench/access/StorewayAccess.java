package io.storeway.bench.access;

import io.storeway.Catalog;
import io.storeway.EntityType;
import io.storeway.Field;
import io.storeway.Repository;
import io.storeway.Storage;
import io.storeway.sql.SqlStorage;
import java.util.List;
import javax.sql.DataSource;

/** Storeway's repository. */
final class StorewayAccess implements Access {

    private static final EntityType<Purchase> TYPE = EntityType.of(Purchase.class)
            .named("purchases")
            .identifiedBy(Purchase::id)
            .sql(table -> table.index(Purchase::customer).index(Purchase::status, Purchase::placedAt))
            .build();

    private static final Field<Purchase, String> CUSTOMER = TYPE.field(Purchase::customer);
    private static final Field<Purchase, String> STATUS = TYPE.field(Purchase::status);
    private static final Field<Purchase, Long> PLACED = TYPE.field(Purchase::placedAt);

    private final Storage storage;
    private final Repository<Purchase> purchases;

    StorewayAccess(DataSource pool) {
        storage = SqlStorage.builder(pool, Catalog.of(TYPE)).acceptLossOnKill().open();
        purchases = storage.repository(TYPE);
    }

    @Override
    public Purchase find(String id) {
        return purchases.find(id).orElseThrow();
    }

    @Override
    public void upsert(Purchase purchase) {
        purchases.save(purchase);
    }

    @Override
    public List<Purchase> ofCustomer(String customer) {
        return purchases.where(CUSTOMER.eq(customer)).list();
    }

    @Override
    public List<Purchase> latest(String status, long from, long to, int limit) {
        return purchases
                .where(STATUS.eq(status).and(PLACED.between(from, to)))
                .orderBy(PLACED.descending())
                .limit(limit)
                .list();
    }

    @Override
    public void upsertAll(List<Purchase> all) {
        purchases.saveAll(all);
    }

    @Override
    public void close() {
        storage.close();
    }
}
