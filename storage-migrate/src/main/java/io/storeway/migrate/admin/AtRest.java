package io.storeway.migrate.admin;

import io.storeway.Json;
import io.storeway.migrate.EntityProgress;
import io.storeway.migrate.Migration;
import io.storeway.migrate.ProgressListener;
import io.storeway.migrate.VerificationReport;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/** A migration without stages, whose source has no writers, or none at times. */
final class AtRest implements Steered {

    private final Function<ProgressListener, Migration> migration;
    /** Items that this process has read, by the label of their metric. */
    private final Map<String, Long> items = new ConcurrentHashMap<>();

    AtRest(Function<ProgressListener, Migration> migration) {
        this.migration = migration;
    }

    private void count(ProgressListener.Phase phase, String entity, long read) {
        items.put("phase=" + Metrics.quoted(phase.name()) + ",entity=" + Metrics.quoted(entity), read);
    }

    @Override
    public Json run(Caller caller, BooleanSupplier paused) {
        return Texts.backfill(migration
                .apply((phase, entity, partitions, read) -> {
                    count(phase, entity, read);
                    if (paused.getAsBoolean()) {
                        throw new PausedException();
                    }
                })
                .backfill());
    }

    @Override
    public Json verify() {
        VerificationReport report = migration
                .apply((phase, entity, partitions, read) -> count(phase, entity, read))
                .verify();
        return Texts.object(
                "equal",
                report.equal(),
                "differences",
                report.entities().stream()
                        .mapToLong(VerificationReport.Entity::differences)
                        .sum(),
                "millis",
                report.duration().toMillis());
    }

    @Override
    public boolean stopsForPause() {
        return true;
    }

    @Override
    public void hold(boolean held, Caller caller) {
        throw new IllegalStateException("A run at rest is stopped, not held");
    }

    @Override
    public Json rollback(Caller caller) {
        throw new RefusedException("this migration has no stages to go back; its source was only read");
    }

    @Override
    public Map<String, Json> status() {
        List<Json> entities = progress().stream()
                .<Json>map(entity -> Texts.object(
                        "entity", entity.entity(),
                        "status", entity.status(),
                        "items", entity.items(),
                        "written", entity.written(),
                        "unchanged", entity.unchanged(),
                        "stale", entity.stale(),
                        "expired", entity.expired(),
                        "residue", entity.residue()))
                .toList();
        return Map.of("entities", new Json.Arr(entities));
    }

    private List<EntityProgress> progress() {
        return migration.apply((phase, entity, partitions, read) -> {}).status();
    }

    @Override
    public void measure(Metrics metrics) {
        for (EntityProgress entity : progress()) {
            String label = "entity=" + Metrics.quoted(entity.entity());
            metrics.gauge("storeway_backfill_items", "Items of the backfill so far", label, entity.items());
            metrics.gauge("storeway_backfill_written", "Items written so far", label, entity.written());
            metrics.gauge("storeway_residue", "Items that were refused", label, entity.residue());
        }
        items.forEach((label, read) ->
                metrics.gauge("storeway_items_read", "Items read in the last step of this process", label, read));
    }
}
