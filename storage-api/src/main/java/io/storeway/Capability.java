package io.storeway;

/** What a storage may be able to do. An operation that it declines is refused with a typed error; a rule that it declines isn't checked. */
public enum Capability {
    /** A unit of work over several partitions and entity types is atomic. */
    UNITS_OF_WORK,
    /** A record that refers to a missing record is refused, and deletion follows the reference's rule. */
    REFERENCES,
    /** Unique keys besides the primary key hold across partitions. */
    UNIQUE_KEYS,
    /** A query across partitions that starts from an index runs without {@link Query#allowScan()}. */
    INDEXED_QUERIES,
    /** A partition has a version, so that it can be replaced on the condition that nobody changed it since it was read. */
    PARTITION_VERSIONS,
    /**
     * A write takes effect only if what it is based on hasn't changed, such as the record that it updates or the version that it expects.
     * Without this the last writer of a partition wins, and what others write at the same time is lost.
     */
    CONDITIONAL_WRITES,
    /** A read sees every write that was acknowledged before it, whoever made it. */
    CONSISTENT_READS,
    /** Text may hold the character U+0000. */
    NUL_CHARACTERS,
    /** Doubles keep the sign of zero. */
    NEGATIVE_ZERO,
    /** Acknowledged writes survive the death of the process. */
    DURABLE,
    /** Records can be written. */
    WRITES
}
