package io.storeway.examples.tutorial;

import static org.assertj.core.api.Assertions.assertThat;

import io.storeway.Catalog;
import io.storeway.Storage;
import io.storeway.testkit.junit.StorageTest;
import java.time.Instant;
import org.junit.jupiter.api.Test;

// test
@StorageTest({"memory", "mvstore", "sqlite", "h2"})
class RemindersTest {

    static final Catalog CATALOG = Reminders.CATALOG;

    @Test
    void whatIsDoneIsNoLongerOpen(Storage storage) {
        Reminders reminders = new Reminders(storage);
        Instant noon = Instant.parse("2026-11-21T12:00:00Z");
        reminders.remind("ann", "1", noon, "water the plants");
        reminders.remind("ann", "2", noon.plusSeconds(60), "feed the cat");
        reminders.done("ann", "1");
        assertThat(reminders.open("ann", noon.plusSeconds(3600)))
                .extracting(Reminders.Reminder::text)
                .containsExactly("feed the cat");
    }
}
// end
