package io.storeway.examples.feargreedbot;

import static org.assertj.core.api.Assertions.assertThat;

import io.storeway.Identities;
import io.storeway.examples.feargreedbot.BotSchema.Execution;
import io.storeway.examples.feargreedbot.BotSchema.User;
import io.storeway.examples.feargreedbot.Chats.Chat;
import io.storeway.migrate.BackfillReport;
import io.storeway.migrate.ResidueItem;
import io.storeway.sql.SqlStorage;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeTry;

/** What a migration carries over. */
class MigrationProperties {

    private static final World world = new World();

    @AfterContainer
    static void close() {
        world.close();
    }

    @BeforeTry
    void clear() {
        world.clear();
    }

    @Provide
    Arbitrary<List<Chat>> chats() {
        return Chats.some();
    }

    private static BackfillReport migrate(List<Chat> chats) {
        world.write(Chats.namespace(chats));
        return world.migration().backfill();
    }

    /** Feature: kv-to-d1-migration, Property 3: Migration idempotency. */
    @Property(tries = 100)
    void migratingAgainChangesNothing(
            @ForAll("chats") List<Chat> chats, @ForAll @IntRange(min = 1, max = 2) int times) {
        assertThat(migrate(chats).writes()).isPositive();
        List<String> rows = dump();
        for (int i = 0; i < times; i++) {
            BackfillReport again = world.migration().backfill();
            assertThat(again.writes()).isZero();
            assertThat(again.clean()).isTrue();
        }
        assertThat(dump()).isEqualTo(rows);
    }

    @Example
    void theSchemaIsCreatedOnceAndThenLeftAlone() {
        SqlStorage.open(world.pool(), BotSchema.CATALOG).close();
        assertThat(SqlStorage.changes(world.pool(), BotSchema.CATALOG).changes())
                .isEmpty();
    }

    private static List<String> dump() {
        List<String> all = new ArrayList<>();
        world.database
                .catalog()
                .types()
                .forEach(type -> world.database
                        .repository(type)
                        .all()
                        .allowScan()
                        .list()
                        .forEach(record -> all.add(record.toString())));
        return all;
    }

    /** Feature: kv-to-d1-migration, Property 6: Subscription data migration completeness. */
    @Property(tries = 100)
    void everySubscriberArrives(@ForAll("chats") List<Chat> chats) {
        migrate(chats);
        assertThat(world.database.repository(BotSchema.USERS).partition().list())
                .extracting(User::chatId)
                .containsExactlyElementsOf(chats.stream().map(Chat::id).toList());
        assertThat(world.column("SELECT subscription_status FROM users"))
                .hasSameSizeAs(chats)
                .containsOnly("1");
    }

    /** Feature: kv-to-d1-migration, Property 7: Watchlist data migration completeness. */
    @Property(tries = 100)
    void everyTickerOfEveryWatchlistArrives(@ForAll("chats") List<Chat> chats) {
        migrate(chats);
        for (Chat chat : chats) {
            assertThat(world.bot().watchlists().getWatchlist(chat.id())).isEqualTo(chat.tickers());
        }
    }

    /** Feature: kv-to-d1-migration, Property 8: Execution history migration completeness. */
    @Property(tries = 100)
    void everyExecutionArrivesWithAllFieldsUnderADeterministicId(@ForAll("chats") List<Chat> chats) {
        migrate(chats);
        for (Chat chat : chats) {
            assertThat(world.bot().executions().getExecutionHistory(chat.id(), null))
                    .isEqualTo(chat.executions());
            Map<SignalExecution, Integer> before = new HashMap<>();
            List<Execution> rows = world.database
                    .repository(BotSchema.EXECUTIONS)
                    .partition(chat.id())
                    .list();
            for (int i = 0; i < rows.size(); i++) {
                int equal = before.merge(chat.executions().get(i), 1, Integer::sum) - 1;
                assertThat(rows.get(i).id()).isEqualTo(Identities.ofContent(BotSchema.EXECUTIONS, rows.get(i), equal));
            }
        }
    }

    /** Feature: kv-to-d1-migration, Property 9: Active position migration completeness. */
    @Property(tries = 100)
    void everyPositionArrivesWithAllFields(@ForAll("chats") List<Chat> chats) {
        migrate(chats);
        for (Chat chat : chats) {
            assertThat(world.bot().positions().getActivePosition(chat.id()))
                    .isEqualTo(Optional.ofNullable(chat.position()));
        }
    }

    /** Feature: kv-to-d1-migration, Property 10: Cache data migration completeness. */
    @Property(tries = 100)
    void aCacheEntryArrivesWithTheTimeAtWhichItEnds(
            @ForAll @IntRange(min = 0, max = 100) int score, @ForAll @LongRange(min = 0, max = 299_999) long age) {
        Instant stored = World.NOW.minusMillis(age);
        world.write(Map.of(
                "fear_greed_cache",
                "{\"data\":{\"score\":" + score + "},\"timestamp\":" + stored.toEpochMilli() + "}"));
        world.migration().backfill();
        assertThat(world.column("SELECT cache_key FROM cache")).containsExactly("fear_greed_cache");
        assertThat(world.column("SELECT cache_value FROM cache")).containsExactly("{\"score\":" + score + "}");
        assertThat(world.column("SELECT expires_at FROM cache"))
                .containsExactly(
                        String.valueOf(stored.plus(Duration.ofMinutes(5)).toEpochMilli()));
    }

    @Provide
    Arbitrary<Set<Integer>> places() {
        return Arbitraries.integers().between(0, 5).set().ofMinSize(1).ofMaxSize(4);
    }

    @Provide
    Arbitrary<String> garbage() {
        return Arbitraries.of("not json", "{\"ticker\":\"SPY\"", "\"SPY\"", "17", "{}", "null", "");
    }

    /** Feature: kv-to-d1-migration, Property 11: Migration error resilience. */
    @Property(tries = 100)
    void aBadRecordIsNamedAndHoldsUpNoOther(
            @ForAll("chats") List<Chat> chats, @ForAll("places") Set<Integer> places, @ForAll("garbage") String bad) {
        Map<String, String> entries = Chats.namespace(chats);
        Set<String> poisoned = new HashSet<>();
        places.stream()
                .filter(place -> place < chats.size())
                .forEach(place -> poisoned.add(chats.get(place).id()));
        poisoned.forEach(chat -> entries.put("watchlist:" + chat, bad));
        world.write(entries);
        world.migration().backfill();

        List<ResidueItem> residue = new ArrayList<>();
        world.migration().residue(residue::add);
        assertThat(residue).extracting(ResidueItem::partition).containsExactlyInAnyOrderElementsOf(poisoned);
        assertThat(residue).allSatisfy(item -> {
            assertThat(item.entity()).isEqualTo("watchlists");
            assertThat(item.residue().reason()).isNotBlank();
        });
        for (Chat chat : chats) {
            assertThat(world.bot().watchlists().getWatchlist(chat.id()))
                    .isEqualTo(poisoned.contains(chat.id()) ? List.of() : chat.tickers());
            assertThat(world.bot().executions().getExecutionHistory(chat.id(), null))
                    .isEqualTo(chat.executions());
        }
        assertThat(world.migration().verify().equal()).isTrue();
    }
}
