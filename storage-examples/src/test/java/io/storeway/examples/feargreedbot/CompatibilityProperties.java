package io.storeway.examples.feargreedbot;

import static org.assertj.core.api.Assertions.assertThat;

import io.storeway.migrate.routing.Preflight;
import io.storeway.migrate.routing.RoutedStorage;
import io.storeway.migrate.routing.Stage;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;

/** The bot answers the same before, during and after the move, and after a way back. */
class CompatibilityProperties {

    private static final System.Logger SILENT = new RecordingLogger();

    private static final World apart = new World();
    private static final World moving = new World();
    private static final RoutedStorage routed = routed(moving);
    private static int chats;

    private static RoutedStorage routed(World world) {
        RoutedStorage storage = RoutedStorage.between(world.keyValue, world.database)
                .controlledBy(world.database)
                .clock(world.clock)
                .shadowComparisons(0)
                .followers(0)
                .open();
        for (Preflight.Risk risk : Preflight.Risk.values()) {
            storage.control().acknowledge(risk, "test", "a test may lose data");
        }
        return storage;
    }

    @AfterContainer
    static void close() {
        routed.close();
        moving.close();
        apart.close();
    }

    @Provide
    Arbitrary<List<String>> conversations() {
        Arbitrary<String> priced = Combinators.combine(
                        Arbitraries.of("/buy ", "/sell "), Chats.tickers(), Chats.prices())
                .as((command, ticker, price) -> command + ticker + " " + price);
        Arbitrary<String> named = Combinators.combine(
                        Arbitraries.of("/watch ", "/unwatch ", "/history "), Chats.tickers())
                .as(String::concat);
        Arbitrary<String> plain =
                Arbitraries.of("/start", "/watchlist", "/position", "/history", "hello", "/buy SPY x");
        return Arbitraries.oneOf(priced, named, plain).list().ofMinSize(1).ofMaxSize(12);
    }

    @Provide
    Arbitrary<Stage> dualStages() {
        return Arbitraries.of(Stage.DUAL_WRITE, Stage.SHADOW, Stage.READ_NEW, Stage.LIVE);
    }

    private static List<String> talk(Commands commands, String chat, List<String> messages) {
        return messages.stream().map(message -> commands.answer(chat, message)).toList();
    }

    /** Feature: kv-to-d1-migration, Property 12: Service API compatibility. */
    @Property(tries = 100)
    void theBotAnswersTheSameOnBlobsAndOnRows(@ForAll("conversations") List<String> messages) {
        String chat = "chat" + chats++;
        Commands onBlobs = new Commands(new Bot(apart.keyValue, apart.clock), SILENT);
        Commands onRows = new Commands(new Bot(apart.database, apart.clock), SILENT);
        assertThat(onRows.answer(chat, "/start")).isEqualTo(onBlobs.answer(chat, "/start"));
        assertThat(talk(onRows, chat, messages)).isEqualTo(talk(onBlobs, chat, messages));
        assertThat(onRows.answer(chat, "/stop")).isEqualTo(onBlobs.answer(chat, "/stop"));
    }

    /** Feature: kv-to-d1-migration, Property 17: Rollback data preservation. */
    @Property(tries = 100)
    void whatIsWrittenDuringTheMoveIsThereAfterTheWayBack(
            @ForAll("conversations") List<String> messages, @ForAll("dualStages") Stage stage) {
        String chat = "chat" + chats++;
        List<String> questions = List.of("/watchlist", "/position", "/history");
        routed.control().advanceTo(stage, "test", "on");
        if (stage == Stage.READ_NEW) {
            routed.control().percent(50, "test", "half");
        }
        Commands moved = new Commands(new Bot(routed, moving.clock), SILENT);
        moved.answer(chat, "/start");
        talk(moved, chat, messages);
        List<String> answers = talk(moved, chat, questions);
        while (routed.stage() != Stage.OFF) {
            routed.control().rollback("test", "back");
        }
        Bot before = new Bot(moving.keyValue, moving.clock);
        assertThat(talk(new Commands(before, SILENT), chat, questions)).isEqualTo(answers);
        before.subscriptions().removeChatId(chat);
    }
}
