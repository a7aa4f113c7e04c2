package io.storeway.testkit;

import java.util.List;

/**
 * One step of a stateful law.
 *
 * @param kind what is done
 * @param items the records it is done with; the first one names the key where one is needed
 * @param <T> the record
 */
record Command<T>(Kind kind, List<T> items) {

    /** What can be done. */
    enum Kind {
        INSERT,
        INSERT_ALL,
        UPDATE,
        SAVE,
        SAVE_ALL,
        DELETE,
        FIND_ALL,
        REPLACE,
        CLEAR,
        LIST,
        COUNT
    }
}
