package io.storeway.spi;

import io.storeway.EntityType;
import java.util.List;

/**
 * The entity types that a module of Storeway keeps for itself beside those of an application, such as checkpoints and stages. Found by
 * {@link java.util.ServiceLoader}. {@link ReplicaStore#prepare} makes a storage ready for them when they are first needed.
 */
public interface ControlTypes {

    /** The types; none of them refers to another. */
    List<EntityType<?>> types();
}
