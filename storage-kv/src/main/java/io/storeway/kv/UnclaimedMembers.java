package io.storeway.kv;

import io.storeway.EntityType;
import io.storeway.Json;
import io.storeway.kv.internal.StrictJson;
import io.storeway.kv.internal.UnfitException;
import io.storeway.layout.KeyValueLayout;
import io.storeway.layout.KeyValueLayout.Place;
import io.storeway.layout.KeyValueLayout.Shape;
import io.storeway.layout.KeyValueLayout.Source;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Counts the members of a type's blobs that no field names, so that a plan can tell of them before they get lost. A type with a rest
 * field has none. Blobs that can't be read aren't counted: they become residue.
 */
final class UnclaimedMembers {

    /** Names beyond this number are counted together. */
    private static final int MAX_NAMES = 100;

    private static final String OTHER = "(other members)";

    private final boolean counted;
    private final Set<String> fields = new HashSet<>();
    private final Set<String> holders = new HashSet<>();
    private final Map<String, Long> found = new LinkedHashMap<>();

    UnclaimedMembers(EntityType<?> type) {
        KeyValueLayout layout = type.keyValue();
        this.counted = layout.shape() != Shape.ARRAY_OF_SCALARS
                && layout.places().stream().noneMatch(place -> place.source() == Source.REST);
        for (Place place : layout.places()) {
            claim(place.path());
            place.former().forEach(this::claim);
        }
    }

    private void claim(List<String> path) {
        for (int length = 1; length < path.size(); length++) {
            holders.add(String.join(".", path.subList(0, length)));
        }
        fields.add(String.join(".", path));
    }

    void add(byte[] blob) {
        if (counted) {
            try {
                Json json = StrictJson.read(blob);
                if (json instanceof Json.Arr items) {
                    items.items().forEach(item -> count(item, ""));
                } else {
                    count(json, "");
                }
            } catch (UnfitException unreadable) {
                return;
            }
        }
    }

    private void count(Json item, String holder) {
        if (item instanceof Json.Obj object) {
            object.members().forEach((name, value) -> {
                String path = holder + name;
                if (holders.contains(path)) {
                    count(value, path + ".");
                } else if (!fields.contains(path)) {
                    found.merge(found.containsKey(path) || found.size() < MAX_NAMES ? path : OTHER, 1L, Long::sum);
                }
            });
        }
    }

    Map<String, Long> found() {
        return found;
    }
}
