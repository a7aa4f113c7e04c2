package io.storeway.examples.feargreedbot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.storeway.error.ConstraintViolationException;
import io.storeway.error.StorageException;
import io.storeway.examples.feargreedbot.BotSchema.WatchlistEntry;
import io.storeway.testkit.fault.FaultyDataSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeTry;

/** What belongs together is there as a whole or not at all. */
class TransactionProperties {

    private static final World world = new World();

    @AfterContainer
    static void close() {
        world.close();
    }

    @BeforeTry
    void clear() {
        world.clear();
        world.bot().subscriptions().addChatId("42");
    }

    @Provide
    Arbitrary<SignalExecution> executions() {
        return Chats.executions();
    }

    private static List<WatchlistEntry> entries(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> new WatchlistEntry("42", "T" + i, null))
                .toList();
    }

    private static long rows() {
        return Long.parseLong(
                world.column("SELECT (SELECT COUNT(*) FROM watchlists) + (SELECT COUNT(*) FROM executions)"
                                + " + (SELECT COUNT(*) FROM active_positions)")
                        .get(0));
    }

    /** Feature: kv-to-d1-migration, Property 19: Transaction rollback on failure. */
    @Property(tries = 100)
    void aTransactionThatFailsLeavesNothing(
            @ForAll @IntRange(min = 0, max = 8) int writes, @ForAll boolean byTheDatabase) {
        assertThatThrownBy(() -> world.database.transact(unit -> {
                    entries(writes)
                            .forEach(entry -> unit.repository(BotSchema.WATCHLISTS)
                                    .partition("42")
                                    .append(entry));
                    if (byTheDatabase) {
                        unit.repository(BotSchema.POSITIONS)
                                .insert(new BotSchema.Position("nobody", "SPY", 1, null, null));
                    }
                    throw new IllegalStateException("the work fails");
                }))
                .isInstanceOf(byTheDatabase ? ConstraintViolationException.class : IllegalStateException.class);
        assertThat(rows()).isZero();
    }

    /** Feature: kv-to-d1-migration, Property 27: Batch operations use transactions. */
    @Property(tries = 100)
    void aBatchIsOneTransaction(
            @ForAll @IntRange(min = 2, max = 200) int size, @ForAll @IntRange(min = 0, max = 199) int taken) {
        var watchlist = world.database.repository(BotSchema.WATCHLISTS).partition("42");
        watchlist.append(new WatchlistEntry("42", "T" + taken % size, null));
        assertThatThrownBy(() -> watchlist.appendAll(entries(size))).isInstanceOf(ConstraintViolationException.class);
        assertThat(rows()).isEqualTo(1);

        watchlist.clear();
        AtomicInteger commits = new AtomicInteger();
        world.breakAt(call -> {
            commits.addAndGet(call.verb().equals("commit") ? 1 : 0);
            return false;
        });
        watchlist.appendAll(entries(size));
        assertThat(commits).hasValue(1);
        assertThat(rows()).isEqualTo(size);
    }

    /** Feature: kv-to-d1-migration, Property 28: Related operations use transactions. */
    @Property(tries = 100)
    void anExecutionAndItsPositionAreOneTransaction(
            @ForAll("executions") SignalExecution done, @ForAll boolean atTheSecond) {
        Bot bot = world.bot();
        bot.positions().setActivePosition("42", "OLD", 1);
        String table = atTheSecond ? "\"active_positions\"" : "\"executions\"";
        world.breakAt(FaultyDataSource.statement(sql -> !sql.startsWith("SELECT") && sql.contains(table)));
        assertThatThrownBy(() ->
                        bot.execute("42", done.signalType(), done.ticker(), done.executionPrice(), done.signalPrice()))
                .isInstanceOf(StorageException.class);
        world.breakAt(call -> false);
        assertThat(bot.executions().getExecutionHistory("42", null)).isEmpty();
        assertThat(bot.positions().getActivePosition("42")).contains(new ActivePosition("OLD", 1));

        bot.execute("42", done.signalType(), done.ticker(), done.executionPrice(), done.signalPrice());
        assertThat(bot.executions().getExecutionHistory("42", null)).hasSize(1);
        assertThat(bot.positions().getActivePosition("42").isPresent()).isEqualTo(done.signalType() == SignalType.BUY);
    }
}
