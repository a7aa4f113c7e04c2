package io.storeway.examples.llmgateway;

import static io.storeway.examples.llmgateway.ApiKey.API_KEYS;
import static io.storeway.examples.llmgateway.Organization.ORGANIZATIONS;
import static io.storeway.examples.llmgateway.Project.PROJECTS;
import static io.storeway.examples.llmgateway.ProviderKey.PROVIDER_KEYS;
import static io.storeway.examples.llmgateway.RequestLog.LOG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.storeway.EntityType;
import io.storeway.Json;
import io.storeway.Storage;
import io.storeway.Storages;
import io.storeway.error.ConstraintKind;
import io.storeway.error.ConstraintViolationException;
import io.storeway.migrate.EntityProgress;
import io.storeway.migrate.Migration;
import io.storeway.testkit.engine.Engines;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From PostgreSQL to SQLite and back into another PostgreSQL database: nothing is different, neither in Java nor in SQL. */
class ThereAndBackTest {

    private static final List<Instant> TIMES = List.of(
            Instant.parse("1969-12-31T23:59:59.999999Z"),
            Instant.EPOCH,
            Instant.parse("0001-01-01T00:00:00Z"),
            Instant.parse("2024-02-29T12:00:00.000001Z"),
            Instant.parse("9999-12-31T23:59:59.999999Z"));

    private static final List<String> AMOUNTS = List.of(
            "0.000000000000",
            "0.000000000001",
            "-0.000000000001",
            "999999999999.999999999999",
            "-999999999999.999999999999",
            "0.100000000000",
            "12345678.900000000001");

    @TempDir
    Path folder;

    private String first;
    private String second;
    private Storage postgres;
    private Storage sqlite;
    private Storage again;

    @BeforeEach
    void open() {
        first = Engines.postgres().newDatabase();
        second = Engines.postgres().newDatabase();
        postgres = Storages.open(first, Gateway.DATABASE);
        sqlite = Storages.open("jdbc:sqlite:" + folder.resolve("d1.db"), Gateway.DATABASE);
        again = Storages.open(second, Gateway.DATABASE);
    }

    @AfterEach
    void close() {
        again.close();
        sqlite.close();
        postgres.close();
    }

    private static Json json() {
        Map<String, Json> members = new LinkedHashMap<>();
        members.put("z", new Json.Num(new BigDecimal("123456789012345678901234567890.123456789")));
        members.put("a", Json.NULL);
        members.put(
                "nested",
                new Json.Arr(List.of(new Json.Bool(true), new Json.Obj(Map.of()), new Json.Str("\"\\\n\t€😀"))));
        members.put("small", new Json.Num(new BigDecimal("1E-30")));
        return new Json.Obj(members);
    }

    private void fill() {
        for (int i = 0; i < AMOUNTS.size(); i++) {
            postgres.repository(ORGANIZATIONS)
                    .insert(new Organization(
                            "o" + i,
                            "مؤسسة 😀 ' \" \\ " + i,
                            new BigDecimal(AMOUNTS.get(i)),
                            i == 0 ? null : "cus_" + i,
                            i % 2 == 0,
                            TIMES.get(i % TIMES.size())));
            postgres.repository(PROJECTS)
                    .insert(new Project("p" + i, "o" + i, "", i % 2 == 1, i * 1_000, TIMES.get(i % TIMES.size())));
            postgres.repository(API_KEYS)
                    .insert(new ApiKey(
                            "k" + i,
                            "p" + i,
                            "Token" + i,
                            "d",
                            i % 3 == 0,
                            i == 1 ? null : new BigDecimal(AMOUNTS.get(i)),
                            TIMES.get(i % TIMES.size())));
            postgres.repository(PROVIDER_KEYS)
                    .insert(new ProviderKey("v" + i, "o" + i, "openai", "t", i == 0 ? null : json()));
            postgres.repository(LOG).insert(Samples.log("l" + i, json(), AMOUNTS.get(i)));
        }
        // Equal but for their case.
        postgres.repository(API_KEYS).insert(new ApiKey("k", "p0", "TOKEN0", "d", true, null, TIMES.get(0)));
    }

    private static <T> List<T> all(Storage storage, EntityType<T> type) {
        return storage.repository(type).all().allowScan().list();
    }

