package io.storeway.migrate;

import static org.assertj.core.api.Assertions.assertThat;

import io.storeway.EntityType;
import io.storeway.OnDelete;
import io.storeway.Storage;
import io.storeway.Storages;
import io.storeway.kv.KvStorage;
import io.storeway.kv.MemoryStore;
import io.storeway.migrate.internal.checkpoint.Checkpoint;
import io.storeway.migrate.internal.checkpoint.Lease;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Real data in a store, and what an undisturbed copy of it ends as. */
abstract class SharedRuns {

    static final Clock CLOCK = Clock.fixed(Shop.NOW, ZoneOffset.UTC);
    static final int BATCH = 6;

    record Account(String id, String mail, @Nullable String owner) {}

    /** Which record of two stays, and in which pass one comes, depends on what was there before. */
    static final EntityType<Account> ACCOUNTS = EntityType.of(Account.class)
            .named("accounts")
            .identifiedBy(Account::id)
            .nullable(Account::owner)
            .unique(Account::mail)
            .referencesSelf(Account::owner, OnDelete.RESTRICT)
            .build();

    @TempDir
    Path folder;

    final MemoryStore store = new MemoryStore();
    final Storage source = KvStorage.open(store, Shop.CATALOG, CLOCK);
    List<String> expected = List.of();
    List<EntityProgress> counts = List.of();

    @BeforeEach
    void fillSource() {
        Shop.fill(store);
        copyUndisturbed("jdbc:h2:mem:undisturbed");
    }

    void copyUndisturbed(String uri) {
        try (Storage target = open(uri)) {
            counts = sharing(source, target).build().backfill().entities();
            expected = Shop.content(target);
        }
    }

    Storage open(String uri) {
        return Storages.open(uri.formatted(folder), Shop.CATALOG, CLOCK);
    }

    static Migration.Builder sharing(Storage source, Storage target) {
        return Migration.from(source)
                .to(target)
                .share()
                .batch(BATCH)
                .withoutReadingAhead()
                .clock(CLOCK);
    }

    static Migration alone(Storage source, Storage target) {
        return Migration.from(source).to(target).batch(BATCH).clock(CLOCK).build();
    }

    void requireAsUndisturbed(Storage target, String description) {
        assertThat(Shop.content(target)).as(description).isEqualTo(expected);
        requireCounts(alone(source, target).status(), description);
        requireNoPartLeft(target, description);
    }

    /** The reasons of residue come in the order in which they were met. */
    void requireCounts(List<EntityProgress> progress, String description) {
        assertThat(progress)
                .as(description)
                .usingRecursiveComparison()
                .ignoringCollectionOrder()
                .isEqualTo(counts);
    }

    static void requireNoPartLeft(Storage target, String description) {
        assertThat(target.replica().ready(List.of(Checkpoint.TYPE, Lease.TYPE))).isTrue();
        assertThat(target.repository(Checkpoint.TYPE).all().allowScan().list())
                .as(description)
                .allMatch(Checkpoint::atEnd)
                .extracting(Checkpoint::entity)
                .doesNotHaveDuplicates()
                .allMatch(name -> !name.contains("/"));
        assertThat(target.repository(Lease.TYPE).all().allowScan().list())
                .as(description)
                .extracting(Lease::name)
                .allMatch(name -> !name.contains("/"));
    }

    /** All that a migration has left: data, residue and checkpoints. */
    static List<String> state(Storage target) {
        List<String> state = new ArrayList<>(Shop.content(target));
        alone(target, target).status().forEach(progress -> state.add(progress.toString()));
        return state;
    }
}
