package io.storeway.migrate;

import io.storeway.EntityType;
import io.storeway.Storage;
import java.time.Clock;
import java.util.List;

/**
 * What every run of a migration works with.
 *
 * @param types in the order in which they are moved
 * @param batch about how many items go into one unit of work
 * @param clock judges expiry and gives the times of reports
 */
record Pairing(
        Storage source, Storage target, List<EntityType<?>> types, int batch, Clock clock, ProgressListener listener) {

    Planner planner() {
        return new Planner(source, target, types);
    }
}
