package io.storeway.kv;

/** What a {@link KvStorage} does about unique keys and references that reach beyond one blob. */
public enum Constraints {

    /** Nothing: {@link io.storeway.Capability#UNIQUE_KEYS} and {@link io.storeway.Capability#REFERENCES} are declined. */
    DECLINED,

    /**
     * They hold: every commit carries an index of them along. The store has to take atomic commits, all who write to it
     * have to enforce as well, and where it has records already the index is built by {@link ConstraintIndex#build}. Data that
     * may break the rules is migrated into a storage that declines them, and the index built afterwards: residue that
     * breaks a rule is refused here, not kept.
     */
    ENFORCED
}
