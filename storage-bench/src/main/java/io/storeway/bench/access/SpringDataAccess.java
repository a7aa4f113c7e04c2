package io.storeway.bench.access;

import java.util.List;
import java.util.Objects;
import javax.sql.DataSource;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.data.annotation.Id;
import org.springframework.data.domain.Sort;
import org.springframework.data.jdbc.core.JdbcAggregateTemplate;
import org.springframework.data.jdbc.repository.config.AbstractJdbcConfiguration;
import org.springframework.data.relational.core.mapping.Table;
import org.springframework.data.relational.core.query.Criteria;
import org.springframework.data.relational.core.query.Query;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Spring Data JDBC's template. It has no dialect for SQLite. */
final class SpringDataAccess implements Access {

    /** The configuration of Spring Data without its proxies. */
    @Configuration(proxyBeanMethods = false)
    @Import(AbstractJdbcConfiguration.class)
    public static class Settings {}

    /** The row. */
    @Table("purchases")
    public record Stored(
            @Id String id,
            String customer,
            String status,
            long placedAt,
            double total,
            int items,
            boolean paid,
            String address,
            String note) {

        static Stored of(Purchase purchase) {
            return new Stored(
                    purchase.id(),
                    purchase.customer(),
                    purchase.status(),
                    purchase.placedAt(),
                    purchase.total(),
                    purchase.items(),
                    purchase.paid(),
                    purchase.address(),
                    purchase.note());
        }

        Purchase purchase() {
            return new Purchase(id, customer, status, placedAt, total, items, paid, address, note);
        }
    }

    private final AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
    private final JdbcAggregateTemplate template;
    private final TransactionTemplate transactions;

    SpringDataAccess(DataSource pool) {
        JdbcTransactionManager manager = new JdbcTransactionManager(pool);
        NamedParameterJdbcTemplate operations = new NamedParameterJdbcTemplate(pool);
        context.registerBean("jdbcOperations", NamedParameterJdbcTemplate.class, () -> operations);
        context.registerBean("transactionManager", JdbcTransactionManager.class, () -> manager);
        context.register(Settings.class);
        context.refresh();
        template = context.getBean(JdbcAggregateTemplate.class);
        transactions = new TransactionTemplate(manager);
    }

    @Override
    public Purchase find(String id) {
        return Objects.requireNonNull(template.findById(id, Stored.class)).purchase();
    }

    @Override
    public void upsert(Purchase purchase) {
        template.upsert(Stored.of(purchase));
    }

    @Override
    public List<Purchase> ofCustomer(String customer) {
        return list(Query.query(Criteria.where("customer").is(customer)).sort(Sort.by("id")));
    }

    @Override
    public List<Purchase> latest(String status, long from, long to, int limit) {
        return list(
                Query.query(Criteria.where("status").is(status).and("placedAt").between(from, to))
                        .sort(Sort.by(Sort.Order.desc("placedAt"), Sort.Order.asc("id")))
                        .limit(limit));
    }

    private List<Purchase> list(Query query) {
        return template.findAll(query, Stored.class).stream()
                .map(Stored::purchase)
                .toList();
    }

    @Override
    public void upsertAll(List<Purchase> purchases) {
        transactions.executeWithoutResult(
                status -> purchases.forEach(purchase -> template.upsert(Stored.of(purchase))));
    }

    @Override
    public void close() {
        context.close();
    }
}
