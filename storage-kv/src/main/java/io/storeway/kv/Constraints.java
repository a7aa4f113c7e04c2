package io.storeway.kv;

/** What a {@link KvStorage} does about unique keys and references that reach beyond one blob. */
public enum Constraints {

    /** They are not checked: {@link io.storeway.Capability#UNIQUE_KEYS} and {@link io.storeway.Capability#REFERENCES} are declined. */
    DECLINED,

    /**
     * They are enforced by an index that every commit updates. The store has to take atomic commits, and everybody who writes to it has
     * to enforce them too. For records that are there already the index is built by {@link ConstraintIndex#build}. A storage that
     * enforces can't keep residue that breaks a rule; so data that may break rules is first migrated into a storage that declines
     * them, and the index is built afterwards.
     */
    ENFORCED
}
