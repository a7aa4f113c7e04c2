package io.storeway.examples.feargreedbot;

import static org.assertj.core.api.Assertions.assertThat;

import io.storeway.testkit.data.NastyData;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeTry;

/** The statements that the bot runs: no input in them, and an index for each. */
class QueryProperties {

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
    Arbitrary<String> ids() {
        return Chats.ids();
    }

    @Provide
    Arbitrary<String> tickers() {
        return Chats.tickers();
    }

    @Provide
    Arbitrary<String> hostile() {
        Arbitrary<String> made = Arbitraries.of(
                        "'", "\"", ";", "--", "/*", "*/", " OR 1=1", "DROP TABLE users", "\\", "%", "_")
                .list()
                .ofMinSize(2)
                .ofMaxSize(6)
                .map(parts -> "x" + String.join("", parts));
        return Arbitraries.oneOf(made, Arbitraries.of(NastyData.injections()));
    }

    /** The plans of the selects and changes that the action runs. */
    private static List<String> plans(Runnable action) {
        int before = world.connections.statements().size();
        action.run();
        List<String> statements = world.connections.statements();
        List<String> plans = statements.subList(before, statements.size()).stream()
                .filter(sql -> sql.matches("(?s)(SELECT|DELETE|UPDATE) .*"))
                .map(sql -> String.join("\n", world.planOf(sql)))
                .toList();
        assertThat(plans).as("the action ran statements").isNotEmpty();
        return plans;
    }

    /** Feature: kv-to-d1-migration, Property 4: SQL injection prevention. */
    @Property(tries = 100)
    void inputNeverBecomesAStatement(@ForAll("hostile") String input) {
        Bot bot = world.bot();
        bot.subscriptions().addChatId("42");
        bot.watchlists().addTicker("42", "SPY");
        int before = world.connections.statements().size();
        bot.subscriptions().addChatId(input);
        bot.watchlists().addTicker(input, input);
        bot.execute(input, SignalType.BUY, input, 1, null);
        assertThat(bot.watchlists().getWatchlist(input)).containsExactly(input);
        assertThat(bot.executions().getExecutionHistory(input, input)).hasSize(1);
        assertThat(bot.positions().getActivePosition(input)).contains(new ActivePosition(input, 1));
        assertThat(bot.cache().get(input)).isEmpty();
        List<String> statements = world.connections.statements();
        assertThat(statements.subList(before, statements.size()))
                .noneMatch(sql -> input.length() > 1 && sql.contains(input));
        assertThat(bot.subscriptions().removeChatId(input)).isTrue();
        assertThat(bot.subscriptions().getChatIds()).containsExactly("42");
        assertThat(bot.watchlists().getWatchlist("42")).containsExactly("SPY");
    }

    /** Feature: kv-to-d1-migration, Property 22: Index usage for user queries. */
    @Property(tries = 100)
    void aQueryByChatUsesAnIndex(@ForAll("ids") String chat) {
        assertThat(plans(() -> world.bot().subscriptions().chatIdExists(chat)))
                .allSatisfy(plan -> assertThat(plan)
                        .contains("USING")
                        .contains("(chat_id=?")
                        .doesNotContain("SCAN"));
    }

    /** Feature: kv-to-d1-migration, Property 23: Index usage for execution queries. */
    @Property(tries = 100)
    void aQueryByChatAndDateUsesAnIndexOverBoth(@ForAll("ids") String chat) {
        assertThat(plans(() -> world.database
                        .repository(BotSchema.EXECUTIONS)
                        .partition(chat)
                        .query()
                        .where(BotSchema.EXECUTIONS
                                .field(BotSchema.Execution::executionDate)
                                .ge(World.NOW))
                        .list()))
                .allSatisfy(plan -> assertThat(plan)
                        .contains("(chat_id=? AND execution_date>?)")
                        .doesNotContain("SCAN"));
        assertThat(plans(() -> world.bot().executions().getLatestExecution(chat, null)))
                .allSatisfy(plan -> assertThat(plan).contains("(chat_id=?").doesNotContain("SCAN"));
    }

    /** Feature: kv-to-d1-migration, Property 24: Index usage for watchlist queries. */
    @Property(tries = 100)
    void aQueryOfAWatchlistUsesAnIndex(@ForAll("ids") String chat) {
        assertThat(plans(() -> world.bot().watchlists().getWatchlist(chat)))
                .allSatisfy(plan -> assertThat(plan)
                        .contains("USING")
                        .contains("(chat_id=?")
                        .doesNotContain("SCAN"));
    }

    /** Feature: kv-to-d1-migration, Property 25: Index usage for position queries. */
    @Property(tries = 100)
    void aQueryOfAPositionUsesAnIndex(@ForAll("ids") String chat, @ForAll("tickers") String ticker) {
        assertThat(plans(() -> world.database
                        .repository(BotSchema.POSITIONS)
                        .partition(chat)
                        .query()
                        .where(BotSchema.POSITIONS
                                .field(BotSchema.Position::ticker)
                                .eq(ticker))
                        .list()))
                .allSatisfy(plan -> assertThat(plan)
                        .containsAnyOf("(chat_id=?", "(ticker=?")
                        .doesNotContain("SCAN"));
    }

    /** Feature: kv-to-d1-migration, Property 26: Index usage for cache queries. */
    @Property(tries = 100)
    void aQueryOfTheCacheUsesAnIndex(@ForAll("tickers") String key) {
        assertThat(plans(() -> world.bot().cache().get(key)))
                .allSatisfy(plan -> assertThat(plan).contains("(cache_key=?").doesNotContain("SCAN"));
        assertThat(plans(() -> world.bot().cache().cleanup()))
                .allSatisfy(plan -> assertThat(plan).contains("(expires_at<?").doesNotContain("SCAN"));
    }
}
