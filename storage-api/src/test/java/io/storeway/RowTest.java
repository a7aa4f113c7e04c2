package io.storeway;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class RowTest {

    private static EntityType<Row> type(String name, FieldType value, FieldType... more) {
        EntityTypeBuilder<Row> builder = EntityType.ofRows(name)
                .field("id", FieldType.TEXT)
                .field("value", value)
                .identifiedBy(FieldRef.named("id"));
        for (int i = 0; i < more.length; i++) {
            builder.field("more" + i, more[i]);
        }
        return builder.build();
    }

    @Test
    void rowsWithEqualBytesAreEqualWhereverTheBytesStand() {
        EntityType<Row> bytes = type("parts", FieldType.BYTES);
        same(Row.of(bytes, "a", new byte[] {1}), Row.of(bytes, "a", new byte[] {1}), Row.of(bytes, "a", new byte[] {2
        }));
        EntityType<Row> lists = type("parts", FieldType.listOf(FieldType.BYTES));
        same(
                Row.of(lists, "a", List.of(new byte[] {1}, new byte[0])),
                Row.of(lists, "a", List.of(new byte[] {1}, new byte[0])),
                Row.of(lists, "a", List.of(new byte[] {1})));
        Condition<Row> equal = lists.field(FieldRef.named("value")).eq(List.of(new byte[] {1}));
        assertThat(equal.matches(Row.of(lists, "a", List.of(new byte[] {1})))).isTrue();
        assertThat(equal.matches(Row.of(lists, "a", List.of(new byte[] {2})))).isFalse();
    }

    private static void same(Row one, Row twin, Row other) {
        assertThat(one).isEqualTo(twin).hasSameHashCodeAs(twin).isNotEqualTo(other);
    }

    @Test
    void rowsOfTwoVersionsOfATypeAreComparedWithoutFailing() {
        Row old = Row.of(type("things", FieldType.TEXT), "a", "1");
        Row longer = Row.of(type("things", FieldType.TEXT, FieldType.TEXT), "a", "1");
        Row retyped = Row.of(type("things", FieldType.INTEGER), "a", 1);
        Row again = Row.of(type("things", FieldType.TEXT), "a", "1");
        assertThat(old).isEqualTo(again).isNotEqualTo(longer).isNotEqualTo(retyped);
        assertThat(longer).isNotEqualTo(old);
        assertThat(retyped).isNotEqualTo(old);
    }
}
