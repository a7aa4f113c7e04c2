package io.storeway.examples.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.storeway.Catalog;
import io.storeway.Storage;
import io.storeway.error.ConstraintViolationException;
import java.nio.file.Path;
import javax.sql.DataSource;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.annotation.EnableTransactionManagement;

/** What a service writes by repositories and by SQL of its own is one transaction. */
class SpringTransactionTest {

    private static final String SQLITE = "jdbc:sqlite:%s/shop.db?foreign_keys=on&journal_mode=WAL";
    private static final String H2 = "jdbc:h2:file:%s/shop;WRITE_DELAY=0";

    @TempDir
    Path folder;

    /** The application: a DataSource, a transaction manager and a catalog, and no word about Storeway's storage. */
    @Configuration
    @EnableTransactionManagement
    @ImportAutoConfiguration(StorewayAutoConfiguration.class)
    static class Application {

        @Bean
        Catalog catalog() {
            return Shop.CATALOG;
        }

        @Bean
        JdbcTemplate jdbc(DataSource dataSource) {
            return new JdbcTemplate(dataSource);
        }

        @Bean
        DataSourceTransactionManager transactions(DataSource dataSource) {
            return new DataSourceTransactionManager(dataSource);
        }

        @Bean
        Shop shop(Storage storage, JdbcTemplate jdbc) {
            return new Shop(storage, jdbc);
        }
    }

    private AnnotationConfigApplicationContext started(String url) {
        AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
        context.registerBean(HikariDataSource.class, () -> {
            HikariConfig config = new HikariConfig();
            config.setJdbcUrl(url.formatted(folder));
            config.setMaximumPoolSize(2);
            return new HikariDataSource(config);
        });
        context.register(Application.class);
        context.refresh();
        JdbcTemplate jdbc = context.getBean(JdbcTemplate.class);
        jdbc.execute("CREATE TABLE stock (article VARCHAR(20) PRIMARY KEY, amount BIGINT NOT NULL)");
        jdbc.update("INSERT INTO stock VALUES ('tea', 10)");
        return context;
    }

    private static long stock(AnnotationConfigApplicationContext context) {
        return context.getBean(JdbcTemplate.class).queryForList("SELECT amount FROM stock", Long.class).stream()
                .mapToLong(Long::longValue)
                .sum();
    }

    private static long orders(AnnotationConfigApplicationContext context) {
        return context.getBean(Storage.class)
                .repository(Shop.ORDERS)
                .all()
                .allowScan()
                .count();
    }

    @ParameterizedTest
    @ValueSource(strings = {SQLITE, H2})
    void aRepositoryAndAJdbcTemplateCommitTogether(String url) {
        try (AnnotationConfigApplicationContext context = started(url)) {
            context.getBean(Shop.class).order(new Shop.Order("1", "tea", 4));
            assertThat(stock(context)).isEqualTo(6);
            assertThat(orders(context)).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {SQLITE, H2})
    void whatTheRepositoryWroteIsRolledBackWithTheTransaction(String url) {
        try (AnnotationConfigApplicationContext context = started(url)) {
            Shop shop = context.getBean(Shop.class);
            assertThatThrownBy(() -> shop.order(new Shop.Order("1", "tea", 11)))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("too little");
            assertThat(stock(context)).isEqualTo(10);
            assertThat(orders(context)).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {SQLITE, H2})
    void whatTheRepositoryRefusesRollsTheTransactionBack(String url) {
        try (AnnotationConfigApplicationContext context = started(url)) {
            Shop shop = context.getBean(Shop.class);
            shop.order(new Shop.Order("1", "tea", 1));
            assertThatThrownBy(() -> shop.order(new Shop.Order("1", "tea", 2)))
                    .isInstanceOf(ConstraintViolationException.class);
            assertThat(stock(context)).isEqualTo(9);
            assertThat(orders(context)).isEqualTo(1);
        }
    }
}
