package io.storeway.sql;

import io.storeway.Catalog;
import io.storeway.EntityType;

/** A type whose rows have a unique value that they may trade. */
final class Traded {

    record Seat(String room, String guest, int number) {}

    static final EntityType<Seat> SEATS = EntityType.of(Seat.class)
            .named("seats")
            .partitionedBy(Seat::room)
            .identifiedBy(Seat::guest)
            .unique(Seat::room, Seat::number)
            .build();

    static final Catalog CATALOG = Catalog.of(SEATS);

    private Traded() {}
}
