package io.storeway.sql;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** A PostgreSQL server of a test's own, which can be killed, started again and followed by a standby. */
final class PostgresNode implements AutoCloseable {

    /** What belongs to a running server and not to its data. */
    private static final Set<String> OF_THE_PROCESS = Set.of("postmaster.pid", "postmaster.opts", "epg-lock");

    private final Path data;
    private final EmbeddedPostgres server;

    private PostgresNode(Path data, EmbeddedPostgres server) {
        this.data = data;
        this.server = server;
    }

    static PostgresNode start(Path data) throws IOException {
        return new PostgresNode(data, settings(data).start());
    }

    private static EmbeddedPostgres.Builder settings(Path data) {
        return EmbeddedPostgres.builder()
                .setDataDirectory(data)
                .setServerConfig("synchronous_commit", "on")
                .setServerConfig("wal_level", "replica")
                .setServerConfig("hot_standby", "on");
    }

    int port() {
        return server.getPort();
    }

    String uri() {
        return "jdbc:postgresql://127.0.0.1:" + port() + "/postgres?user=postgres";
    }

    void execute(String sql) throws SQLException {
        try (Connection connection = server.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** Kills the server and waits until all of its processes have gone. */
    void kill() throws IOException {
        long pid = Long.parseLong(
                Files.readAllLines(data.resolve("postmaster.pid")).get(0).strip());
        ProcessHandle postmaster = ProcessHandle.of(pid).orElseThrow();
        List<ProcessHandle> all =
                Stream.concat(Stream.of(postmaster), postmaster.descendants()).toList();
        postmaster.destroyForcibly();
        all.forEach(process -> process.onExit().join());
    }

    /** Starts a server on what a killed one has left, at its port. */
    PostgresNode again(Path place) throws IOException {
        copy(place);
        return new PostgresNode(
                place,
                settings(place).setCleanDataDirectory(false).setPort(port()).start());
    }

    /** Starts a standby that has every commit before it is acknowledged. */
    PostgresNode standby(Path place) throws IOException, SQLException {
        try (Connection connection = server.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("SELECT pg_backup_start('standby', true)");
            copy(place);
            try (ResultSet label = statement.executeQuery("SELECT labelfile FROM pg_backup_stop(false)")) {
                label.next();
                Files.writeString(place.resolve("backup_label"), label.getString(1));
            }
        }
        Files.writeString(place.resolve("standby.signal"), "");
        Files.writeString(
                place.resolve("postgresql.auto.conf"),
                "primary_conninfo = 'host=127.0.0.1 port=" + port() + " user=postgres application_name=standby'\n");
        PostgresNode standby = new PostgresNode(
                place, settings(place).setCleanDataDirectory(false).start());
        execute("ALTER SYSTEM SET synchronous_standby_names = 'standby'");
        execute("SELECT pg_reload_conf()");
        return standby;
    }

    private void copy(Path place) throws IOException {
        Files.createDirectories(place);
        Files.setPosixFilePermissions(place, PosixFilePermissions.fromString("rwx------"));
        try (Stream<Path> files = Files.walk(data)) {
            files.filter(file -> !file.equals(data))
                    .filter(file -> !OF_THE_PROCESS.contains(file.getFileName().toString()))
                    .forEach(file -> copy(file, place.resolve(data.relativize(file))));
        }
    }

    private static void copy(Path from, Path to) {
        try {
            Files.copy(from, to);
        } catch (NoSuchFileException e) {
            // A running server has removed it meanwhile.
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
