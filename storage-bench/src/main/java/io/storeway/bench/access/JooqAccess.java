package io.storeway.bench.access;

import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.table;

import java.util.List;
import javax.sql.DataSource;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Query;
import org.jooq.Record;
import org.jooq.SQLDialect;
import org.jooq.SelectWhereStep;
import org.jooq.Table;
import org.jooq.conf.Settings;
import org.jooq.impl.DSL;

/** jOOQ's DSL without generated classes. */
final class JooqAccess implements Access {

    private static final Table<Record> PURCHASES = table(name("purchases"));
    private static final Field<String> ID = field(name("id"), String.class);
    private static final Field<String> CUSTOMER = field(name("customer"), String.class);
    private static final Field<String> STATUS = field(name("status"), String.class);
    private static final Field<Long> PLACED_AT = field(name("placed_at"), Long.class);
    private static final Field<Double> TOTAL = field(name("total"), Double.class);
    private static final Field<Integer> ITEMS = field(name("items"), Integer.class);
    private static final Field<Boolean> PAID = field(name("paid"), Boolean.class);
    private static final Field<String> ADDRESS = field(name("address"), String.class);
    private static final Field<String> NOTE = field(name("note"), String.class);

    private final DSLContext dsl;

    JooqAccess(DataSource pool, String engine) {
        SQLDialect dialect = switch (engine) {
            case "sqlite" -> SQLDialect.SQLITE;
            case "h2" -> SQLDialect.H2;
            default -> SQLDialect.POSTGRES;
        };
        dsl = DSL.using(pool, dialect, new Settings().withExecuteLogging(false));
    }

    private SelectWhereStep<? extends Record> select(DSLContext context) {
        return context.select(ID, CUSTOMER, STATUS, PLACED_AT, TOTAL, ITEMS, PAID, ADDRESS, NOTE)
                .from(PURCHASES);
    }

    private static Purchase read(Record row) {
        return new Purchase(
                row.get(ID),
                row.get(CUSTOMER),
                row.get(STATUS),
                row.get(PLACED_AT),
                row.get(TOTAL),
                row.get(ITEMS),
                row.get(PAID),
                row.get(ADDRESS),
                row.get(NOTE));
    }

    @Override
    public Purchase find(String id) {
        return select(dsl).where(ID.eq(id)).fetchSingle(JooqAccess::read);
    }

    @Override
    public void upsert(Purchase purchase) {
        upsert(dsl, purchase).execute();
    }

    private static Query upsert(DSLContext context, Purchase purchase) {
        return context.insertInto(PURCHASES, ID, CUSTOMER, STATUS, PLACED_AT, TOTAL, ITEMS, PAID, ADDRESS, NOTE)
                .values(
                        purchase.id(),
                        purchase.customer(),
                        purchase.status(),
                        purchase.placedAt(),
                        purchase.total(),
                        purchase.items(),
                        purchase.paid(),
                        purchase.address(),
                        purchase.note())
                .onConflict(ID)
                .doUpdate()
                .set(CUSTOMER, purchase.customer())
                .set(STATUS, purchase.status())
                .set(PLACED_AT, purchase.placedAt())
                .set(TOTAL, purchase.total())
                .set(ITEMS, purchase.items())
                .set(PAID, purchase.paid())
                .set(ADDRESS, purchase.address())
                .set(NOTE, purchase.note());
    }

    @Override
    public List<Purchase> ofCustomer(String customer) {
        return select(dsl).where(CUSTOMER.eq(customer)).orderBy(ID).fetch(JooqAccess::read);
    }

    @Override
    public List<Purchase> latest(String status, long from, long to, int limit) {
        return select(dsl)
                .where(STATUS.eq(status).and(PLACED_AT.between(from, to)))
                .orderBy(PLACED_AT.desc(), ID)
                .limit(limit)
                .fetch(JooqAccess::read);
    }

    @Override
    public void upsertAll(List<Purchase> purchases) {
        dsl.transaction(transaction -> {
            DSLContext context = transaction.dsl();
            context.batch(purchases.stream()
                            .map(purchase -> upsert(context, purchase))
                            .toList())
                    .execute();
        });
    }

    @Override
    public void close() {
        // The pool is the benchmark's.
    }
}
