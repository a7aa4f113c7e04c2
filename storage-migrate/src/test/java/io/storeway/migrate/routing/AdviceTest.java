package io.storeway.migrate.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.openfeature.sdk.Client;
import dev.openfeature.sdk.OpenFeatureAPI;
import dev.openfeature.sdk.providers.memory.Flag;
import dev.openfeature.sdk.providers.memory.InMemoryProvider;
import io.storeway.Catalog;
import io.storeway.Storage;
import io.storeway.Storages;
import io.storeway.kv.MemoryStore;
import io.storeway.kv.MvStore;
import io.storeway.migrate.routing.MovesTest.Entry;
import io.storeway.migrate.routing.internal.control.ControlRecords;
import io.storeway.migrate.routing.internal.membership.Member;
import io.storeway.spi.KeyValueStore;
import io.storeway.spi.KeyValueStore.Write;
import io.storeway.testkit.ManualClock;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Flags wish; the stage record decides. */
class AdviceTest {

    private static final String FLAG = "feature:enable_d1_reads";

    @TempDir
    Path folder;

    private final ManualClock clock = new ManualClock(Instant.parse("2026-01-01T00:00:00Z"));
    private Storage old;
    private Storage fresh;
    private KeyValueStore flags;
    private RoutedStorage routed;
    private StageAdvisor advisor = () -> Wish.NONE;

    @BeforeEach
    void open() {
        Catalog catalog = Catalog.of(MovesTest.ENTRIES);
        old = Storages.open("memory:", catalog, clock);
        fresh = Storages.open("jdbc:sqlite:" + folder.resolve("new.db"), catalog, clock);
        flags = MvStore.open(folder.resolve("flags.mv"));
        old.repository(MovesTest.ENTRIES).save(new Entry("o", "n", 1));
        routed = instance("one");
    }

    private RoutedStorage instance(String name) {
        return RoutedStorage.between(old, fresh)
                .instance(name)
                .clock(clock)
                .followers(0)
                .shadowComparisons(0)
                .shadowSample(0)
                .advisedBy(() -> advisor.wish())
                .stepwise(clock::advance)
                .open();
    }

    @AfterEach
    void close() {
        routed.close();
        flags.close();
        old.close();
        fresh.close();
    }

    private void flag(String text) {
        flags.commit(List.of(), List.of(Write.put(FLAG, text.getBytes(StandardCharsets.UTF_8))));
    }

    private Stage recorded() {
        return routed.control().status().stage();
    }

    /** A full share read from the new storage, which holds something else, so that a read tells where it went. */
    private void readEverythingNew() {
        Moves.to(routed, Stage.READ_NEW);
        routed.control().percent(100, "test", "everybody");
        fresh.repository(MovesTest.ENTRIES).save(new Entry("o", "n", 2));
        routed.routing().tick();
        assertThat(weight()).isEqualTo(2);
    }

    private long weight() {
        return routed.repository(MovesTest.ENTRIES).find("o", "n").orElseThrow().weight();
    }

