package io.storeway.observe;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Threshold;
import org.jspecify.annotations.Nullable;

/** A slow call in a flight recording. */
@Name("io.storeway.Operation")
@Label("Storage Operation")
@Description("A call to a storage that took longer than the threshold")
@Category("Storeway")
@Threshold("20 ms")
@StackTrace(true)
final class OperationEvent extends Event {

    @Label("Storage")
    @Nullable
    String storage;

    @Label("Entity")
    @Nullable
    String entity;

    @Label("Operation")
    @Nullable
    String operation;

    @Label("Rows")
    long rows;

    @Label("Error")
    @Nullable
    String error;

    void finish(Operation ended) {
        if (shouldCommit()) {
            storage = ended.storage();
            entity = ended.entity();
            operation = ended.kind().name();
            rows = ended.rows();
            error = ended.failure().orElse(null);
            commit();
        }
    }
}
