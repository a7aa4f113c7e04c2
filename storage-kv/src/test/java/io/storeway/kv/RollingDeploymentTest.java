package io.storeway.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.storeway.Blob;
import io.storeway.Catalog;
import io.storeway.EntityType;
import io.storeway.Key;
import io.storeway.Repository;
import io.storeway.spi.PartitionState;
import io.storeway.spi.ReplicaStore.Applied;
import io.storeway.spi.ReplicaStore.Outcome;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Code of two releases on the same blobs. */
class RollingDeploymentTest {

    record OldPet(String owner, String id, String name) {}

    record NewPet(
            String owner,
            String id,
            String name,
            int legs,
            @Nullable String note) {}

    record RenamedPet(String owner, String id, @Nullable String label) {}

    private static final EntityType<OldPet> OLD = EntityType.of(OldPet.class)
            .named("pets")
            .partitionedBy(OldPet::owner)
            .identifiedBy(OldPet::id)
            .keyValue("pets:{owner}", Blob.arrayOfObjects())
            .build();

    private static final EntityType<NewPet> NEW = EntityType.of(NewPet.class)
            .named("pets")
            .partitionedBy(NewPet::owner)
            .identifiedBy(NewPet::id)
            .nullable(NewPet::note)
            .defaultValue(NewPet::legs, 4)
            .keyValue("pets:{owner}", Blob.arrayOfObjects())
            .build();

    private static final EntityType<RenamedPet> RENAMED = EntityType.of(RenamedPet.class)
            .named("pets")
            .partitionedBy(RenamedPet::owner)
            .identifiedBy(RenamedPet::id)
            .nullable(RenamedPet::label)
            .keyValue("pets:{owner}", Blob.<RenamedPet>arrayOfObjects().formerlyAt(RenamedPet::label, "name"))
            .build();

    private final MemoryStore store = new MemoryStore();
    private final Repository<OldPet> before = on(OLD);
    private final Repository<NewPet> after = on(NEW);
    private final Repository<RenamedPet> renamed = on(RENAMED);

    private <T> Repository<T> on(EntityType<T> type) {
        return KvStorage.open(store, Catalog.of(type)).repository(type);
    }

    @Test
    void newCodeReadsWhatOldCodeWroteWithDefaults() {
        before.insert(new OldPet("o", "a", "Ada"));
        assertThat(after.find("o", "a")).contains(new NewPet("o", "a", "Ada", 4, null));
    }

    @Test
    void writesOfOldCodeKeepTheValuesThatOnlyNewCodeKnows() {
        after.insert(new NewPet("o", "a", "Ada", 3, "limps"));
        after.insert(new NewPet("o", "b", "Bob", 2, null));
        before.save(new OldPet("o", "a", "saved"));
        assertThat(after.find("o", "a")).contains(new NewPet("o", "a", "saved", 3, "limps"));
        before.update(new OldPet("o", "a", "updated"));
        assertThat(after.find("o", "a")).contains(new NewPet("o", "a", "updated", 3, "limps"));
        before.partition("o").replace(List.of(new OldPet("o", "c", "Cid"), new OldPet("o", "a", "replaced")));
        assertThat(after.partition("o").list())
                .containsExactlyInAnyOrder(
                        new NewPet("o", "c", "Cid", 4, null), new NewPet("o", "a", "replaced", 3, "limps"));
    }

    @Test
    void whatAMigrationOfOldCodeAppliesKeepsTheValuesThatOnlyNewCodeKnows() {
        after.insert(new NewPet("o", "a", "Ada", 3, "limps"));
        after.insert(new NewPet("o", "b", "Bob", 2, null));
        KvStorage source = KvStorage.open(new MemoryStore(), Catalog.of(OLD));
        source.repository(OLD)
                .insertAll(List.of(
                        new OldPet("o", "b", "Bob"), new OldPet("o", "a", "changed"), new OldPet("o", "c", "Cid")));
        List<PartitionState> states = source.replica().read(OLD, List.of(Key.of("o")));
        KvStorage target = KvStorage.open(store, Catalog.of(OLD));
        assertThat(target.replica().<List<Applied>>transact(unit -> unit.apply(OLD, states)))
                .extracting(Applied::outcome)
                .containsExactly(Outcome.APPLIED);
        assertThat(after.partition("o").list())
                .containsExactlyInAnyOrder(
                        new NewPet("o", "b", "Bob", 2, null),
                        new NewPet("o", "a", "changed", 3, "limps"),
                        new NewPet("o", "c", "Cid", 4, null));
    }

    @Test
    void aRecordThatIsDeletedAndMadeAgainKeepsNothing() {
        after.insert(new NewPet("o", "a", "Ada", 3, "limps"));
        before.delete("o", "a");
        before.insert(new OldPet("o", "a", "Eve"));
        assertThat(after.find("o", "a")).contains(new NewPet("o", "a", "Eve", 4, null));
    }

    @Test
    void aRenamedFieldIsReadFromItsFormerMemberAndWrittenToItsOwn() {
        before.insert(new OldPet("o", "a", "Ada"));
        before.insert(new OldPet("o", "b", "Bob"));
        assertThat(renamed.find("o", "a")).contains(new RenamedPet("o", "a", "Ada"));
        renamed.save(new RenamedPet("o", "a", "Eve"));
        assertThat(Samples.text(store, "pets:o"))
                .isEqualTo("[{\"id\":\"a\",\"label\":\"Eve\"},{\"id\":\"b\",\"name\":\"Bob\"}]");
        renamed.save(new RenamedPet("o", "b", null));
        assertThat(renamed.partition("o").list())
                .containsExactly(new RenamedPet("o", "a", "Eve"), new RenamedPet("o", "b", null));
    }

    @Test
    void theOwnMemberCountsWhereBothAreThere() {
        Samples.put(
                store,
                "pets:o",
                "[{\"id\":\"a\",\"name\":\"old\",\"label\":\"new\"},{\"id\":\"b\",\"label\":null,\"name\":\"old\"}]");
        assertThat(renamed.partition("o").list())
                .containsExactly(new RenamedPet("o", "a", "new"), new RenamedPet("o", "b", null));
    }

    @Test
    void aFormerMemberThatAnotherFieldHoldsIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EntityType.of(RenamedPet.class)
                        .named("pets")
                        .identifiedBy(RenamedPet::id)
                        .keyValue("pets:{id}", Blob.<RenamedPet>object().formerlyAt(RenamedPet::label, "owner"))
                        .build())
                .withMessageContaining("two fields are placed at owner");
    }
}
