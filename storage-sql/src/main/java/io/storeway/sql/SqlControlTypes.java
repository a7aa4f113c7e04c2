package io.storeway.sql;

import io.storeway.EntityType;
import io.storeway.spi.ControlTypes;
import io.storeway.sql.internal.dialect.ReplicaTypes;
import java.util.List;

/** The entity types of Storeway's own that a SQL storage keeps beside the rows when it takes part in a migration. */
public final class SqlControlTypes implements ControlTypes {

    /** For the service loader. */
    public SqlControlTypes() {}

    @Override
    public List<EntityType<?>> types() {
        return List.of(ReplicaTypes.VERSIONS, ReplicaTypes.RESIDUE);
    }
}
