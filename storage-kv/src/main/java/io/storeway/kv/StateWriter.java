package io.storeway.kv;

import io.storeway.EntityType;
import io.storeway.Key;
import io.storeway.error.ConstraintKind;
import io.storeway.error.ErrorContext;
import io.storeway.error.InvalidValueException;
import io.storeway.kv.internal.BlobCodec;
import io.storeway.kv.internal.Decoded;
import io.storeway.spi.KeyValueStore.Entry;
import io.storeway.spi.KeyValueStore.Write;
import io.storeway.spi.PartitionState;
import io.storeway.spi.ReplicaStore.Applied;
import io.storeway.spi.ReplicaStore.Outcome;
import io.storeway.spi.ReplicaStore.Refusal;
import io.storeway.spi.Residue;
import io.storeway.spi.Version;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Makes partitions equal to given states, unless they already have a newer version. */
final class StateWriter {

    private final KvUnit unit;
    private final BlobCodec codec;
    private final EntityType<?> type;

    StateWriter(KvUnit unit, BlobCodec codec) {
        this.unit = unit;
        this.codec = codec;
        this.type = codec.type();
    }

    List<Applied> apply(List<PartitionState> states) {
        List<String> keys = new ArrayList<>(states.size() * 2);
        for (PartitionState state : states) {
            keys.add(codec.keyOf(state.key()));
            keys.add(sidecarKey(state.key()));
        }
        unit.prefetch(keys);
        ConstraintRules rules = unit.rules(type);
        return rules == null ? states.stream().map(this::apply).toList() : apply(states, rules);
    }

    /**
     * Applies states together, since one may hold a parent of another or give up a unique value that another takes. If items are
     * refused, their states are left out and the others are tried again.
     */
    private List<Applied> apply(List<PartitionState> states, ConstraintRules rules) {
        unit.requireIndex("apply");
        Map<Integer, Applied> answers = new TreeMap<>();
        Map<Integer, List<Refusal>> refused = new TreeMap<>();
        do {
            refused.forEach((state, items) -> answers.put(state, new Applied(Outcome.REFUSED, items)));
            List<Integer> open = IntStream.range(0, states.size())
                    .filter(state ->
                            !answers.containsKey(state) || answers.get(state).outcome() != Outcome.REFUSED)
                    .boxed()
                    .toList();
            refused.clear();
            unit.statement(() -> {
                List<PartitionChange> changes = new ArrayList<>();
                IdentityHashMap<PartitionChange, Integer> origins = new IdentityHashMap<>();
                for (int index : open) {
                    PartitionState state = states.get(index);
                    String key = codec.holds(state.key()) ? codec.keyOf(state.key()) : "";
                    Entry before = key.isEmpty() ? null : unit.entry(key);
                    Applied answer = apply(state);
                    answers.put(index, answer);
                    if (answer.outcome() == Outcome.APPLIED) {
                        PartitionChange change = PartitionChange.of(codec, state.key(), before, unit.entry(key));
                        requireRows(state, change);
                        changes.add(change);
                        origins.put(change, index);
                    }
                }
                ConstraintCheck.Verdict refuse = (change, row, kind, constraint, fields) -> {
                    int index = Objects.requireNonNull(origins.get(change));
                    refused.computeIfAbsent(index, none -> new ArrayList<>())
                            .add(refusal(states.get(index), row, kind, constraint));
                };
                if (!changes.isEmpty()) {
                    new ConstraintCheck(unit, rules, "apply", refuse, ConstraintCheck.Others.STAY).run(changes);
                }
                return refused.isEmpty();
            });
        } while (!refused.isEmpty());
        return List.copyOf(answers.values());
    }

    /** Refuses residue that would read as a record in the blob although it breaks a rule. */
    private void requireRows(PartitionState state, PartitionChange change) {
        if (change.after().size() != state.items().size()) {
            throw new InvalidValueException(
                    "residue",
                    "an item that breaks a rule can't be kept in a blob where rules are enforced; mend it at the source, or"
                            + " migrate without constraints=enforced, mend it there, and build the index afterwards",
                    new ErrorContext(
                            "apply",
                            unit.store().name(),
                            type.name(),
                            state.key().redacted()),
                    null);
        }
    }

