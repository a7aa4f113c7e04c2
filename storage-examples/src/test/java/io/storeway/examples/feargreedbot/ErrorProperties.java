package io.storeway.examples.feargreedbot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.storeway.error.StorageException;
import java.sql.SQLException;
import java.util.List;
import java.util.function.Consumer;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeTry;

/** What a caller learns when the database fails. */
class ErrorProperties {

    private static final World world = new World();

    @AfterContainer
    static void close() {
        world.close();
    }

    @BeforeTry
    void clear() {
        world.clear();
        world.bot().subscriptions().addChatId("1");
        world.breakAt(call -> call.verb().equals("execute"));
    }

    /** An operation of the bot, by name. */
    record Action(String name, Consumer<Bot> run) {

        @Override
        public String toString() {
            return name;
        }
    }

    private static Action action(String name, Consumer<Bot> run) {
        return new Action(name, run);
    }

    private static final List<Action> QUERIES = List.of(
            action("getChatIds", bot -> bot.subscriptions().getChatIds()),
            action("chatIdExists", bot -> bot.subscriptions().chatIdExists("1")),
            action("getWatchlist", bot -> bot.watchlists().getWatchlist("1")),
            action("getExecutionHistory", bot -> bot.executions().getExecutionHistory("1", "SPY")),
            action("getLatestExecution", bot -> bot.executions().getLatestExecution("1", null)),
            action("getActivePosition", bot -> bot.positions().getActivePosition("1")),
            action("cache.get", bot -> bot.cache().get(CacheRepository.FEAR_GREED)));

    private static final List<Action> WRITES = List.of(
            action("addChatId", bot -> bot.subscriptions().addChatId("2")),
            action("removeChatId", bot -> bot.subscriptions().removeChatId("1")),
            action("addTicker", bot -> bot.watchlists().addTicker("1", "SPY")),
            action("removeTicker", bot -> bot.watchlists().removeTicker("1", "SPY")),
            action("clearWatchlist", bot -> bot.watchlists().clearWatchlist("1")),
            action("execute", bot -> bot.execute("1", SignalType.BUY, "SPY", 1, null)),
            action("setActivePosition", bot -> bot.positions().setActivePosition("1", "SPY", 1)),
            action("clearActivePosition", bot -> bot.positions().clearActivePosition("1")),
            action("cleanup", bot -> bot.cache().cleanup()));

    @Provide
    Arbitrary<Action> queries() {
        return Arbitraries.of(QUERIES);
    }

    @Provide
    Arbitrary<Action> writes() {
        return Arbitraries.of(WRITES);
    }

    @Provide
    Arbitrary<String> messages() {
        return Arbitraries.of(
                "/start", "/stop", "/watch NVDA", "/unwatch NVDA", "/watchlist", "/buy NVDA 450.5", "/history");
    }

    private static StorageException failure(Action action) {
        StorageException failure =
                catchThrowableOfType(StorageException.class, () -> action.run().accept(world.bot()));
        assertThat(failure).as("%s fails", action).isNotNull();
        return failure;
    }

    /** Feature: kv-to-d1-migration, Property 5: Database error handling. */
    @Property(tries = 100)
    void aFailedOperationIsATypedErrorWithContext(@ForAll("writes") Action action) {
        StorageException failure = failure(action);
        assertThat(failure.context().operation()).isNotBlank();
        assertThat(failure.context().backend()).isEqualTo("sqlite");
        assertThat(failure).hasRootCauseInstanceOf(SQLException.class);
    }

    /** Feature: kv-to-d1-migration, Property 18: D1 error wrapping. */
    @Property(tries = 100)
    void aFailedQueryIsWrappedWithItsCause(@ForAll("queries") Action action) {
        StorageException failure = failure(action);
        assertThat(failure.context().operation()).isNotBlank();
        assertThat(failure.getMessage()).contains("[" + failure.context().operation() + " on sqlite");
        assertThat(failure).hasRootCauseInstanceOf(SQLException.class);
        assertThat(failure.retryable()).isTrue();
    }

    /** Feature: kv-to-d1-migration, Property 21: Error logging completeness. */
    @Property(tries = 100)
    void whatFailsIsLoggedWithMessageAndStackTraceAndWithoutValues(@ForAll("messages") String message) {
        RecordingLogger log = new RecordingLogger();
        String answer = new Commands(world.bot(), log).answer("4711471147", message);
        assertThat(answer).startsWith("That did not work.");
        RecordingLogger.Line line = log.lines().get(0);
        Throwable thrown = line.thrown();
        assertThat(line.message()).contains("on sqlite").doesNotContain("4711471147", "NVDA", "450.5");
        assertThat(thrown)
                .isInstanceOfSatisfying(
                        StorageException.class,
                        failure -> assertThat(failure.getStackTrace()).isNotEmpty());
    }
}
