package io.storeway.examples.feargreedbot;

import io.storeway.Json;
import io.storeway.Storage;
import io.storeway.Storages;
import io.storeway.examples.BundledData;
import io.storeway.examples.kvapi.Namespace;
import io.storeway.kv.KeyValueStores;
import io.storeway.migrate.routing.RoutedStorage;
import io.storeway.spi.KeyValueStore;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;

/** Starts the bot twice on the data of a thousand users: the first start moves it to SQLite, the second finds it moved. */
public final class Main {

    private static final System.Logger LOG = System.getLogger("fear-greed-bot");

    private Main() {}

    /** Runs the example. */
    public static void main(String[] arguments) throws IOException {
        show(Files.createTempDirectory("fear-greed-bot"), System.out);
    }

    /** Runs the example in a folder, in a few seconds. */
    static void show(Path folder, PrintStream out) throws IOException {
        Path dump = BundledData.FEARGREED_1K.copyTo(folder);
        String keyValue = "mvstore:" + folder.resolve("namespace.mv");
        String database = "jdbc:sqlite:" + folder.resolve("bot.db");
        try (KeyValueStore source = KeyValueStores.open("ndjson:" + dump);
                KeyValueStore namespace = KeyValueStores.open(keyValue)) {
            out.println("Keys in the old store: "
                    + Namespace.mirror(source, namespace).written());
        }
        for (String start : List.of("first", "second")) {
            out.println("\nThe " + start + " start:");
            try (Storage old = Storages.open(keyValue, BotSchema.CATALOG);
                    Storage fresh = Storages.open(database, BotSchema.CATALOG);
                    RoutedStorage storage = StartupMigration.open(old, fresh, Clock.systemUTC(), "bot-1", LOG)) {
                Bot bot = new Bot(storage, Clock.systemUTC());
                out.println("  " + bot.subscriptions().getChatIds().size() + " chats, stage " + storage.stage()
                        + ", after " + storage.control().history().size() + " changes of the stage");
                talk(new Commands(bot, LOG), out);
                out.println("  reading: " + bot.reading(() -> new Json.Str("Fear")));
            }
        }
        out.println("\nThe database: " + folder.resolve("bot.db"));
    }

    private static void talk(Commands commands, PrintStream out) {
        for (String message : List.of(
                "/start",
                "/watch spy",
                "/watch aapl",
                "/watchlist",
                "/buy SPY 450.5",
                "/position",
                "/sell SPY 460.25",
                "/history",
                "/stop")) {
            out.println("  " + message + " -> " + commands.answer("4711", message));
        }
    }
}
