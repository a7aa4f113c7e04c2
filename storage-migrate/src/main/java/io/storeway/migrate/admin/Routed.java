package io.storeway.migrate.admin;

import io.storeway.Json;
import io.storeway.migrate.routing.Stage;
import io.storeway.migrate.routing.StageControl;
import io.storeway.migrate.routing.StageStatus;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/** A migration by stages, while the application writes. */
final class Routed implements Steered {

    private final StageControl control;

    Routed(StageControl control) {
        this.control = control;
    }

    @Override
    public Json run(Caller caller, BooleanSupplier paused) {
        return Texts.backfill(control.backfill(caller.by(), caller.reason()));
    }

    @Override
    public Json verify() {
        StageControl.Comparison comparison = control.compare();
        return Texts.object(
                "equal", comparison.equal(),
                "differences", comparison.confirmed(),
                "unsettled", comparison.unsettled());
    }

    @Override
    public boolean stopsForPause() {
        return false;
    }

    @Override
    public void hold(boolean held, Caller caller) {
        if (held) {
            control.freeze(caller.by(), caller.reason());
        } else {
            control.unfreeze(caller.by(), caller.reason());
        }
    }

    @Override
    public Json rollback(Caller caller) {
        return Texts.object(
                "stage", control.rollback(caller.by(), caller.reason()).stage());
    }

    @Override
    public Map<String, Json> status() {
        StageStatus status = control.status();
        List<Json> instances = status.instances().stream()
                .<Json>map(instance -> Texts.object(
                        "name", instance.name(),
                        "ackedEpoch", instance.ackedEpoch(),
                        "compares", instance.compares(),
                        "mismatches", instance.mismatches(),
                        "dropped", instance.dropped()))
                .toList();
        Map<String, Json> members = new LinkedHashMap<>(Texts.object(
                        "migration", status.migration(),
                        "stage", status.stage(),
                        "epoch", status.epoch(),
                        "percent", status.percent(),
                        "synced", status.synced(),
                        "frozen", status.frozen(),
                        "reason", status.reason(),
                        "changedBy", status.changedBy(),
                        "changedAt", status.changedAt(),
                        "marks", status.marks().isPresent() ? status.marks().getAsLong() : Json.NULL)
                .members());
        members.put("instances", new Json.Arr(instances));
        return members;
    }

    @Override
    public void measure(Metrics metrics) {
        StageStatus status = control.status();
        for (Stage stage : Stage.values()) {
            metrics.gauge(
                    "storeway_stage",
                    "1 for the stage that holds",
                    "stage=" + Metrics.quoted(stage.name()),
                    stage == status.stage() ? 1 : 0);
        }
        status.marks()
                .ifPresent(marks ->
                        metrics.gauge("storeway_marks", "Partitions that the following side may lack", "", marks));
        metrics.gauge("storeway_frozen", "1 while forward moves are refused", "", status.frozen() ? 1 : 0);
        metrics.gauge(
                "storeway_instances",
                "Instances whose lease runs",
                "",
                status.instances().size());
    }
}
