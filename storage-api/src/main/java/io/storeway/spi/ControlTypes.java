package io.storeway.spi;

import io.storeway.EntityType;
import java.util.List;

/**
 * The entity types that a module keeps beside an application's own, such as checkpoints and stages; a service. {@link
 * ReplicaStore#prepare} makes a storage ready for them when they are first needed.
 */
public interface ControlTypes {

    /** The types; none of them refers to another. */
    List<EntityType<?>> types();
}
