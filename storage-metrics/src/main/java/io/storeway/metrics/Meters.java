package io.storeway.metrics;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;

/** Replaces meters: a registry keeps the first meter with a name and tags, and ignores others that are registered later. */
final class Meters {

    private Meters() {}

    /** Removes the meters with the name and tags, such as those of a storage that has been closed since. */
    static void remove(MeterRegistry registry, String name, Tags tags) {
        registry.find(name).tags(tags).meters().forEach(registry::remove);
    }
}
