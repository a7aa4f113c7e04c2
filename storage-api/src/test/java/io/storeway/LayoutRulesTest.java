package io.storeway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.storeway.layout.KeyValueLayout;
import io.storeway.layout.KeyValueLayout.Form;
import io.storeway.layout.KeyValueLayout.Place;
import io.storeway.layout.KeyValueLayout.Shape;
import io.storeway.layout.KeyValueLayout.Source;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a blob has a place for, and what is refused when the type is built. */
class LayoutRulesTest {

    private static final FieldRef<Row, @Nullable Object> OWNER = FieldRef.named("owner");
    private static final FieldRef<Row, @Nullable Object> NAME = FieldRef.named("name");
    private static final FieldRef<Row, @Nullable Object> COUNT = FieldRef.named("count");
    private static final FieldRef<Row, @Nullable Object> AT = FieldRef.named("at");
    private static final FieldRef<Row, @Nullable Object> EXTRA = FieldRef.named("extra");
    private static final FieldRef<Row, @Nullable Object> MORE = FieldRef.named("more");
    private static final FieldRef<Row, @Nullable Object> NUMBER = FieldRef.named("number");
    private static final String KEY = "items:{owner}";

    private static EntityTypeBuilder<Row> items() {
        return EntityType.ofRows("items")
                .field("owner", FieldType.TEXT)
                .field("name", FieldType.TEXT)
                .field("count", FieldType.INTEGER)
                .field("at", FieldType.instant(FieldType.TimeUnit.MILLIS))
                .field("extra", FieldType.JSON)
                .field("more", FieldType.JSON)
                .field("number", FieldType.BOOLEAN)
                .nullable(COUNT, AT, EXTRA, MORE, NUMBER)
                .partitionedBy(OWNER)
                .identifiedBy(NAME);
    }

    private static Blob<Row> array() {
        return Blob.arrayOfObjects();
    }

    private static Blob<Row> scalars() {
        return Blob.arrayOf(NAME);
    }

    private static KeyValueLayout layout(String key, Blob<Row> blob) {
        return items().keyValue(key, blob).build().keyValue();
    }

    private static KeyValueLayout layout(Blob<Row> blob) {
        return layout(KEY, blob);
    }

    private static void refused(String reason, String key, Blob<Row> blob) {
        refused(reason, builder -> builder.keyValue(key, blob));
    }

    private static void refused(String reason, Blob<Row> blob) {
        refused(reason, KEY, blob);
    }

