package io.storeway.examples.feargreedbot;

import static org.assertj.core.api.Assertions.assertThat;

import io.storeway.examples.feargreedbot.Chats.Chat;
import io.storeway.migrate.VerificationReport;
import io.storeway.migrate.VerifyOptions;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeTry;

/** What a comparison finds: everything is looked at, and one missing row is enough. */
class ValidationProperties {

    private static final World world = new World();

    /** Nothing writes meanwhile, so one look is enough. */
    private static final VerifyOptions AT_REST = VerifyOptions.FULL.withLooks(1, Duration.ZERO);

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

    /**
     * Migrates, finds both sides equal with the expected count, takes a row away, and finds exactly that.
     *
     * @param loss takes one row of the type away
     */
    private static void aLossIsFound(List<Chat> chats, String entity, long expected, String loss) {
        world.write(Chats.namespace(chats));
        world.migration().backfill();
        VerificationReport whole = world.migration().verify(AT_REST);
        assertThat(whole.equal()).isTrue();
        assertThat(of(whole, entity).sourceItems()).isEqualTo(expected);
        assertThat(of(whole, entity).targetItems()).isEqualTo(expected);

        world.execute(loss);
        VerificationReport.Entity after = of(world.migration().verify(AT_REST), entity);
        assertThat(after.sourceItems()).isEqualTo(expected);
        assertThat(after.targetItems()).isEqualTo(expected - 1);
        assertThat(after.differences()).isEqualTo(1);
    }

    private static VerificationReport.Entity of(VerificationReport report, String entity) {
        return report.entities().stream()
                .filter(one -> one.entity().equals(entity))
                .findFirst()
                .orElseThrow();
    }

    private static String anyRowOf(String table) {
        return "DELETE FROM " + table + " WHERE rowid = (SELECT rowid FROM " + table + " ORDER BY random() LIMIT 1)";
    }

    /** Feature: kv-to-d1-migration, Property 13: Chat ID migration validation. */
    @Property(tries = 100)
    void aMissingChatIsFound(@ForAll("chats") List<Chat> chats) {
        List<Chat> withoutMore = chats.stream()
                .map(chat -> new Chat(chat.id(), chat.asNumber(), List.of(), List.of(), null))
                .toList();
        aLossIsFound(withoutMore, "users", chats.size(), lastOf("users"));
    }

    /** Feature: kv-to-d1-migration, Property 14: Watchlist count validation. */
    @Property(tries = 100)
    void aMissingTickerIsFound(@ForAll("chats") List<Chat> chats) {
        long tickers = chats.stream().mapToLong(chat -> chat.tickers().size()).sum();
        Assume.that(tickers > 0);
        aLossIsFound(chats, "watchlists", tickers, lastOf("watchlists"));
    }

    /** Feature: kv-to-d1-migration, Property 15: Execution count validation. */
    @Property(tries = 100)
    void aMissingExecutionIsFound(@ForAll("chats") List<Chat> chats) {
        long executions =
                chats.stream().mapToLong(chat -> chat.executions().size()).sum();
        Assume.that(executions > 0);
        aLossIsFound(chats, "executions", executions, lastOf("executions"));
    }

    /** Feature: kv-to-d1-migration, Property 16: Active position count validation. */
    @Property(tries = 100)
    void aMissingPositionIsFound(@ForAll("chats") List<Chat> chats) {
        long positions =
                chats.stream().map(Chat::position).filter(Objects::nonNull).count();
        Assume.that(positions > 0);
        aLossIsFound(chats, "active_positions", positions, anyRowOf("active_positions"));
    }

    /** A row that is the last of its partition, so that the others keep their places. */
    private static String lastOf(String table) {
        return "DELETE FROM " + table + " WHERE rowid = (SELECT rowid FROM " + table
                + " ORDER BY position DESC LIMIT 1)";
    }
}
