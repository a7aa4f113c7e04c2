package io.storeway.examples.spring;

import io.storeway.Catalog;
import io.storeway.Storage;
import io.storeway.sql.SqlStorage;
import javax.sql.DataSource;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.datasource.TransactionAwareDataSourceProxy;

/** Gives an application that has a DataSource and a catalog the storage over both, which joins its transactions. */
@AutoConfiguration(afterName = "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration")
@ConditionalOnSingleCandidate(DataSource.class)
@ConditionalOnBean(Catalog.class)
class StorewayAutoConfiguration {

    @Bean(destroyMethod = "close")
    @ConditionalOnMissingBean(Storage.class)
    Storage storage(DataSource dataSource, Catalog catalog) {
        return SqlStorage.builder(new TransactionAwareDataSourceProxy(dataSource), catalog)
                .joinTransactions()
                .open();
    }
}