    @Test
    void aWishIsFollowedOneStepAtATimeAsFarAsTheGuardsAllow() {
        Moves.to(routed, Stage.DUAL_WRITE);
        routed.control().backfill("test", "copy");
        advisor = () -> new Wish(Stage.LIVE, OptionalInt.empty(), true);
        List<Stage> seen = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            routed.routing().tick();
            seen.add(recorded());
        }
        assertThat(seen).containsExactly(Stage.SHADOW, Stage.READ_NEW, Stage.READ_NEW, Stage.READ_NEW);
        assertThat(routed.advice()).hasValueSatisfying(text -> assertThat(text).contains("at 0 percent, not at 100"));
        assertThat(routed.control().history())
                .last()
                .satisfies(change -> assertThat(change.by()).contains("advisor"));
    }

    @Test
    void aStepThatARecordForbidsIsTakenAsSoonAsItAllowsIt() {
        advisor = () -> new Wish(Stage.DUAL_WRITE, OptionalInt.empty(), true);
        routed.routing().tick();
        assertThat(routed.advice()).hasValueSatisfying(text -> assertThat(text).contains("OLD_NOT_DURABLE"));
        for (Preflight.Risk risk : Preflight.Risk.values()) {
            routed.control().acknowledge(risk, "test", "a test may lose data");
        }
        routed.routing().tick();
        routed.routing().tick();
        assertThat(recorded()).isEqualTo(Stage.DUAL_WRITE);
        assertThat(routed.advice()).isEmpty();
    }

    @Test
    void aStepThatHasComparedEverythingInVainIsTriedAgainAfterHalfAMinute() {
        Moves.to(routed, Stage.DUAL_WRITE);
        routed.control().backfill("test", "copy");
        fresh.repository(MovesTest.ENTRIES).save(new Entry("o", "n", 2));
        advisor = () -> new Wish(Stage.SHADOW, OptionalInt.empty(), true);
        routed.routing().tick();
        assertThat(routed.advice()).hasValueSatisfying(text -> assertThat(text).contains("1 items differ"));
        routed.control().repair("test", "mend");
        routed.routing().tick();
        assertThat(recorded()).isEqualTo(Stage.DUAL_WRITE);
        clock.advance(Duration.ofSeconds(31));
        routed.routing().tick();
        routed.routing().tick();
        assertThat(recorded()).isEqualTo(Stage.SHADOW);
    }

    @Test
    void aShareIsWishedInReadNew() {
        Moves.to(routed, Stage.READ_NEW);
        advisor = () -> Wish.parse("read-new 25");
        routed.routing().tick();
        assertThat(routed.control().status().percent()).isEqualTo(25);
    }

    @Test
    void noFlagLeadsToOffOrComplete() {
        Moves.to(routed, Stage.DUAL_WRITE);
        advisor = () -> Wish.parse("off");
        routed.routing().tick();
        assertThat(recorded()).isEqualTo(Stage.DUAL_WRITE);
        assertThat(routed.advice()).hasValueSatisfying(text -> assertThat(text).contains("operator"));
        advisor = () -> Wish.NONE;
        Moves.to(routed, Stage.RAMP_DOWN);
        advisor = () -> Wish.parse("complete");
        routed.routing().tick();
        assertThat(recorded()).isEqualTo(Stage.RAMP_DOWN);
        assertThat(routed.advice()).hasValueSatisfying(text -> assertThat(text).contains("no way back"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "maybe", "TRUE", "switching", "read_new x", "read_new 101", "live 10", "{\"stage\":1}"})
    void garbageInAKeyChangesNothingAndIsReported(String text) {
        readEverythingNew();
        long epoch = routed.control().status().epoch();
        advisor = StageAdvisor.key(flags, FLAG);
        flag(text);
        routed.routing().tick();
        routed.routing().tick();
        assertThat(routed.control().status().epoch()).isEqualTo(epoch);
        assertThat(weight()).isEqualTo(2);
        assertThat(routed.advice())
                .hasValueSatisfying(problem -> assertThat(problem).contains("nothing changes"));
        assertThat(routed.control().status().instances())
                .singleElement()
                .satisfies(instance -> assertThat(instance.note()).contains("nothing changes"));
    }

    @Test
    void aFlagThatErrsOrIsLateChangesNothingAndIsReported() {
        readEverythingNew();
        long epoch = routed.control().status().epoch();
        advisor = StageAdvisor.key(flags, FLAG);
        flags.close();
        routed.routing().tick();
        assertThat(routed.advice()).isPresent();
        List<Runnable> queued = new ArrayList<>();
        ControlRecords controls = new ControlRecords(old, "default", clock);
        Member member = routed.routing().member();
        Advice advice = new Advice(
                Wish::killed,
                member,
                controls,
                routed.control(),
                routed.routing().options(),
                queued::add);
        advice.ask();
        clock.advance(Duration.ofSeconds(6));
        advice.ask();
        assertThat(queued).hasSize(1);
        assertThat(advice.problem()).hasValueSatisfying(text -> assertThat(text).contains("has not answered"));
        queued.get(0).run();
        assertThat(advice.problem()).hasValueSatisfying(text -> assertThat(text).contains("took longer"));
        assertThat(weight()).isEqualTo(2);
        assertThat(routed.control().status().epoch()).isEqualTo(epoch);
    }

    @Test
    void theSeedsSwitchTakesReadsBackAtOnceAndForGood() {
        readEverythingNew();
        advisor = StageAdvisor.key(flags, FLAG);
        flag("true");
        routed.routing().tick();
        assertThat(recorded()).isEqualTo(Stage.READ_NEW);
        flag("false");
        routed.routing().tick();
        assertThat(weight()).isEqualTo(1);
        assertThat(recorded()).isEqualTo(Stage.SHADOW);
        flag("true");
        routed.routing().tick();
        assertThat(recorded()).as("true allows, and moves nothing").isEqualTo(Stage.SHADOW);
    }

    @Test
    void everyInstanceObeysTheKillSwitchThoughOneAloneMovesTheStage() {
        try (RoutedStorage two = instance("two")) {
            Moves.to(routed, two, Stage.READ_NEW);
            routed.control().percent(100, "test", "everybody");
            fresh.repository(MovesTest.ENTRIES).save(new Entry("o", "n", 2));
            two.routing().tick();
            assertThat(two.repository(MovesTest.ENTRIES)
                            .find("o", "n")
                            .orElseThrow()
                            .weight())
                    .isEqualTo(2);
            advisor = Wish::killed;
            two.routing().tick();
            assertThat(recorded()).isEqualTo(Stage.READ_NEW);
            assertThat(two.repository(MovesTest.ENTRIES)
                            .find("o", "n")
                            .orElseThrow()
                            .weight())
                    .isEqualTo(1);
            routed.routing().tick();
            assertThat(recorded()).isEqualTo(Stage.SHADOW);
        }
    }

    @ParameterizedTest
    @CsvSource({"DUAL_WRITE", "SHADOW", "LIVE", "RAMP_DOWN"})
    void theKillSwitchNeverAddsExposure(Stage stage) {
        Moves.to(routed, stage);
        advisor = () -> new Wish(Stage.COMPLETE, OptionalInt.of(100), false);
        routed.routing().tick();
        routed.routing().tick();
        assertThat(recorded()).isEqualTo(stage);
    }

    @Test
    void aStageWishedTogetherWithTheKillSwitchWaitsAndIsReported() {
        advisor = () -> new Wish(Stage.DUAL_WRITE, OptionalInt.empty(), false);
        routed.routing().tick();
        assertThat(recorded()).isEqualTo(Stage.OFF);
        assertThat(routed.advice())
                .hasValueSatisfying(text -> assertThat(text).contains("DUAL_WRITE waits", "kill switch is on"));
        advisor = () -> new Wish(Stage.OFF, OptionalInt.empty(), false);
        routed.routing().tick();
        assertThat(routed.advice()).isEmpty();
    }

    @Test
    void anErrorOfTheAdvisorIsReportedAsAnExceptionIs() {
        advisor = () -> {
            throw new StackOverflowError();
        };
        routed.routing().tick();
        assertThat(routed.advice())
                .hasValueSatisfying(text -> assertThat(text).contains("nothing changes", "StackOverflowError"));
    }

    @Test
    void aFileAndSystemPropertiesWish() throws IOException {
        Path file = folder.resolve("flags.properties");
        StageAdvisor advised = StageAdvisor.file(file);
        assertThat(advised.wish()).isEqualTo(Wish.NONE);
        Files.writeString(file, "stage = dualwrite\npercent = 5\nreadNew = false\n");
        assertThat(advised.wish()).isEqualTo(new Wish(Stage.DUAL_WRITE, OptionalInt.of(5), false));
        Files.writeString(file, "stagge = live\n");
        assertThatThrownBy(advised::wish).hasMessageContaining("stagge");
        StageAdvisor properties = StageAdvisor.systemProperties("advice-test");
        assertThat(properties.wish()).isEqualTo(Wish.NONE);
        System.setProperty("storage.advice-test.stage", "Ramp-Down");
        try {
            assertThat(properties.wish()).isEqualTo(new Wish(Stage.RAMP_DOWN, OptionalInt.empty(), true));
        } finally {
            System.clearProperty("storage.advice-test.stage");
        }
    }

    @Test
    void aWrongFlagIsNamedWithWhereItIsAndWithoutItsText() throws IOException {
        Path file = folder.resolve("flags.properties");
        for (String wrong : List.of("stage = hunter2", "percent = 101", "percent = hunter2", "readNew = hunter2")) {
            Files.writeString(file, wrong + "\n");
            assertThatThrownBy(StageAdvisor.file(file)::wish)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContainingAll("flags.properties", ": ")
                    .hasMessageNotContaining("hunter2");
        }
        KeyValueStore store = new MemoryStore();
        store.commit(List.of(), List.of(Write.put("flag", "hunter2".getBytes(StandardCharsets.UTF_8))));
        assertThatThrownBy(StageAdvisor.key(store, "flag")::wish)
                .hasMessageContaining("The flag flag: ")
                .hasMessageNotContaining("hunter2");
    }

    @Test
    void openFeatureWishesWithFlagsThatAreThereAndNothingByDefaults() {
        OpenFeatureAPI api = OpenFeatureAPI.getInstance();
        Client client = api.getClient("advice-test");
        StageAdvisor advised = OpenFeatureAdvisor.of(client, "books");
        InMemoryProvider provider = new InMemoryProvider(Map.of(
                "storage.books.stage",
                flag("shadow", String.class),
                "storage.books.readNew",
                flag(false, Boolean.class)));
        api.setProviderAndWait("advice-test", provider);
        assertThat(advised.wish()).isEqualTo(new Wish(Stage.SHADOW, OptionalInt.empty(), false));
        assertThat(OpenFeatureAdvisor.of(client, "others").wish()).isEqualTo(Wish.NONE);
        api.setProviderAndWait(
                "advice-test", new InMemoryProvider(Map.of("storage.books.stage", flag(7, Integer.class))));
        assertThatThrownBy(advised::wish).hasMessageContaining("TYPE_MISMATCH");
        api.setProviderAndWait(
                "advice-test", new InMemoryProvider(Map.of("storage.books.percent", flag(-1, Integer.class))));
        assertThatThrownBy(advised::wish).hasMessageContaining("not -1");
        for (String empty : List.of("", " ")) {
            api.setProviderAndWait(
                    "advice-test", new InMemoryProvider(Map.of("storage.books.stage", flag(empty, String.class))));
            assertThatThrownBy(advised::wish).hasMessageContaining("not the name of a stage");
        }
        api.setProviderAndWait(
                "advice-test", new InMemoryProvider(Map.of("storage.books.stage", flag("unset", String.class))));
        assertThat(advised.wish()).isEqualTo(Wish.NONE);
        provider.shutdown();
        api.shutdown();
        assertThatThrownBy(advised::wish).isInstanceOf(RuntimeException.class);
    }

    private static <V> Flag<V> flag(V value, Class<V> type) {
        return Flag.<V>builder()
                .variant("v", type.cast(value))
                .defaultVariant("v")
                .build();
    }

    @Test
    void aFileThatCantBeLookedAtIsNoFileThatIsNotThere() throws IOException {
        Path one = folder.resolve("one.properties");
        Path two = folder.resolve("two.properties");
        Files.createSymbolicLink(one, two);
        assertThat(StageAdvisor.file(one).wish()).isEqualTo(Wish.NONE);
        Files.createSymbolicLink(two, one);
        assertThatThrownBy(StageAdvisor.file(one)::wish).hasMessageContaining("one.properties");
    }

    @Test
    void aWishForLiveWithAShareSetsTheShareOnTheWay() {
        Moves.to(routed, Stage.READ_NEW);
        advisor = () -> new Wish(Stage.LIVE, OptionalInt.of(100), true);
        routed.routing().tick();
        assertThat(routed.control().status().percent()).isEqualTo(100);
        routed.routing().tick();
        assertThat(recorded()).isEqualTo(Stage.LIVE);
    }
}
