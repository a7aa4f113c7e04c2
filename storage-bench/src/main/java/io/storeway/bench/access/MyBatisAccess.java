package io.storeway.bench.access;

import java.util.List;
import javax.sql.DataSource;
import org.apache.ibatis.annotations.Arg;
import org.apache.ibatis.annotations.ConstructorArgs;
import org.apache.ibatis.annotations.Insert;
import org.apache.ibatis.annotations.Options;
import org.apache.ibatis.annotations.Param;
import org.apache.ibatis.annotations.ResultMap;
import org.apache.ibatis.annotations.Results;
import org.apache.ibatis.annotations.Select;
import org.apache.ibatis.mapping.Environment;
import org.apache.ibatis.session.Configuration;
import org.apache.ibatis.session.ExecutorType;
import org.apache.ibatis.session.LocalCacheScope;
import org.apache.ibatis.session.SqlSession;
import org.apache.ibatis.session.SqlSessionFactory;
import org.apache.ibatis.session.SqlSessionFactoryBuilder;
import org.apache.ibatis.transaction.jdbc.JdbcTransactionFactory;

/** MyBatis with annotated mappers. */
final class MyBatisAccess implements Access {

    private static final String VALUES = "(" + Columns.ALL
            + ") VALUES (#{id}, #{customer}, #{status}, #{placedAt}, #{total}, #{items}, #{paid}, #{address}, #{note})";

    /** The reads. */
    public interface Reads {

        /** One row. */
        @Select("SELECT " + Columns.ALL + " FROM purchases WHERE id = #{id}")
        @Results(id = "purchase")
        @ConstructorArgs({
            @Arg(column = "id", javaType = String.class),
            @Arg(column = "customer", javaType = String.class),
            @Arg(column = "status", javaType = String.class),
            @Arg(column = "placed_at", javaType = long.class),
            @Arg(column = "total", javaType = double.class),
            @Arg(column = "items", javaType = int.class),
            @Arg(column = "paid", javaType = boolean.class),
            @Arg(column = "address", javaType = String.class),
            @Arg(column = "note", javaType = String.class)
        })
        Purchase find(@Param("id") String id);

        /** The rows of a customer. */
        @Select("SELECT " + Columns.ALL + " FROM purchases WHERE customer = #{customer} ORDER BY id")
        @ResultMap("purchase")
        @Options(fetchSize = 100)
        List<Purchase> ofCustomer(@Param("customer") String customer);

        /** The latest rows of a range. */
        @Select("SELECT " + Columns.ALL + " FROM purchases WHERE status = #{status} AND placed_at BETWEEN #{from}"
                + " AND #{to} ORDER BY placed_at DESC, id LIMIT #{limit}")
        @ResultMap("purchase")
        List<Purchase> latest(
                @Param("status") String status,
                @Param("from") long from,
                @Param("to") long to,
                @Param("limit") int limit);
    }

    /** The upsert of SQLite and PostgreSQL. */
    public interface OnConflict extends Upserts {
        @Override
        @Insert("INSERT INTO purchases " + VALUES
                + " ON CONFLICT (id) DO UPDATE SET customer = excluded.customer, status = excluded.status,"
                + " placed_at = excluded.placed_at, total = excluded.total, items = excluded.items,"
                + " paid = excluded.paid, address = excluded.address, note = excluded.note")
        int upsert(Purchase purchase);
    }

    /** The upsert of H2. */
    public interface Merge extends Upserts {
        @Override
        @Insert("MERGE INTO purchases (" + Columns.ALL
                + ") KEY (id) VALUES (#{id}, #{customer}, #{status}, #{placedAt}, #{total}, #{items}, #{paid},"
                + " #{address}, #{note})")
        int upsert(Purchase purchase);
    }

    /** The write. */
    public interface Upserts {

        /** Writes one row. */
        int upsert(Purchase purchase);
    }

    private final SqlSessionFactory sessions;
    private final Class<? extends Upserts> upserts;

    MyBatisAccess(DataSource pool, String engine) {
        upserts = engine.equals("h2") ? Merge.class : OnConflict.class;
        Configuration configuration = new Configuration(new Environment("bench", new JdbcTransactionFactory(), pool));
        configuration.setLocalCacheScope(LocalCacheScope.STATEMENT);
        configuration.addMapper(Reads.class);
        configuration.addMapper(upserts);
        sessions = new SqlSessionFactoryBuilder().build(configuration);
    }

    @Override
    public Purchase find(String id) {
        try (SqlSession session = sessions.openSession(true)) {
            return session.getMapper(Reads.class).find(id);
        }
    }

    @Override
    public void upsert(Purchase purchase) {
        try (SqlSession session = sessions.openSession(true)) {
            session.getMapper(upserts).upsert(purchase);
        }
    }

    @Override
    public List<Purchase> ofCustomer(String customer) {
        try (SqlSession session = sessions.openSession(true)) {
            return session.getMapper(Reads.class).ofCustomer(customer);
        }
    }

    @Override
    public List<Purchase> latest(String status, long from, long to, int limit) {
        try (SqlSession session = sessions.openSession(true)) {
            return session.getMapper(Reads.class).latest(status, from, to, limit);
        }
    }

    @Override
    public void upsertAll(List<Purchase> purchases) {
        try (SqlSession session = sessions.openSession(ExecutorType.BATCH)) {
            Upserts mapper = session.getMapper(upserts);
            purchases.forEach(mapper::upsert);
            session.commit();
        }
    }

    @Override
    public void close() {
        // The pool is the benchmark's.
    }
}
