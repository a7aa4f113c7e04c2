package io.storeway.examples.llmgateway;

import static io.storeway.examples.llmgateway.ApiKey.API_KEYS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.storeway.Catalog;
import io.storeway.EntityType;
import io.storeway.OnDelete;
import io.storeway.Storage;
import io.storeway.Storages;
import io.storeway.migrate.routing.RoutedStorage;
import io.storeway.migrate.routing.Stage;
import io.storeway.migrate.routing.StageBlockedException;
import io.storeway.sql.SchemaChange;
import io.storeway.sql.SqlStorage;
import io.storeway.testkit.engine.Engines;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The new version of the code knows a field more, and is deployed beside the old one while the data moves. */
class RollingReleaseTest {

    /** A key of the next release, which says where it is used. */
    record NewKey(
            String id,
            String projectId,
            String token,
            String description,
            boolean active,
            @Nullable BigDecimal usageLimit,
            Instant createdAt,
            @Nullable String environment) {}

    static final EntityType<NewKey> NEW_KEYS = EntityType.of(NewKey.class)
            .named("api_key")
            .identifiedBy(NewKey::id)
            .nullable(NewKey::usageLimit, NewKey::environment)
            .type(NewKey::usageLimit, Organization.MONEY)
            .type(NewKey::createdAt, Organization.TIMESTAMP)
            .unique(NewKey::token)
            .references(NewKey::projectId, Project.PROJECTS, OnDelete.CASCADE)
            .build();

    static final Catalog NEW_DATABASE = Catalog.of(
            Organization.ORGANIZATIONS, Project.PROJECTS, NEW_KEYS, ProviderKey.PROVIDER_KEYS, RequestLog.LOG);

    @TempDir
    Path folder;

    private static RoutedStorage route(String instance, Storage old, Storage fresh) {
        return RoutedStorage.between(old, fresh)
                .named("llmgateway-database")
                .instance(instance)
                .heartbeat(Duration.ofMillis(100))
                .shadowComparisons(0)
                .open();
    }

    private static void expand(String uri) throws SQLException {
        try (Connection connection = DriverManager.getConnection(uri);
                Statement statement = connection.createStatement()) {
            for (SchemaChange change : SqlStorage.changes(uri, NEW_DATABASE).changes(SchemaChange.Phase.EXPAND)) {
                for (String sql : change.statements()) {
                    statement.execute(sql);
                }
            }
        }
    }

    private static NewKey key(String id, String description, @Nullable String environment) {
        return new NewKey(id, "p", "token " + id, description, true, null, Samples.NOW, environment);
    }

    @Test
    void bothReleasesServeAndTheMoveGoesOnWhenTheOldOneHasEnded() throws SQLException, InterruptedException {
        String postgres = Engines.postgres().newDatabase();
        String sqlite = "jdbc:sqlite:" + folder.resolve("d1.db");
        try (Storage oldBefore = Storages.open(postgres, Gateway.DATABASE);
                Storage freshBefore = Storages.open(sqlite, Gateway.DATABASE)) {
            Samples.seed(oldBefore);
            RoutedStorage before = route("release-1", oldBefore, freshBefore);
            before.control().advance("test", "begin");
            before.control().backfill("test", "copy");
            expand(postgres);
            expand(sqlite);
            try (Storage oldAfter = Storages.open(postgres, NEW_DATABASE);
                    Storage freshAfter = Storages.open(sqlite, NEW_DATABASE);
                    RoutedStorage after = route("release-2", oldAfter, freshAfter)) {
                after.repository(NEW_KEYS).insert(key("a", "new", "production"));
                assertThat(after.awaitFollower(Duration.ofMinutes(1))).isTrue();
                assertThat(before.repository(API_KEYS).find("a"))
                        .map(ApiKey::description)
                        .contains("new");
                ApiKey seen = before.repository(API_KEYS).find("a").orElseThrow();
                before.repository(API_KEYS)
                        .update(new ApiKey("a", "p", seen.token(), "by old code", true, null, seen.createdAt()));
                before.repository(API_KEYS).insert(new ApiKey("b", "p", "token b", "old", true, null, Samples.NOW));
                assertThat(before.awaitFollower(Duration.ofMinutes(1))).isTrue();
                for (Storage side : List.of(after, oldAfter, freshAfter)) {
                    assertThat(side.repository(NEW_KEYS).find("a")).contains(key("a", "by old code", "production"));
                    assertThat(side.repository(NEW_KEYS).find("b")).contains(key("b", "old", null));
                }
                assertThatThrownBy(() -> after.control().advance("test", "too early"))
                        .isInstanceOf(StageBlockedException.class)
                        .hasMessageContaining("instance release-1 runs with another catalog");
                before.close();
                while (after.stage() != Stage.COMPLETE) {
                    if (after.stage() == Stage.READ_NEW) {
                        after.control().percent(100, "test", "all reads");
                    }
                    after.control().advance("test", "one release");
                }
                assertThat(after.repository(NEW_KEYS).all().allowScan().list())
                        .isEqualTo(
                                oldAfter.repository(NEW_KEYS).all().allowScan().list())
                        .hasSize(3);
            }
        }
    }
}
