package io.storeway.sql;

import io.storeway.EntityType;
import io.storeway.spi.ControlTypes;
import java.util.List;

/** What a SQL storage that takes part in a migration keeps beside the rows. */
public final class SqlControlTypes implements ControlTypes {

    /** For the service loader. */
    public SqlControlTypes() {}

    @Override
    public List<EntityType<?>> types() {
        return List.of(Bookkeeping.VERSIONS, Bookkeeping.RESIDUE);
    }
}
