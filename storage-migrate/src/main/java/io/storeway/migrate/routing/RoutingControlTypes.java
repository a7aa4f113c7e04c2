package io.storeway.migrate.routing;

import io.storeway.EntityType;
import io.storeway.migrate.routing.internal.control.ControlRecords;
import io.storeway.migrate.routing.internal.control.Instance;
import io.storeway.migrate.routing.internal.control.StageRecord;
import io.storeway.migrate.routing.internal.control.Waiver;
import io.storeway.migrate.routing.internal.replication.Fence;
import io.storeway.migrate.routing.internal.replication.Mark;
import io.storeway.migrate.routing.internal.replication.Role;
import io.storeway.migrate.routing.internal.router.Unsettled;
import io.storeway.spi.ControlTypes;
import java.util.List;

/** The entity types of Storeway's own that a routed migration keeps on both sides and in its control storage. */
public final class RoutingControlTypes implements ControlTypes {

    /** For the service loader. */
    public RoutingControlTypes() {}

    @Override
    public List<EntityType<?>> types() {
        return List.of(
                StageRecord.TYPE,
                ControlRecords.CHANGES,
                Instance.TYPE,
                Waiver.TYPE,
                Mark.TYPE,
                Fence.TYPE,
                Role.TYPE,
                Unsettled.TYPE);
    }
}
