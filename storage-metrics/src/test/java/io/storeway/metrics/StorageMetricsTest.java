package io.storeway.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.storeway.Repository;
import io.storeway.Storage;
import io.storeway.Storages;
import io.storeway.error.ConstraintViolationException;
import io.storeway.observe.ObservedStorage;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class StorageMetricsTest {

    private final MeterRegistry registry = new SimpleMeterRegistry();

    @Test
    void callsAreTimedAndRowsCountedByOperationAndOutcome() {
        try (Storage storage =
                ObservedStorage.of(Storages.open("memory:", Sample.CATALOG), StorageMetrics.to(registry))) {
            Repository<Sample.Note> notes = storage.repository(Sample.NOTES);
            notes.insertAll(List.of(new Sample.Note("ann", "1", "x"), new Sample.Note("ann", "2", "y")));
            assertThatThrownBy(() -> notes.insert(new Sample.Note("ann", "1", "z")))
                    .isInstanceOf(ConstraintViolationException.class);
            notes.partition("ann").list();
        }
        assertThat(registry.get("storeway.operation")
                        .tags("storage", "memory", "entity", "notes", "operation", "insert", "outcome", "ok")
                        .timer()
                        .count())
                .isEqualTo(1);
        assertThat(registry.get("storeway.operation")
                        .tags("operation", "insert", "outcome", "ConstraintViolationException")
                        .timer()
                        .count())
                .isEqualTo(1);
        assertThat(registry.get("storeway.rows")
                        .tags("operation", "insert")
                        .counter()
                        .count())
                .isEqualTo(2);
        assertThat(registry.get("storeway.rows")
                        .tags("operation", "query")
                        .counter()
                        .count())
                .isEqualTo(2);
    }

    @Test
    void noKeyOrValueBecomesATag() {
        try (Storage storage =
                ObservedStorage.of(Storages.open("memory:", Sample.CATALOG), StorageMetrics.to(registry))) {
            Repository<Sample.Note> notes = storage.repository(Sample.NOTES);
            for (int i = 0; i < 100; i++) {
                notes.save(new Sample.Note("canary-" + i, "canary", "canary"));
                notes.find("canary-" + i, "canary");
            }
        }
        List<Meter> meters = registry.getMeters();
        String tags = meters.stream()
                .flatMap(meter -> meter.getId().getTags().stream())
                .map(Tag::getValue)
                .collect(Collectors.joining(" "));
        assertThat(tags).contains("notes").doesNotContain("canary");
        assertThat(meters).hasSizeLessThan(20);
    }
}
