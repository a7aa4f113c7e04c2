package io.storeway.metrics;

import io.storeway.Blob;
import io.storeway.Catalog;
import io.storeway.EntityType;

/** The type of the tests. */
final class Sample {

    record Note(String user, String id, String text) {}

    static final EntityType<Note> NOTES = EntityType.of(Note.class)
            .named("notes")
            .partitionedBy(Note::user)
            .identifiedBy(Note::id)
            .keyValue("notes:{user}", Blob.arrayOfObjects())
            .build();

    static final Catalog CATALOG = Catalog.of(NOTES);

    private Sample() {}
}