    /** The content of the application's tables as PostgreSQL prints it. */
    private static List<String> printed(String uri) throws SQLException {
        List<String> lines = new ArrayList<>();
        try (Connection connection = DriverManager.getConnection(uri);
                Statement statement = connection.createStatement()) {
            for (EntityType<?> type : Gateway.DATABASE.types()) {
                String table = type.sql().table();
                try (ResultSet rows = statement.executeQuery("SELECT t::text FROM " + table + " t ORDER BY id")) {
                    while (rows.next()) {
                        lines.add(table + " " + rows.getString(1));
                    }
                }
            }
        }
        return lines;
    }

    @Test
    void everyValueComesBackEqual() throws SQLException {
        fill();
        assertThat(Migration.from(postgres).to(sqlite).build().backfill().clean())
                .isTrue();
        assertThat(Migration.from(postgres).to(sqlite).build().verify().equal()).isTrue();
        assertThat(Migration.from(sqlite).to(again).build().backfill().clean()).isTrue();
        for (EntityType<?> type : Gateway.DATABASE.types()) {
            assertThat(all(sqlite, type)).as(type.name()).isNotEmpty().isEqualTo(all(postgres, type));
            assertThat(all(again, type)).as(type.name()).isEqualTo(all(postgres, type));
        }
        assertThat(printed(second)).hasSize(5 * AMOUNTS.size() + 1).isEqualTo(printed(first));
    }

    @Test
    void moneyAndTimesSortAlikeOnBothSides() {
        fill();
        Migration.from(postgres).to(sqlite).build().backfill();
        for (Storage storage : List.of(postgres, sqlite)) {
            assertThat(storage.repository(ORGANIZATIONS)
                            .all()
                            .allowScan()
                            .orderBy(ORGANIZATIONS.field(Organization::credits).ascending())
                            .list())
                    .extracting(Organization::credits)
                    .isSorted()
                    .hasSize(AMOUNTS.size());
            assertThat(storage.repository(PROJECTS)
                            .where(PROJECTS.field(Project::createdAt).lt(Instant.EPOCH))
                            .allowScan()
                            .count())
                    .isEqualTo(3);
        }
    }

    @Test
    void uniqueKeysHoldOnBothSides() {
        fill();
        Migration.from(postgres).to(sqlite).build().backfill();
        for (Storage storage : List.of(postgres, sqlite)) {
            assertThatThrownBy(() -> storage.repository(API_KEYS)
                            .insert(new ApiKey("new", "p0", "Token1", "d", true, null, Samples.NOW)))
                    .isInstanceOfSatisfying(
                            ConstraintViolationException.class,
                            e -> assertThat(e.kind()).isEqualTo(ConstraintKind.UNIQUE));
            assertThatThrownBy(() ->
                            storage.repository(PROVIDER_KEYS).insert(new ProviderKey("new", "o1", "openai", "t", null)))
                    .isInstanceOfSatisfying(
                            ConstraintViolationException.class,
                            e -> assertThat(e.columns()).containsExactly("organization_id", "provider"));
            assertThat(storage.repository(API_KEYS)
                            .where(ApiKey.TOKEN.eq("TOKEN0"))
                            .list())
                    .extracting(ApiKey::id)
                    .containsExactly("k");
        }
    }

    @Test
    void whatWasWrittenAfterTheMoveComesBackToo() {
        fill();
        Migration.from(postgres).to(sqlite).build().backfill();
        sqlite.repository(ORGANIZATIONS).delete("o2");
        sqlite.repository(LOG).insert(Samples.log("later", json(), "0.000000000007"));
        Migration back = Migration.from(sqlite).to(again).build();
        assertThat(back.backfill().clean()).isTrue();
        assertThat(back.verify().equal()).isTrue();
        assertThat(all(again, PROJECTS)).extracting(Project::id).doesNotContain("p2");
        assertThat(again.repository(LOG).find("later")).isPresent();
    }

    @Test
    void whatPostgresCannotHoldIsNamedOnTheWayBack() {
        fill();
        Migration.from(postgres).to(sqlite).build().backfill();
        sqlite.repository(ORGANIZATIONS)
                .insert(new Organization("nul", "a\u0000b", BigDecimal.ZERO, null, false, Samples.NOW));
        Migration back = Migration.from(sqlite).to(again).build();
        assertThat(back.backfill().entities())
                .extracting(EntityProgress::residue)
                .containsExactlyInAnyOrder(1L, 0L, 0L, 0L, 0L);
        List<String> kept = new ArrayList<>();
        back.residue(item -> kept.add(item.entity() + " " + item.partition()));
        assertThat(kept).containsExactly("organization nul");
    }
}
