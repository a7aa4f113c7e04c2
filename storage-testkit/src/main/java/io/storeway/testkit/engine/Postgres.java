package io.storeway.testkit.engine;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;

/** PostgreSQL from the binaries on the class path. */
final class Postgres {

    /** A crash of the server loses no acknowledged commit: {@code synchronous_commit} is off by default in these binaries. */
    static final Once<SqlServer> SERVER = new Once<>(() -> {
        EmbeddedPostgres postgres = EmbeddedPostgres.builder()
                .setServerConfig("synchronous_commit", "on")
                .setServerConfig("max_connections", "200")
                .start();
        String uri = "jdbc:postgresql://127.0.0.1:" + postgres.getPort() + "/%s?user=postgres";
        return new SqlServer(uri.formatted("postgres"), uri, "create database %s template template0");
    });

    private Postgres() {}
}
