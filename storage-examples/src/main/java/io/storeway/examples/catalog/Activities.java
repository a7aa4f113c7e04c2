package io.storeway.examples.catalog;

import static io.storeway.examples.catalog.CatalogSchema.ACTIVITIES;

import io.storeway.Storage;
import io.storeway.examples.catalog.CatalogSchema.Action;
import io.storeway.examples.catalog.CatalogSchema.Activity;
import io.storeway.examples.catalog.CatalogSchema.User;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What users have done. Ids are UUIDs of version 7, so they sort activities by time. */
public final class Activities {

    private final Storage storage;
    private final Clock clock;
    private final Supplier<UUID> ids;

    Activities(Storage storage, Clock clock, Supplier<UUID> ids) {
        this.storage = storage;
        this.clock = clock;
        this.ids = ids;
    }

    /** Records that a user does something now. */
    public void note(User user, Action action, @Nullable String subject) {
        storage.repository(ACTIVITIES)
                .insert(new Activity(user.id(), ids.get().toString(), action, subject, clock.instant()));
    }

    /** The latest activities of a user, the latest first. */
    public List<Activity> latest(User user, int limit) {
        return storage.repository(ACTIVITIES)
                .partition(user.id())
                .query()
                .orderBy(ACTIVITIES.field(Activity::id).descending())
                .limit(limit)
                .list();
    }

    /** How often a user has done each action. */
    public Map<Action, Long> counts(User user) {
        return storage.repository(ACTIVITIES).partition(user.id()).query().countBy(ACTIVITIES.field(Activity::action));
    }
}
