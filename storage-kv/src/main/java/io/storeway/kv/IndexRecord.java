package io.storeway.kv;

import io.storeway.Json;
import io.storeway.error.ErrorContext;
import io.storeway.error.UnsupportedCapabilityException;
import io.storeway.kv.internal.IndexKeys;
import io.storeway.kv.internal.StrictJson;
import io.storeway.kv.internal.UnfitException;
import io.storeway.spi.KeyValueStore.Entry;
import io.storeway.spi.KeyValueStore.Write;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The entry that describes an index of constraints.
 *
 * @param rules the rules that the index covers completely, by the name of their type
 * @param build the id of the build that is under way, or empty
 * @param building the rules that this build is going to cover
 */
record IndexRecord(Map<String, List<String>> rules, String build, Map<String, List<String>> building) {

    static final IndexRecord NONE = new IndexRecord(Map.of(), "", Map.of());

    /** Reads an entry. One that is absent or can't be read describes an empty index. */
    static IndexRecord read(@Nullable Entry entry) {
        try {
            if (entry != null
                    && StrictJson.read(entry.value()) instanceof Json.Obj object
                    && object.members().get("rules") instanceof Json.Obj rules
                    && object.members().get("build") instanceof Json.Str build
                    && object.members().get("building") instanceof Json.Obj building) {
                return new IndexRecord(read(rules), build.value(), read(building));
            }
            return NONE;
        } catch (UnfitException notOurs) {
            return NONE;
        }
    }

    private static Map<String, List<String>> read(Json.Obj object) {
        Map<String, List<String>> rules = new TreeMap<>();
        object.members().forEach((type, list) -> {
            if (list instanceof Json.Arr array) {
                rules.put(
                        type,
                        array.items().stream()
                                .map(item -> item instanceof Json.Str text ? text.value() : "")
                                .toList());
            }
        });
        return rules;
    }

    Write write() {
        if (equals(NONE)) {
            return Write.delete(IndexKeys.RECORD);
        }
        Map<String, Json> members = new LinkedHashMap<>();
        members.put("rules", json(rules));
        members.put("build", new Json.Str(build));
        members.put("building", json(building));
        return Write.put(IndexKeys.RECORD, StrictJson.write(new Json.Obj(members)));
    }

    private static Json json(Map<String, List<String>> rules) {
        Map<String, Json> members = new TreeMap<>();
        rules.forEach((type, list) -> members.put(
                type, new Json.Arr(list.stream().<Json>map(Json.Str::new).toList())));
        return new Json.Obj(members);
    }

    /** Whether the index covers exactly these rules of their types. */
    boolean covers(ConstraintRules wanted, Iterable<String> types) {
        for (String type : types) {
            if (!rules.getOrDefault(type, List.of()).equals(wanted.described().getOrDefault(type, List.of()))) {
                return false;
            }
        }
        return true;
    }

    /** Whether the index covers rules of the type, or a build is going to. */
    boolean concerns(String type) {
        return rules.containsKey(type) || building.containsKey(type);
    }

    /** Without any rule of these types, and without a build of them. */
    IndexRecord without(Iterable<String> types) {
        Map<String, List<String>> left = new TreeMap<>(rules);
        types.forEach(left::remove);
        return new IndexRecord(left, "", Map.of());
    }

    IndexRecord startBuild(String name, ConstraintRules wanted, Iterable<String> types) {
        return new IndexRecord(without(types).rules(), name, wanted.described());
    }

    IndexRecord endBuild() {
        Map<String, List<String>> all = new TreeMap<>(rules);
        all.putAll(building);
        return new IndexRecord(all, "", Map.of());
    }

    static UnsupportedCapabilityException notBuilt(String operation, String store) {
        return new UnsupportedCapabilityException(
                "The store has no complete index of the constraints of this catalog; end this release if a newer one has"
                        + " built it for others, or build it with ConstraintIndex.build(store, catalog) while nobody"
                        + " else writes",
                new ErrorContext(operation, store, null, null),
                null);
    }
}