    /** The refusal of a record, by its index in the blob, where records are in the order of their positions. */
    private static Refusal refusal(PartitionState state, int row, ConstraintKind kind, String constraint) {
        int item = IntStream.range(0, state.items().size())
                .boxed()
                .sorted(Comparator.comparingInt(i -> state.items().get(i).position()))
                .toList()
                .get(row);
        return new Refusal(
                item,
                Residue.Kind.valueOf(kind.name()),
                constraint,
                kind == ConstraintKind.UNIQUE
                        ? "another record has the same values of " + constraint
                        : "the record that " + constraint + " names is not there");
    }

    private String sidecarKey(Key partition) {
        return VersionSidecar.key(type, partition, unit.maxKeyBytes());
    }

    private Applied apply(PartitionState state) {
        if (!codec.holds(state.key())) {
            return homeless(state);
        }
        String key = codec.keyOf(state.key());
        String sidecarKey = sidecarKey(state.key());
        VersionSidecar sidecar = VersionSidecar.read(unit.entry(sidecarKey));
        Version before = sidecar == null ? Version.NONE : sidecar.version();
        int newer = state.version().compareTo(before);
        if (newer < 0) {
            return Applied.of(Outcome.STALE);
        }
        TargetBlob target = TargetBlob.of(codec, state);
        if (!target.refusals().isEmpty()) {
            return new Applied(Outcome.REFUSED, target.refusals());
        }
        Entry entry = unit.entry(key);
        Write wanted = wanted(key, target, entry);
        boolean same = entry == null ? wanted.value() == null : identical(wanted, entry);
        if (!same && entry != null && wanted.value() != null) {
            Decoded there = codec.decode(state.key(), entry.value(), entry.metadata(), entry.expiresAt());
            same = target.sameAs(there);
            if (!same) {
                target.keep(there);
                wanted = wanted(key, target, entry);
            }
        }
        if (newer == 0 && same) {
            return Applied.of(Outcome.UNCHANGED);
        }
        if (!same) {
            unit.put(wanted);
        }
        if (!state.version().equals(Version.NONE)) {
            unit.put(VersionSidecar.of(state.version(), unit.entry(key)).write(sidecarKey));
        }
        return Applied.of(Outcome.APPLIED);
    }

    private static boolean identical(Write wanted, Entry entry) {
        return Arrays.equals(entry.value(), wanted.value())
                && Objects.equals(entry.metadata(), wanted.metadata())
                && Objects.equals(entry.expiresAt(), wanted.expiresAt());
    }

    /** The answer for a partition that the layout has no place for, because it fixes a part of the key to another value. */
    private static Applied homeless(PartitionState state) {
        List<Refusal> refusals = new ArrayList<>();
        for (int i = 0; i < state.items().size(); i++) {
            refusals.add(new Refusal(i, Residue.Kind.INVALID, null, "key: the layout has no place for this partition"));
        }
        return new Applied(refusals.isEmpty() ? Outcome.UNCHANGED : Outcome.REFUSED, refusals);
    }

    private Write wanted(String key, TargetBlob target, @Nullable Entry before) {
        byte[] blob = target.blob();
        if (blob == null) {
            return Write.delete(key);
        }
        Residue.Beside kept = before == null ? null : new Residue.Beside(before.metadata(), before.expiresAt());
        Residue.Beside beside = target.beside() == null ? kept : target.beside();
        boolean rows = !target.rows().isEmpty();
        return new Write(
                key,
                blob,
                rows && codec.mapsMetadata()
                        ? codec.metadataOf(target.rows())
                        : beside == null ? null : beside.metadata(),
                rows && codec.mapsExpiry()
                        ? codec.expiryOf(target.rows())
                        : beside == null ? null : beside.expiresAt());
    }
}
