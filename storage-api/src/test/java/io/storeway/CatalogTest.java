package io.storeway;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class CatalogTest {

    private static EntityType<Row> named(String name) {
        FieldRef<Row, ?> id = FieldRef.named("id");
        FieldRef<Row, ?> size = FieldRef.named("size");
        return EntityType.ofRows(name)
                .field("id", FieldType.TEXT)
                .field("size", FieldType.INTEGER)
                .identifiedBy(id)
                .unique(size)
                .sql(table -> table.index(size, id))
                .build();
    }

    /** PostgreSQL keeps tables, indexes and keys under names of one kind. */
    @Test
    void aTableThatIsNamedAsAKeyOrIndexOfAnotherIsRefused() {
        for (String name : new String[] {"books_pk", "BOOKS_size_uq", "books_size_id_ix"}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Catalog.of(named("books"), named(name)))
                    .withMessageContaining("Two things would be named")
                    .withMessageContaining("the table of " + name);
        }
        Catalog.of(named("books"), named("books_pks"));
    }
}
