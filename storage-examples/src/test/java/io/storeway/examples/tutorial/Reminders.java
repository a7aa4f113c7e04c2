package io.storeway.examples.tutorial;

import io.storeway.Blob;
import io.storeway.Catalog;
import io.storeway.EntityType;
import io.storeway.Field;
import io.storeway.Repository;
import io.storeway.Storage;
import java.time.Instant;
import java.util.List;

/** The application of the tutorial. */
final class Reminders {

    // record
    record Reminder(String user, String id, Instant due, String text, boolean done) {}

    // end
    // type
    static final EntityType<Reminder> REMINDERS = EntityType.of(Reminder.class)
            .named("reminders")
            .partitionedBy(Reminder::user)
            .identifiedBy(Reminder::id)
            .keyValue("reminders:{user}", Blob.arrayOfObjects())
            .sql(table -> table.index(Reminder::due))
            .build();

    static final Field<Reminder, Instant> DUE = REMINDERS.field(Reminder::due);
    static final Field<Reminder, Boolean> DONE = REMINDERS.field(Reminder::done);
    static final Catalog CATALOG = Catalog.of(REMINDERS);

    // end
    // service
    private final Repository<Reminder> reminders;

    Reminders(Storage storage) {
        this.reminders = storage.repository(REMINDERS);
    }

    void remind(String user, String id, Instant due, String text) {
        reminders.save(new Reminder(user, id, due, text, false));
    }

    void done(String user, String id) {
        Reminder open = reminders.find(user, id).orElseThrow();
        reminders.update(new Reminder(user, id, open.due(), open.text(), true));
    }

    List<Reminder> open(String user, Instant until) {
        return reminders
                .partition(user)
                .query()
                .where(DONE.eq(false).and(DUE.le(until)))
                .orderBy(DUE.ascending())
                .list();
    }
    // end
}
