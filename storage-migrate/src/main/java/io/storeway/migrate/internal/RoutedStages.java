package io.storeway.migrate.internal;

import io.storeway.Storage;
import io.storeway.migrate.routing.Preflight;
import io.storeway.migrate.routing.RoutedStorage;
import io.storeway.migrate.routing.Stage;
import io.storeway.migrate.routing.StageControl;
import io.storeway.spi.CompositeStorageProvider;
import java.time.Clock;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Opens a routed storage in a given stage, by the name of the stage, for tests of what works in all of them. READ_NEW reads half of
 * the keys from the new storage.
 */
public final class RoutedStages implements CompositeStorageProvider {

    private static final Set<String> NAMES = Arrays.stream(Stage.values())
            .filter(stage -> stage != Stage.SWITCHING)
            .map(Stage::name)
            .collect(Collectors.toUnmodifiableSet());

    /** For the ServiceLoader. */
    public RoutedStages() {}

    @Override
    public Set<String> names() {
        return NAMES;
    }

    @Override
    public Storage compose(String name, List<Storage> parts, Clock clock) {
        if (parts.size() != 2) {
            throw new IllegalArgumentException(
                    name + " lies between two storages, for example " + name + "(mvstore, sqlite)");
        }
        RoutedStorage routed = RoutedStorage.between(parts.get(0), parts.get(1))
                .named("test")
                .clock(clock)
                .shadowComparisons(0)
                .open();
        StageControl control = routed.control();
        EnumSet.allOf(Preflight.Risk.class).forEach(risk -> control.acknowledge(risk, "test", "a test may lose data"));
        control.advanceTo(Stage.valueOf(name), "test", "asked for");
        if (name.equals(Stage.READ_NEW.name())) {
            control.percent(50, "test", "half");
        }
        return routed;
    }
}
