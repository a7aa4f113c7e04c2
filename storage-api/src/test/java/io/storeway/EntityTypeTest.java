package io.storeway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.storeway.error.ConstraintKind;
import io.storeway.error.ConstraintViolationException;
import io.storeway.error.ErrorContext;
import io.storeway.error.InvalidValueException;
import io.storeway.layout.KeyValueLayout;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class EntityTypeTest {

    enum Status {
        OPEN,
        DONE
    }

    record Task(
            String owner,
            String title,
            Status status,
            @Nullable Integer effort,
            List<String> tags) {}

    private static EntityTypeBuilder<Task> tasks() {
        return EntityType.of(Task.class)
                .named("tasks")
                .partitionedBy(Task::owner)
                .identifiedBy(Task::title)
                .nullable(Task::effort)
                .range(Task::effort, 1, 8);
    }

    @Test
    void namesAreDerivedTheSameWayForEveryEngine() {
        EntityType<Task> type = tasks().unique(Task::title, Task::status).build();
        assertThat(type.sql().primaryKey()).isEqualTo("tasks_pk");
        assertThat(type.uniqueKeys())
                .singleElement()
                .satisfies(key -> assertThat(key.name()).isEqualTo("tasks_title_status_uq"));
        assertThat(type.checks().stream().map(Check::name)).containsExactly("tasks_status_ck", "tasks_effort_ck");
        assertThat(type.sql().notNullName(0)).isEqualTo("tasks_owner_nn");
        assertThat(type.keyValue().key()).hasToString("tasks:{owner}");
        assertThat(type.keyValue().shape()).isEqualTo(KeyValueLayout.Shape.ARRAY_OF_OBJECTS);
    }

    @Test
    void aRecordBecomesARowAndComesBackEqual() {
        EntityType<Task> type = tasks().build();
        Task task = new Task("ann", "write", Status.DONE, null, List.of("a", "b"));
        Row row = type.toRow(task);
        assertThat(row.get("status")).isEqualTo("DONE");
        assertThat(type.fromRow(row)).isEqualTo(task);
        assertThat(row)
                .isEqualTo(type.toRow(task))
                .hasToString("tasks " + row.key().redacted());
    }

    @Test
    void whatARowLacksOrExceedsIsNamed() {
        EntityType<Task> type = tasks().build();
        ErrorContext context = ErrorContext.of("test");
        assertThatThrownBy(() -> type.check(Row.of(type, "ann", null, "OPEN", 1, List.of()), context))
                .isInstanceOfSatisfying(ConstraintViolationException.class, refusal -> {
                    assertThat(refusal.kind()).isEqualTo(ConstraintKind.NOT_NULL);
                    assertThat(refusal.constraint()).isEqualTo("tasks_title_nn");
                });
        assertThatThrownBy(() -> type.check(Row.of(type, "ann", "t", "OPEN", 9, List.of()), context))
                .isInstanceOfSatisfying(
                        ConstraintViolationException.class,
                        refusal -> assertThat(refusal.constraint()).isEqualTo("tasks_effort_ck"));
        assertThatThrownBy(() -> Row.of(type, "ann", 7))
                .isInstanceOf(InvalidValueException.class)
                .hasMessageContaining("title");
    }

    @Test
    void contradictionsAreRefusedWithTheTypeAndTheField() {
        refused(tasks().nullable(Task::title), "tasks", "title", "can't be missing");
        refused(tasks().keyValue("task:{title}", Blob.arrayOfObjects()), "owner");
        refused(tasks().keyValue("task:{owner}", Blob.object()), "use an array");
        refused(tasks().keyValue("task:{owner}", Blob.arrayOf(Task::title)), "status", "default");
        refused(tasks().identifiedBy(Task::tags), "tags", "list of text");
        refused(tasks().expiresAt(Task::title), "title", "instant");
        refused(tasks().onePartition(), "onePartition", "partitionedBy");
        refused(tasks().named("no spaces"), "letters");
        refused(tasks().sql(table -> table.column(Task::title, "OWNER")), "column");
        refused(EntityType.of(Task.class).named("tasks"), "no key");
    }

    private static void refused(EntityTypeBuilder<?> builder, String... parts) {
        assertThatIllegalArgumentException()
                .isThrownBy(builder::build)
                .satisfies(refusal -> assertThat(refusal.getMessage()).contains(parts));
    }

    record Counted(String id, int count) {}

    @Test
    void aTypeThatTheRecordCannotHoldIsRefusedAtOnce() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EntityType.of(Counted.class).nullable(Counted::count))
                .withMessageContaining("count is of a primitive type");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EntityType.of(Counted.class).type(Counted::count, FieldType.LONG))
                .withMessageContaining("count is no long");
    }

    @Test
    void aLambdaIsNoNameOfAField() {
        FieldRef<Task, String> lambda = task -> task.title();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EntityType.of(Task.class).identifiedBy(lambda))
                .withMessageContaining("method reference");
    }

    @Test
    void aLongConstraintNameIsCutAndStaysDistinct() {
        String column = "c".repeat(60);
        EntityType<Task> type = tasks().unique(Task::title)
                .unique(Task::status)
                .sql(table -> table.column(Task::title, column + "1").column(Task::status, column + "2"))
                .build();
        assertThat(type.uniqueKeys().stream().map(UniqueKey::name))
                .doesNotHaveDuplicates()
                .allMatch(name -> name.length() <= 63);
    }

    @Test
    void aCatalogSortsByReferenceAndKeepsTypesApart() {
        EntityType<Row> parents = rows("parents", "parent:{id}");
        EntityType<Row> children = EntityType.ofRows("children")
                .field("id", FieldType.TEXT)
                .identifiedBy(FieldRef.named("id"))
                .references(FieldRef.named("id"), parents, OnDelete.CASCADE)
                .build();
        assertThat(Catalog.of(children, parents).types()).containsExactly(parents, children);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Catalog.of(children))
                .withMessageContaining("children");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Catalog.of(parents, rows("others", "parent:{id}")))
                .withMessageContaining("same key");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Catalog.of(rows("own", "__storeway:{id}")))
                .withMessageContaining("Storeway's own");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Catalog.of(parents).type("none"))
                .withMessageContaining("parents");
    }

    private static EntityType<Row> rows(String name, String template) {
        return EntityType.ofRows(name)
                .field("id", FieldType.TEXT)
                .identifiedBy(FieldRef.named("id"))
                .keyValue(template, Blob.object())
                .build();
    }

    @Test
    void anUnknownSchemeIsAnsweredWithWhatIsKnown() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Storages.open("mongodb://secret@host", Catalog.of()))
                .withMessageContaining("mongodb:")
                .satisfies(refusal -> assertThat(refusal.getMessage()).doesNotContain("secret"));
        assertUnknown("jdbc:oracles://host/db", "jdbc:oracles://host/db;");
        assertUnknown("jdbc:oracle:thin:scott/secret@host", "jdbc:oracle:…;");
        assertUnknown("mongodb://u:sec?ret@host", "mongodb:…;");
        assertUnknown("jdbc:db2://host/db?password=secret", "jdbc:db2:…;");
        assertUnknown("data.mv", "a URI without a scheme;");
    }

    private static void assertUnknown(String uri, String quoted) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Storages.open(uri, Catalog.of()))
                .withMessageContaining("No backend on the class path knows " + quoted);
    }
}
