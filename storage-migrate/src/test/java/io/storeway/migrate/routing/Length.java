package io.storeway.migrate.routing;

/** How much is done in a schedule. The cost of a schedule is its length; most bad orders are short. */
enum Length {
    /** One or two moves of the stage. */
    SHORT(3, 2, 2),
    /** Through several stages. */
    LONG(3, 6, 12);

    final int writes;
    final int rounds;
    final int moves;

    Length(int writes, int rounds, int moves) {
        this.writes = writes;
        this.rounds = rounds;
        this.moves = moves;
    }
}
