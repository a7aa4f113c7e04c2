package io.storeway.metrics;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;

/** Makes room for meters: a registry keeps the first of a name and tags, and ignores what is registered later. */
final class Meters {

    private Meters() {}

    /** Removes the meters of that name with these tags, such as those of a storage that has been closed and opened again. */
    static void remove(MeterRegistry registry, String name, Tags tags) {
        registry.find(name).tags(tags).meters().forEach(registry::remove);
    }
}
