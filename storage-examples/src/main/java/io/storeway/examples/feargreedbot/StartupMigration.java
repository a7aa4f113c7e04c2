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
 * Moves what the bot has from its key-value store into its database when the bot starts. The stage is kept in the
 * database: a start that was interrupted is gone on with by the next one, and from the end on a start moves nothing.
 * The key-value store is left as it is.
 *
 * <p>What the tables refuse, such as the watchlists of chats that have left, stays out of them and is kept beside them with
 * key, reason and content. It is logged and holds nobody up.
 */
public final class StartupMigration {

    private static final String BY = "start";
    private static final long POLL_NANOS = 50_000_000;

    private final StageControl control;
    private final System.Logger log;

    private StartupMigration(StageControl control, System.Logger log) {
        this.control = control;
        this.log = log;
    }

    /**
     * The storage that the bot works on.
     *
     * @param instance the name of this instance of the bot, the same at each start
     * @throws io.storeway.migrate.routing.StageBlockedException if another instance is still at it, or the two sides differ;
     *     the bot doesn't start, nothing is lost, and the next start tries again
     */
    public static RoutedStorage open(
            Storage keyValue, Storage database, Clock clock, String instance, System.Logger log) {
        RoutedStorage storage = RoutedStorage.between(keyValue, database)
                .named("kv-to-sql")
                .controlledBy(database)
                .instance(instance)
                .clock(clock)
                // Nobody reads before the bot has started, so there are no reads to compare.
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
                // An earlier start has died in the switch; the storage gives it up when its time is over.
                LockSupport.parkNanos(POLL_NANOS);
                stage = control.status().stage();
                continue;
            }
            if (stage == Stage.DUAL_WRITE) {
                copy();
            }
            if (stage == Stage.READ_NEW) {
                control.percent(100, BY, "nobody reads yet");
            }
            stage = control.advance(BY, "the bot starts").stage();
            log.log(System.Logger.Level.INFO, "The data is in the stage {0}", stage);
        }
    }

    private void copy() {
        BackfillReport copied = control.backfill(BY);
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
                        entity.entity(), entity.residue(), BY, "the bot starts without them; they are kept");
            }
        }
    }
}
