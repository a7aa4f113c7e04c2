package io.storeway.examples.feargreedbot;

import io.storeway.Storage;
import io.storeway.migrate.BackfillReport;
import io.storeway.migrate.EntityProgress;
import io.storeway.migrate.routing.RoutedStorage;
import io.storeway.migrate.routing.Stage;
import io.storeway.migrate.routing.StageControl;
import java.time.Clock;
import java.util.concurrent.locks.LockSupport;

/**
 * Moves the bot's data from its key-value store into its database when the bot starts. The stage is kept in the database: if a
 * start is interrupted, the next one continues; once the migration is complete, a start moves nothing. The key-value store
 * is left as it is.
 *
 * <p>What the tables refuse, such as the watchlists of chats that have left, is kept in the database as residue, with key,
 * reason and content. It is logged and doesn't stop the migration.
 */
public final class StartupMigration {

    private static final String OPERATOR = "start";
    private static final long POLL_NANOS = 50_000_000;

    private final StageControl control;
    private final System.Logger log;

    private StartupMigration(StageControl control, System.Logger log) {
        this.control = control;
        this.log = log;
    }

    /**
     * Migrates if necessary and returns the storage for the bot, which the caller closes.
     *
     * @param instance the name of this instance of the bot, the same at each start
     * @throws io.storeway.migrate.routing.StageBlockedException if another instance is migrating, or the two sides differ. Then
     *     the bot doesn't start, nothing is lost, and the next start tries again
     */
    public static RoutedStorage open(
            Storage keyValue, Storage database, Clock clock, String instance, System.Logger log) {
        RoutedStorage storage = RoutedStorage.between(keyValue, database)
                .named("kv-to-sql")
                .controlledBy(database)
                .instance(instance)
                .clock(clock)
                // The bot doesn't read before it has started, so there are no shadow reads to wait for.
                .shadowComparisons(0)
                .open();
        try {
            new StartupMigration(storage.control(), log).run();
            return storage;
        } catch (RuntimeException | Error e) {
            storage.close();
            throw e;
        }
    }

    private void run() {
        Stage stage = control.status().stage();
        while (stage != Stage.COMPLETE) {
            if (stage == Stage.SWITCHING) {
                // An earlier start died in the switch; the storage cancels the switch when its time is over.
                LockSupport.parkNanos(POLL_NANOS);
                stage = control.status().stage();
                continue;
            }
            if (stage == Stage.DUAL_WRITE) {
                copy();
            }
            if (stage == Stage.READ_NEW) {
                control.percent(100, OPERATOR, "nobody reads yet");
            }
            stage = control.advance(OPERATOR, "the bot starts").stage();
            log.log(System.Logger.Level.INFO, "The migration is in stage {0}", stage);
        }
    }

    private void copy() {
        BackfillReport copied = control.backfill(OPERATOR, "copy what is there");
        for (EntityProgress entity : copied.entities()) {
            if (entity.residue() > 0) {
                log.log(
                        System.Logger.Level.WARNING,
                        "{0}: {1} of {2} items are refused by the table: {3}",
                        entity.entity(),
                        entity.residue(),
                        entity.items(),
                        entity.reasons());
                control.waiveResidue(
                        entity.entity(), entity.residue(), OPERATOR, "the bot starts without them; they are kept");
            }
        }
    }
}
