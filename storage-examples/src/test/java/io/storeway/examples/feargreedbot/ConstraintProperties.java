package io.storeway.examples.feargreedbot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.storeway.error.ConstraintKind;
import io.storeway.error.ConstraintViolationException;
import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeTry;

/** What the tables refuse. */
class ConstraintProperties {

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
    Arbitrary<SignalExecution> executions() {
        return Chats.executions();
    }

    private static ConstraintViolationException refused(Runnable write) {
        ConstraintViolationException refusal = catchThrowableOfType(ConstraintViolationException.class, write::run);
        assertThat(refusal).as("the write is refused").isNotNull();
        return refusal;
    }

    /** Feature: kv-to-d1-migration, Property 1: Foreign key constraint enforcement. */
    @Property(tries = 100)
    void foreignKeysAreEnforced(
            @ForAll("ids") String chat, @ForAll("tickers") String ticker, @ForAll("executions") SignalExecution done) {
        Bot bot = world.bot();
        List<Runnable> writes = List.of(
                () -> bot.watchlists().addTicker(chat, ticker),
                () -> bot.positions().setActivePosition(chat, ticker, done.executionPrice()),
                () -> bot.executions()
                        .recordExecution(
                                chat,
                                done.signalType(),
                                ticker,
                                done.executionPrice(),
                                done.signalPrice(),
                                done.executionDate()));
        for (Runnable write : writes) {
            assertThat(refused(write).kind()).isEqualTo(ConstraintKind.REFERENCE);
        }
        assertThat(world.column("SELECT 1 FROM watchlists UNION ALL SELECT 1 FROM executions"
                        + " UNION ALL SELECT 1 FROM active_positions"))
                .isEmpty();
    }

    /** Feature: kv-to-d1-migration, Property 2: Unique constraint enforcement. */
    @Property(tries = 100)
    void uniqueKeysAreEnforced(
            @ForAll("ids") String chat, @ForAll("tickers") String ticker, @ForAll("tickers") String other) {
        Bot bot = world.bot();
        bot.subscriptions().addChatId(chat);
        bot.watchlists().addTicker(chat, ticker);
        bot.positions().setActivePosition(chat, ticker, 1);
        assertThat(refused(() -> bot.watchlists().addTicker(chat, ticker)).kind())
                .isEqualTo(ConstraintKind.UNIQUE);
        assertThat(refused(() -> world.database
                                .repository(BotSchema.POSITIONS)
                                .insert(new BotSchema.Position(chat, other, 2, null, null)))
                        .kind())
                .isEqualTo(ConstraintKind.UNIQUE);
        assertThat(bot.watchlists().getWatchlist(chat)).containsExactly(ticker);
        assertThat(bot.positions().getActivePosition(chat)).contains(new ActivePosition(ticker, 1));
    }

    /** Feature: kv-to-d1-migration, Property 20: Constraint violation error messages. */
    @Property(tries = 100)
    void theConstraintThatWasBrokenIsNamed(@ForAll("ids") String chat, @ForAll("tickers") String ticker) {
        Bot bot = world.bot();
        assertThat(refused(() -> bot.watchlists().addTicker(chat, ticker)))
                .hasMessageContaining("watchlists_chat_id_fk")
                .extracting(ConstraintViolationException::constraint)
                .isEqualTo("watchlists_chat_id_fk");
        bot.subscriptions().addChatId(chat);
        bot.watchlists().addTicker(chat, ticker);
        ConstraintViolationException twice = refused(() -> bot.watchlists().addTicker(chat, ticker));
        assertThat(twice.constraint()).isEqualTo("watchlists_pk");
        assertThat(twice.columns()).containsExactly("chat_id", "ticker");
        assertThat(twice.context().operation()).isNotBlank();
        assertThat(twice.context().entity()).isEqualTo("watchlists");
    }
}