    private static void refused(String reason, UnaryOperator<EntityTypeBuilder<Row>> change) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> change.apply(items()).build())
                .withMessageStartingWith("Entity type items, key-value layout: ")
                .withMessageContaining(reason);
    }

    @Test
    void whatIsNotMentionedIsAMemberOrAVariableOfTheKey() {
        KeyValueLayout layout = layout(array());
        assertThat(layout.shape()).isEqualTo(Shape.ARRAY_OF_OBJECTS);
        assertThat(layout.place(0)).isEqualTo(Place.of(Source.KEY));
        assertThat(layout.place(1)).isEqualTo(new Place(Source.MEMBER, List.of("name"), Form.NATURAL, 0, List.of()));
        assertThat(layout.places()).hasSize(7);
    }

    @Test
    void aPlaceIsDescribedInAnyOrderOfTheCalls() {
        Place expected =
                new Place(Source.MEMBER, List.of("meta", "at"), Form.ISO, 60_000, List.of(List.of("old", "at")));
        assertThat(layout(array().at(AT, "meta.at")
                                .as(AT, Form.ISO)
                                .plus(AT, Duration.ofMinutes(1))
                                .formerlyAt(AT, "old.at"))
                        .place(3))
                .isEqualTo(expected);
        assertThat(layout(array().formerlyAt(AT, "old.at")
                                .plus(AT, Duration.ofMinutes(1))
                                .as(AT, Form.ISO)
                                .at(AT, "meta.at"))
                        .place(3))
                .isEqualTo(expected);
        Place both = new Place(Source.KEY_AND_MEMBER, List.of("o"), Form.STRING_OR_INTEGER, 0, List.of());
        assertThat(layout(array().alsoMember(OWNER).at(OWNER, "o").as(OWNER, Form.STRING_OR_INTEGER))
                        .place(0))
                .isEqualTo(both);
        assertThat(layout(array().at(OWNER, "o")
                                .as(OWNER, Form.STRING_OR_INTEGER)
                                .alsoMember(OWNER))
                        .place(0))
                .isEqualTo(both);
        assertThat(Blob.<Row>object()
                        .plus(AT, Duration.ofSeconds(1))
                        .alsoMember(AT)
                        .places())
                .containsEntry("at", new Place(Source.KEY_AND_MEMBER, List.of("at"), Form.NATURAL, 1_000, List.of()));
    }

    @Test
    void everythingBesideTheBlobHasASourceOfItsOwn() {
        KeyValueLayout layout = layout(
                array().rest(EXTRA).metadata(MORE).expiry(AT).contentId(NAME).notCarried(COUNT));
        assertThat(layout.places())
                .extracting(Place::source)
                .containsExactly(
                        Source.KEY,
                        Source.CONTENT_ID,
                        Source.NOT_CARRIED,
                        Source.EXPIRY,
                        Source.REST,
                        Source.METADATA,
                        Source.MEMBER);
        assertThat(layout.carries(2)).isFalse();
        assertThat(layout.carries(3)).isTrue();
    }

    @Test
    void scalarsCarryOneFieldAndTheRestNeedsADefaultOrMayBeMissing() {
        assertThat(layout(scalars()).places())
                .extracting(Place::source)
                .containsExactly(
                        Source.KEY,
                        Source.ELEMENT,
                        Source.NOT_CARRIED,
                        Source.NOT_CARRIED,
                        Source.NOT_CARRIED,
                        Source.NOT_CARRIED,
                        Source.NOT_CARRIED);
        refused(
                "no place for field size",
                builder -> builder.field("size", FieldType.INTEGER).keyValue(KEY, scalars()));
        assertThat(items().field("size", FieldType.INTEGER)
                        .defaultValue(FieldRef.named("size"), 1)
                        .keyValue(KEY, scalars())
                        .build()
                        .keyValue()
                        .carries(7))
                .isFalse();
    }

    @Test
    void theShapeHoldsAsManyRecordsAsAPartition() {
        refused("identifiedBy without partitionedBy", Blob.object());
        EntityTypeBuilder<Row> one =
                EntityType.ofRows("one").field("id", FieldType.TEXT).identifiedBy(FieldRef.named("id"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> one.keyValue("one:{id}", array()).build())
                .withMessageContaining("an array holds several records");
    }

    @Test
    void theKeyNamesThePartitionKeyInItsOrder() {
        refused("has to name the partition key (owner) in that order", "items", array());
        refused("(owner) in that order, and no other field", "items:{owner}:{name}", array());
        refused("say alsoMember", array().at(OWNER, "o"));
        refused("field name is no variable of the key", array().alsoMember(NAME));
        refused("there is no field nothing", array().at(FieldRef.named("nothing"), "x"));
        assertThat(items().defaultValue(OWNER, "all")
                        .keyValue("items", array().constant(OWNER))
                        .build()
                        .keyValue()
                        .place(0)
                        .source())
                .isEqualTo(Source.CONSTANT);
    }

    @Test
    void eachSourceTakesFieldsOfItsKind() {
        refused("can't be placed as REST", array().rest(NAME));
        refused("can't be placed as METADATA", array().metadata(COUNT));
        refused("can't be placed as EXPIRY", array().expiry(COUNT));
        refused("can't be placed as CONTENT_ID", array().contentId(COUNT));
        refused("can't be placed as CONSTANT", array().constant(COUNT));
        refused("can't be placed as NOT_CARRIED", array().notCarried(NAME));
        for (FieldRef<Row, @Nullable Object> field : List.of(COUNT, EXTRA)) {
            refused(
                    "can't be placed as ELEMENT",
                    builder -> builder.defaultValue(NAME, "none").keyValue(KEY, Blob.arrayOf(field)));
        }
        refused("can't be placed as ELEMENT_IS_NUMBER", array().elementIsNumber(NUMBER));
        refused("can't be placed as ELEMENT_IS_NUMBER", scalars().elementIsNumber(COUNT));
        refused("can't be placed as MEMBER", scalars().at(COUNT, "count"));
        refused("can't be placed as MEMBER", array().at(COUNT, "a..b"));
        refused("can't be placed as MEMBER", array().formerlyAt(COUNT, ""));
        refused(
                "can't be placed as REST",
                builder ->
                        builder.field("needed", FieldType.JSON).keyValue(KEY, array().rest(FieldRef.named("needed"))));
        refused(
                "can't be placed as EXPIRY",
                builder -> builder.field("needed", FieldType.instant(FieldType.TimeUnit.MILLIS))
                        .keyValue(KEY, array().expiry(FieldRef.named("needed"))));
    }

    @Test
    void eachFormIsForValuesOfItsKind() {
        for (FieldRef<Row, @Nullable Object> field : List.of(COUNT, AT)) {
            assertThat(layout(array().as(field, Form.STRING))).isNotNull();
        }
        refused("has no form STRING", array().as(NAME, Form.STRING));
        refused("has no form ISO", array().as(COUNT, Form.ISO));
        refused("has no form STRING_OR_INTEGER", array().as(COUNT, Form.STRING_OR_INTEGER));
        refused("is no instant", array().plus(COUNT, Duration.ofSeconds(1)));
    }

    @Test
    void aMemberBelongsToOneField() {
        refused("two fields are placed at count", array().at(NAME, "count"));
        refused("two fields are placed at count", array().formerlyAt(NAME, "count"));
        refused(
                "the member a is a field and holds other fields too",
                array().at(NAME, "a").at(COUNT, "a.b"));
        assertThat(layout(array().at(NAME, "ab").at(COUNT, "a.b")).place(2).path())
                .containsExactly("a", "b");
        refused("only one field takes the rest", array().rest(EXTRA).rest(MORE));
    }

    @Test
    void oneFieldTellsNumbersFromStrings() {
        assertThat(layout(scalars().as(NAME, Form.STRING_OR_INTEGER).elementIsNumber(NUMBER))
                        .place(6)
                        .source())
                .isEqualTo(Source.ELEMENT_IS_NUMBER);
        assertThat(layout(scalars().as(NAME, Form.STRING_OR_INTEGER)).carries(6))
                .isFalse();
        refused("one field says whether the scalar was a number", scalars().elementIsNumber(NUMBER));
        refused(
                "one field says",
                builder -> builder.field("again", FieldType.BOOLEAN)
                        .nullable(FieldRef.named("again"))
                        .keyValue(
                                KEY,
                                scalars()
                                        .as(NAME, Form.STRING_OR_INTEGER)
                                        .elementIsNumber(NUMBER)
                                        .elementIsNumber(FieldRef.named("again"))));
    }

    @Test
    void tablesColumnsAndIndexesAreNamedAsGivenAndRefusedWhereNoEngineTakesThem() {
        EntityType<Row> type = items().sql(table -> table.table("things")
                        .column(COUNT, "how_many")
                        .formerColumn(COUNT, "amount")
                        .index(COUNT, AT))
                .build();
        assertThat(type.sql().table()).isEqualTo("things");
        assertThat(type.sql().columns()).contains("how_many").doesNotContain("count");
        assertThat(type.sql().formerColumns()).containsEntry("how_many", "amount");
        assertThat(type.sql().indexes()).singleElement().satisfies(index -> {
            assertThat(index.name()).isEqualTo("things_how_many_at_ix");
            assertThat(index.fields()).containsExactly(2, 3);
        });
        assertThat(type.sql().notNullName(2)).isEqualTo("things_how_many_nn");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> items().sql(table -> table.table("1st")).build())
                .withMessageContaining("SQL name 1st");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> items().sql(table -> table.column(COUNT, "c".repeat(64)))
                        .build())
                .withMessageContaining("63 at most");
    }
}
