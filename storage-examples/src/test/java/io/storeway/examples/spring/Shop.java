package io.storeway.examples.spring;

import io.storeway.Catalog;
import io.storeway.EntityType;
import io.storeway.Repository;
import io.storeway.Storage;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.annotation.Transactional;

/** A service that writes through a repository and by SQL of its own, in one transaction. */
class Shop {

    record Order(String id, String article, long amount) {}

    static final EntityType<Order> ORDERS = EntityType.of(Order.class)
            .named("orders")
            .identifiedBy(Order::id)
            .range(Order::amount, 1L, 100L)
            .build();

    static final Catalog CATALOG = Catalog.of(ORDERS);

    private final Repository<Order> orders;
    private final JdbcTemplate jdbc;

    Shop(Storage storage, JdbcTemplate jdbc) {
        this.orders = storage.repository(ORDERS);
        this.jdbc = jdbc;
    }

    @Transactional
    void order(Order order) {
        jdbc.update("UPDATE stock SET amount = amount - ? WHERE article = ?", order.amount(), order.article());
        orders.insert(order);
        Long left = jdbc.queryForObject("SELECT amount FROM stock WHERE article = ?", Long.class, order.article());
        if (left == null || left < 0) {
            throw new IllegalStateException("There is too little of " + order.article());
        }
    }
}
