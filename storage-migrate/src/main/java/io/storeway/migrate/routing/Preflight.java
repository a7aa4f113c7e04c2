package io.storeway.migrate.routing;

import io.storeway.Capability;
import io.storeway.Storage;
import io.storeway.error.ErrorContext;
import io.storeway.error.UnsupportedCapabilityException;
import io.storeway.migrate.routing.internal.control.RoutingOptions;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a routed storage can promise for a pair of storages, found out without writing anything.
 *
 * @param old the name of the old storage
 * @param fresh the name of the new storage
 * @param guarantees what holds, one sentence each
 * @param risks what has to be acknowledged by name before DUAL_WRITE
 * @param refusals what makes the pair impossible, one sentence each
 */
public record Preflight(String old, String fresh, List<String> guarantees, Set<Risk> risks, List<String> refusals) {

    private static final Map<Capability, String> NEEDED = new EnumMap<>(Map.of(
            Capability.WRITES, "it can't be fenced or carry marks",
            Capability.UNITS_OF_WORK, "it can't be fenced or carry marks",
            Capability.CONDITIONAL_WRITES, "no fence keeps out a writer that hangs",
            Capability.CONSISTENT_READS, "a comparison may see what was overwritten long ago"));
    private static final String COPY =
            "stop the writers and copy it with a Migration, which is the command migrate; or give it what it lacks: a Redis"
                    + " Cluster has units of work if its URI ends with a tag";
    private static final String TARGET =
            "move to a storage that has it, such as a SQL database, blobs in one (kv+jdbc), Redis, or a Redis Cluster whose"
                    + " URI ends with a tag";
    private static final String CONTROL = "give controlledBy a storage that has it, such as a SQL database";

    /** Copies the lists. */
    public Preflight {
        guarantees = List.copyOf(guarantees);
        risks = Set.copyOf(risks);
        refusals = List.copyOf(refusals);
    }

    /** A risk that somebody has to accept by name before the migration begins. */
    public enum Risk {
        /** The old storage loses acknowledged writes when its process dies. */
        OLD_NOT_DURABLE,
        /** The new storage loses acknowledged writes when its process dies. */
        NEW_NOT_DURABLE,
        /** The stage is lost when the process of the control storage dies, and begins at OFF again. */
        CONTROL_NOT_DURABLE
    }

    static Preflight of(Storage old, Storage fresh, Storage control) {
        List<String> refusals = new ArrayList<>();
        Set<Risk> risks = EnumSet.noneOf(Risk.class);
        refuse(refusals, "the old storage", old, COPY);
        refuse(refusals, "the new storage", fresh, TARGET);
        refuse(refusals, "the control storage", control, CONTROL);
        risk(risks, old, Risk.OLD_NOT_DURABLE);
        risk(risks, fresh, Risk.NEW_NOT_DURABLE);
        risk(risks, control, Risk.CONTROL_NOT_DURABLE);
        List<String> guarantees = new ArrayList<>();
        if (refusals.isEmpty()) {
            guarantees.add("no difference without a mark: marks are committed with the write that they speak of");
            guarantees.add(
                    "no acknowledged write is lost by a switch: both storages fence, marks are drained before it");
            guarantees.add("rollback from DUAL_WRITE, SHADOW and READ_NEW is instant and loses nothing");
            guarantees.add("rollback from LIVE and RAMP_DOWN goes through the barrier and needs both storages");
            guarantees.add("writes that bypass the router after OFF are found by comparisons, not prevented");
        }
        return new Preflight(old.name(), fresh.name(), guarantees, risks, refusals);
    }

    private static void refuse(List<String> refusals, String which, Storage storage, String remedy) {
        NEEDED.forEach((needed, purpose) -> storage.capabilities()
                .reason(needed)
                .ifPresent(reason -> refusals.add(which + " (" + storage.name() + ") lacks " + needed
                        + ", without which " + purpose + ": " + reason + "; " + remedy)));
        if (storage.joinsTransactions()) {
            refusals.add(which + " (" + storage.name() + ") joins transactions of the application, so nobody here knows"
                    + " when a write is final; open one over the DataSource that lends connections of their own");
        }
    }

    private static void risk(Set<Risk> risks, Storage storage, Risk risk) {
        if (!storage.capabilities().has(Capability.DURABLE)) {
            risks.add(risk);
        }
    }

    void requireRoutable() {
        if (!refusals.isEmpty()) {
            throw new UnsupportedCapabilityException(
                    "These storages can't be routed: " + String.join("; ", refusals),
                    new ErrorContext("open", RoutingOptions.BACKEND, null, null),
                    null);
        }
    }
}
