package io.storeway.bench.access;

import java.util.List;
import javax.sql.DataSource;
import org.hibernate.SessionFactory;
import org.hibernate.StatelessSession;
import org.hibernate.Transaction;
import org.hibernate.cfg.Configuration;

/** Hibernate's StatelessSession. */
final class HibernateAccess implements Access {

    private final SessionFactory sessions;

    HibernateAccess(DataSource pool, String engine) {
        Configuration configuration = new Configuration().addAnnotatedClass(PurchaseEntity.class);
        configuration.getProperties().put("hibernate.connection.datasource", pool);
        configuration.setProperty("hibernate.jdbc.batch_size", "1000");
        if (engine.equals("sqlite")) {
            configuration.setProperty("hibernate.dialect", "org.hibernate.community.dialect.SQLiteDialect");
        }
        sessions = configuration.buildSessionFactory();
    }

    @Override
    public Purchase find(String id) {
        try (StatelessSession session = sessions.openStatelessSession()) {
            return session.get(PurchaseEntity.class, id).purchase();
        }
    }

    @Override
    public void upsert(Purchase purchase) {
        upsertAll(List.of(purchase));
    }

    @Override
    public List<Purchase> ofCustomer(String customer) {
        try (StatelessSession session = sessions.openStatelessSession()) {
            return session
                    .createSelectionQuery("from PurchaseEntity where customer = ?1 order by id", PurchaseEntity.class)
                    .setParameter(1, customer)
                    .getResultList()
                    .stream()
                    .map(PurchaseEntity::purchase)
                    .toList();
        }
    }

    @Override
    public List<Purchase> latest(String status, long from, long to, int limit) {
        try (StatelessSession session = sessions.openStatelessSession()) {
            return session
                    .createSelectionQuery(
                            "from PurchaseEntity where status = ?1 and placedAt between ?2 and ?3"
                                    + " order by placedAt desc, id",
                            PurchaseEntity.class)
                    .setParameter(1, status)
                    .setParameter(2, from)
                    .setParameter(3, to)
                    .setMaxResults(limit)
                    .getResultList()
                    .stream()
                    .map(PurchaseEntity::purchase)
                    .toList();
        }
    }

    @Override
    public void upsertAll(List<Purchase> purchases) {
        try (StatelessSession session = sessions.openStatelessSession()) {
            Transaction transaction = session.beginTransaction();
            session.upsertMultiple(purchases.stream().map(PurchaseEntity::new).toList());
            transaction.commit();
        }
    }

    @Override
    public void close() {
        sessions.close();
    }
}
