package io.storeway.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.common.KeyValue;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.storeway.Storage;
import io.storeway.Storages;
import io.storeway.observe.ObservedStorage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StorageObservationsTest {

    @TempDir
    Path folder;

    private final ObservationRegistry registry = ObservationRegistry.create();
    private final List<Observation.Context> ended = new ArrayList<>();
    private Storage storage;

    @BeforeEach
    void open() {
        registry.observationConfig().observationHandler(new ObservationHandler<>() {
            @Override
            public void onStop(Observation.Context context) {
                ended.add(context);
            }

            @Override
            public boolean supportsContext(Observation.Context context) {
                return true;
            }
        });
        storage = ObservedStorage.of(
                Storages.open("jdbc:sqlite:" + folder.resolve("notes.db"), Sample.CATALOG),
                StorageObservations.to(registry));
    }

    @AfterEach
    void close() {
        storage.close();
    }

    /** {@code request > * transact > notes insert}, for each observation that has ended. */
    private List<String> paths() {
        return ended.stream().map(StorageObservationsTest::path).toList();
    }

    private static String path(Observation.Context context) {
        String name = Objects.requireNonNullElse(context.getContextualName(), context.getName());
        return context.getParentObservation() == null
                ? name
                : path((Observation.Context) context.getParentObservation().getContextView()) + " > " + name;
    }

    private static String values(Observation.Context context) {
        return context.getLowCardinalityKeyValues().stream()
                .map(KeyValue::getValue)
                .collect(Collectors.joining(" "));
    }

    @Test
    void callsStandBelowTheirUnitAndThatBelowTheRequest() {
        Observation.createNotStarted("request", registry)
                .observe(() -> storage.transact(unit -> {
                    unit.repository(Sample.NOTES).insert(new Sample.Note("ann", "1", "x"));
                    return unit.repository(Sample.NOTES).find("ann", "1").isPresent();
                }));
        assertThat(paths())
                .containsExactly(
                        "request > * transact > notes insert",
                        "request > * transact > notes find",
                        "request > * transact",
                        "request");
        assertThat(values(ended.get(0))).isEqualTo("notes insert ok sqlite");
        assertThat(registry.getCurrentObservation()).isNull();
    }

    @Test
    void aFailureIsToldAndLeavesNothingOpen() {
        Sample.Note note = new Sample.Note("ann", "1", "x");
        storage.repository(Sample.NOTES).insert(note);
        assertThatThrownBy(() -> storage.repository(Sample.NOTES).insert(note)).isNotNull();
        assertThat(ended.get(1).getError()).isNotNull();
        assertThat(values(ended.get(1))).contains("ConstraintViolationException");
        assertThat(registry.getCurrentObservation()).isNull();
    }

    @Test
    void anErrorInAUnitLeavesNothingOpen() {
        assertThatThrownBy(() -> storage.transact(unit -> {
                    throw new AssertionError("the application's");
                }))
                .isInstanceOf(AssertionError.class);
        assertThat(paths()).containsExactly("* transact");
        assertThat(registry.getCurrentObservation()).isNull();
    }

    @Test
    void noKeyOrValueIsNamed() {
        storage.repository(Sample.NOTES).save(new Sample.Note("canary-1", "canary", "canary"));
        assertThat(ended.stream().map(each -> path(each) + " " + values(each) + each.getHighCardinalityKeyValues()))
                .isNotEmpty()
                .noneMatch(text -> text.contains("canary"));
    }

    @Test
    void anObservationThatAPredicateDeniesLeavesTheScopeAsItWas() {
        registry.observationConfig().observationPredicate((name, context) -> !name.equals("storeway.call"));
        Observation request = Observation.start("request", registry);
        try (Observation.Scope scope = request.openScope()) {
            storage.transact(unit -> {
                unit.repository(Sample.NOTES).save(new Sample.Note("ann", "1", "x"));
                return true;
            });
            assertThat(registry.getCurrentObservationScope()).isSameAs(scope);
        }
        request.stop();
    }

    @Test
    void aCallWhoseObservationCantBeginLeavesTheOneOfItsUnit() {
        registry.observationConfig().observationHandler(new ObservationHandler<>() {
            @Override
            public void onStart(Observation.Context context) {
                if (String.valueOf(context.getContextualName()).equals("notes insert")) {
                    throw new IllegalStateException("no memory");
                }
            }

            @Override
            public boolean supportsContext(Observation.Context context) {
                return true;
            }
        });
        storage.transact(unit -> {
            Observation.Scope before = registry.getCurrentObservationScope();
            unit.repository(Sample.NOTES).insert(new Sample.Note("ann", "1", "x"));
            assertThat(registry.getCurrentObservationScope()).isSameAs(before);
            return true;
        });
        assertThat(registry.getCurrentObservationScope()).isNull();
    }
}
