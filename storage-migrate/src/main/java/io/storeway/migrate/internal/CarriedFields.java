package io.storeway.migrate.internal;

import io.storeway.EntityType;
import io.storeway.Storage;
import java.util.HashSet;
import java.util.Set;

/** The fields that survive the way from one storage to another: what a comparison is about. */
public final class CarriedFields {

    private CarriedFields() {}

    /** The positions of the fields of a type that both storages keep. */
    public static Set<Integer> of(EntityType<?> type, Storage one, Storage other) {
        Set<Integer> both = new HashSet<>(one.replica().carried(type));
        both.retainAll(other.replica().carried(type));
        return both;
    }
}
