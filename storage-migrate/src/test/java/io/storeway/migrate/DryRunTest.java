package io.storeway.migrate;

import static org.assertj.core.api.Assertions.assertThat;

import io.storeway.Blob;
import io.storeway.Catalog;
import io.storeway.EntityType;
import io.storeway.OnDelete;
import io.storeway.Storage;
import io.storeway.Storages;
import io.storeway.kv.KvStorage;
import io.storeway.kv.MemoryStore;
import io.storeway.layout.KeyValueLayout.Form;
import io.storeway.spi.Residue;
import io.storeway.testkit.engine.Engines;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DryRunTest {

    private static final Clock CLOCK = Clock.fixed(Shop.NOW, ZoneOffset.UTC);

    record Member(String id, @Nullable String mail) {}

    record Visit(String id, String member, double price) {}

    static final EntityType<Member> MEMBERS = EntityType.of(Member.class)
            .named("members")
            .onePartition()
            .identifiedBy(Member::id)
            .nullable(Member::mail)
            .ordered()
            .keyValue("member_ids", Blob.arrayOf(Member::id).as(Member::id, Form.STRING_OR_INTEGER))
            .build();

    static final EntityType<Visit> VISITS = EntityType.of(Visit.class)
            .named("visits")
            .identifiedBy(Visit::id)
            .unique(Visit::price)
            .references(Visit::member, MEMBERS, OnDelete.CASCADE)
            .keyValue("visit:{id}", Blob.object())
            .build();

    private static final Catalog CATALOG = Catalog.of(MEMBERS, VISITS);

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"memory:", "jdbc:sqlite:%s/data.db", "jdbc:h2:file:%s/data"})
    void itForesaysWhatTheBackfillWillCount(String uri) {
        MemoryStore store = new MemoryStore();
        Shop.fill(store);
        try (Storage source = KvStorage.open(store, Shop.CATALOG, CLOCK);
                Storage target = Storages.open(uri.formatted(folder), Shop.CATALOG, CLOCK)) {
            Migration migration = Migration.from(source).to(target).clock(CLOCK).build();
            DryRunReport foreseen = migration.dryRun();
            assertThat(migration.status())
                    .allSatisfy(entity -> assertThat(entity.status()).isEqualTo(RunStatus.NOT_STARTED));
            BackfillReport happened = migration.backfill();
            for (int i = 0; i < happened.entities().size(); i++) {
                EntityProgress did = happened.entities().get(i);
                DryRunReport.Entity said = foreseen.entities().get(i);
                assertThat(said.entity()).isEqualTo(did.entity());
                assertThat(List.of(said.partitions(), said.items(), said.rows(), said.expired()))
                        .as(did.entity())
                        .isEqualTo(List.of(did.partitions(), did.items(), did.written(), did.expired()));
                assertThat(said.refused()).as(did.entity()).containsExactlyInAnyOrderElementsOf(did.reasons());
            }
            assertThat(foreseen.clean()).isFalse();
        }
    }

    @Test
    void itWritesNothingAnywhere() throws SQLException {
        MemoryStore store = new MemoryStore();
        Shop.fill(store);
        Map<String, String> before = Shop.content(store);
        try (Storage source = KvStorage.open(store, Shop.CATALOG, CLOCK);
                Storage target = Storages.open("jdbc:sqlite:" + folder + "/data.db", Shop.CATALOG, CLOCK)) {
            List<String> tables = tables();
            Migration.from(source).to(target).clock(CLOCK).build().dryRun();
            assertThat(tables()).isEqualTo(tables).noneMatch(table -> table.startsWith("storeway"));
            assertThat(target.repository(Shop.BOOKS).all().allowScan().count()).isZero();
        }
        assertThat(Shop.content(store)).isEqualTo(before);
    }

    private List<String> tables() throws SQLException {
        List<String> tables = new ArrayList<>();
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + folder + "/data.db");
                ResultSet found = connection.getMetaData().getTables(null, null, "%", null)) {
            while (found.next()) {
                tables.add(found.getString("TABLE_NAME"));
            }
        }
        return tables;
    }

    private DryRunReport members(String target) {
        MemoryStore store = new MemoryStore();
        store.commit(
                List.of(),
                List.of(
                        Shop.put("member_ids", "[1,\"2\",3,\"1\",2,\"3\",\"3\"]"),
                        Shop.put("visit:a", "{\"member\":\"1\",\"price\":1.5}"),
                        Shop.put("visit:b", "{\"member\":\"9\",\"price\":2}"),
                        Shop.put("visit:c", "{\"member\":\"2\",\"price\":1.5}"),
                        Shop.put("visit:d", "{\"member\":\"2\",\"price\":-0.0}"),
                        Shop.put("visit:e%00", "{\"member\":\"3\",\"price\":7}"),
                        Shop.put("visit:f", "{\"member\":")));
        try (Storage source = KvStorage.open(store, CATALOG, CLOCK);
                Storage to = Storages.open(target.formatted(folder), CATALOG, CLOCK)) {
            return Migration.from(source).to(to).clock(CLOCK).build().dryRun();
        }
    }

    @Test
    void idsInBothFormsOrphansAndUniqueValuesAreNamed() {
        DryRunReport report = members("jdbc:sqlite:%s/data.db");
        DryRunReport.Entity members = report.entities().get(0);
        assertThat(members.numberAndText()).isEqualTo(4);
        assertThat(members.refused()).containsExactly(new ResidueCount(Residue.Kind.UNIQUE, "members_pk", 4));
        DryRunReport.Entity visits = report.entities().get(1);
        assertThat(visits.orphans()).isEqualTo(1);
        assertThat(visits.orphanExamples()).containsExactly("b");
        assertThat(visits.refused())
                .containsExactlyInAnyOrder(
                        new ResidueCount(Residue.Kind.REFERENCE, "visits_member_fk", 1),
                        new ResidueCount(Residue.Kind.UNIQUE, "visits_price_uq", 1),
                        new ResidueCount(Residue.Kind.INVALID, null, 2));
        assertThat(visits.examples()).extracting(ResidueItem::partition).containsExactlyInAnyOrder("b", "c", "d", "f");
        assertThat(report.estimatedTime()).isGreaterThan(report.duration());
    }

    @Test
    void orphansAreNamedWhereTheTargetDoesNotMind() {
        DryRunReport.Entity visits = members("memory:").entities().get(1);
        assertThat(visits.orphans()).isEqualTo(1);
        assertThat(visits.refused()).containsExactly(new ResidueCount(Residue.Kind.INVALID, null, 1));
    }

    @Test
    void whatAnEngineCantHoldIsForeseen() {
        DryRunReport.Entity visits =
                members(Engines.postgres().newDatabase()).entities().get(1);
        assertThat(visits.refused()).contains(new ResidueCount(Residue.Kind.INVALID, null, 3));
    }
}
