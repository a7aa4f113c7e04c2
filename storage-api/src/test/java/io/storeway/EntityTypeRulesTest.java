package io.storeway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.storeway.error.InvalidValueException;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Currency;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class EntityTypeRulesTest {

    record Account(
            String id,
            long version,
            @Nullable Long other,
            Currency currency,
            @Nullable String parent) {}

    private static final Converter<Currency, String> CURRENCY =
            Converter.of(Currency.class, FieldType.TEXT, Currency::getCurrencyCode, Currency::getInstance);

    private static EntityTypeBuilder<Account> accounts() {
        return EntityType.of(Account.class)
                .named("accounts")
                .identifiedBy(Account::id)
                .nullable(Account::other, Account::parent)
                .convert(Account::currency, CURRENCY);
    }

    private static void refused(EntityTypeBuilder<Account> builder, String reason) {
        assertThatIllegalArgumentException().isThrownBy(builder::build).withMessageContainingAll("accounts", reason);
    }

    @Test
    void aVersionIsALongOutsideTheKeyThatIsAlwaysThere() {
        EntityType<Account> type = accounts().versionedBy(Account::version).build();
        Row row = type.toRow(new Account("a", 7, null, Currency.getInstance("EUR"), null));
        assertThat(type.withNextVersion(row).get("version")).isEqualTo(8L);
        refused(accounts().versionedBy(Account::other), "never missing");
        refused(accounts().versionedBy(Account::id), "a long");
        refused(accounts().partitionedBy(Account::version).versionedBy(Account::version), "part of the key");
        refused(
                accounts()
                        .versionedBy(Account::version)
                        .defaultValue(Account::version, 1L)
                        .keyValue("a:{id}", Blob.<Account>object().notCarried(Account::version)),
                "member of the blob");
    }

    @Test
    void theGreatestVersionHasNoNext() {
        EntityType<Account> type = accounts().versionedBy(Account::version).build();
        Row last = type.toRow(new Account("a", Long.MAX_VALUE, null, Currency.getInstance("EUR"), null));
        assertThatThrownBy(() -> type.withNextVersion(last))
                .isInstanceOf(InvalidValueException.class)
                .hasMessageContaining("version");
    }

    @Test
    void aConverterIsForTheClassOfItsField() {
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        EntityType.of(Account.class).identifiedBy(Account::id).build())
                .withMessageContainingAll("currency", "convert");
        Converter<Object, String> texts = Converter.of(Object.class, FieldType.TEXT, String::valueOf, text -> text);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> accounts().convert(Account::id, texts))
                .withMessageContainingAll("id", "java.lang.Object");
    }

    enum Grade {
        LOW,
        HIGH
    }

    record Graded(String id, Grade grade, int points) {}

    private static final Converter<Grade, String> INITIALS = Converter.of(
            Grade.class,
            FieldType.TEXT,
            grade -> grade.name().substring(0, 1),
            text -> text.equals("L") ? Grade.LOW : Grade.HIGH);

    private static EntityTypeBuilder<Graded> graded() {
        return EntityType.of(Graded.class).named("graded").identifiedBy(Graded::id);
    }

    private static List<Object> allowed(EntityTypeBuilder<Graded> builder) {
        return builder.build().checks().stream()
                .flatMap(check -> ((Check.OneOf) check).values().stream())
                .toList();
    }

    @Test
    void theAllowedValuesThatAreGivenStandWhereverTheConverterIsGiven() {
        assertThat(allowed(graded())).containsExactly("LOW", "HIGH");
        assertThat(allowed(graded().oneOf(Graded::grade, "LOW"))).containsExactly("LOW");
        assertThat(allowed(graded().convert(Graded::grade, INITIALS))).isEmpty();
        assertThat(allowed(graded().convert(Graded::grade, INITIALS).oneOf(Graded::grade, "L")))
                .containsExactly("L");
        assertThat(allowed(graded().oneOf(Graded::grade, "L").convert(Graded::grade, INITIALS)))
                .containsExactly("L");
    }

    @Test
    void whatBreaksItsOwnRulesIsRefusedWithTheTypeAndTheField() {
        refusedGraded(graded().range(Graded::points, 5, 1), "points", "5", "1");
        refusedGraded(graded().defaultValue(Graded::points, "x"), "points", "expected integer");
        refusedGraded(graded().range(Graded::points, "x", 1), "points", "expected integer");
        refusedGraded(graded().oneOf(Graded::points, 1, "x"), "points", "expected integer");
        assertThat(graded().range(Graded::points, 5, 5).build().checks()).hasSize(2);
    }

    private static void refusedGraded(EntityTypeBuilder<Graded> builder, String... parts) {
        assertThatIllegalArgumentException()
                .isThrownBy(builder::build)
                .withMessageContaining("graded")
                .withMessageContainingAll(parts);
    }

    @Test
    void aConverterThatFailsIsNamedByItsFieldWithoutTheValue() {
        Converter<Currency, String> failing = Converter.of(
                Currency.class,
                FieldType.TEXT,
                value -> {
                    throw new IllegalStateException("secret " + value);
                },
                Currency::getInstance);
        EntityType<Account> type =
                accounts().convert(Account::currency, failing).build();
        assertThatThrownBy(() -> type.toRow(new Account("a", 1, null, Currency.getInstance("EUR"), null)))
                .isInstanceOfSatisfying(InvalidValueException.class, refusal -> {
                    assertThat(refusal.where()).isEqualTo("currency");
                    assertThat(refusal.reason())
                            .contains("IllegalStateException")
                            .doesNotContain("secret");
                });
        Row unknown = Row.of(accounts().build(), "a", 1L, null, "ZZZ", null);
        assertThatThrownBy(() -> unknown.type().fields().get(3).fromStored("ZZZ"))
                .isInstanceOfSatisfying(
                        InvalidValueException.class,
                        refusal -> assertThat(refusal.where()).isEqualTo("currency"));
    }

    @Test
    void aStoredValueThatItsConverterRefusesIsNamedWithItsRecord() {
        Row unknown = Row.of(accounts().build(), "a", 1L, null, "ZZZ", null);
        assertThatThrownBy(() -> accounts().build().fromRow(unknown))
                .isInstanceOfSatisfying(InvalidValueException.class, refusal -> {
                    assertThat(refusal.where()).isEqualTo("currency");
                    assertThat(refusal.context().key()).isEqualTo(unknown.key().redacted());
                });
    }

    record Odd(String id, BigDecimal price, List<BigDecimal> parts, Duration lasting) {}

    @Test
    void aComponentThatIsNoFieldIsNamedWithItsClassAndWhatToDeclare() {
        EntityTypeBuilder<Odd> odd = EntityType.of(Odd.class).identifiedBy(Odd::id);
        refusedOdd(odd, "price is a BigDecimal", "type(…, FieldType.decimal(12, 2))");
        FieldType decimal = FieldType.decimal(12, 2);
        odd.type(Odd::price, decimal);
        refusedOdd(odd, "parts is a List", "type(…, FieldType.listOf(…))");
        odd.type(Odd::parts, FieldType.listOf(decimal));
        refusedOdd(odd, "lasting is a Duration", "convert(…)");
    }

    private static void refusedOdd(EntityTypeBuilder<Odd> builder, String... parts) {
        assertThatIllegalArgumentException().isThrownBy(builder::build).withMessageContainingAll(parts);
    }

    @Test
    void aTypeRefersToItselfByItsOwnKey() {
        EntityType<Account> type =
                accounts().referencesSelf(Account::parent, OnDelete.RESTRICT).build();
        assertThat(type.references()).singleElement().satisfies(reference -> {
            assertThat(reference.target()).isSameAs(type);
            assertThat(reference.name()).isEqualTo("accounts_parent_fk");
        });
        assertThat(Catalog.of(type).types()).containsExactly(type);
        refused(accounts().referencesSelf(Account::other, OnDelete.CASCADE), "has to hold that type's key");
    }

    @Test
    void aDefaultValueThatItsOwnCheckRefusesIsRefusedWithIt() {
        EntityTypeBuilder<Row> type = EntityType.ofRows("t")
                .field("id", FieldType.TEXT)
                .field("size", FieldType.INTEGER)
                .defaultValue(FieldRef.named("size"), 0)
                .identifiedBy(FieldRef.named("id"))
                .range(FieldRef.named("size"), 1, 9);
        assertThatThrownBy(type::build)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("field size has a default value outside its declared set or range");
    }

    record Counted(String id, int count) {}

    @Test
    void aRowThatLacksWhatTheRecordCannotBeWithoutNamesTheField() {
        EntityType<Counted> type = EntityType.of(Counted.class)
                .named("t")
                .identifiedBy(Counted::id)
                .build();
        assertThatThrownBy(() -> type.fromRow(Row.of(type, "a", null)))
                .isInstanceOf(InvalidValueException.class)
                .hasMessageContaining("count: the value is missing");
    }

    @Test
    void namesOfRulesThatWouldMeetInASchemaAreRefused() {
        EntityType<Row> order = EntityType.ofRows("order")
                .field("item_id", FieldType.TEXT)
                .identifiedBy(FieldRef.named("item_id"))
                .range(FieldRef.named("item_id"), "a", "b")
                .sql(table -> table.index(FieldRef.named("item_id")))
                .build();
        EntityType<Row> item = EntityType.ofRows("order_item")
                .field("id", FieldType.TEXT)
                .identifiedBy(FieldRef.named("id"))
                .sql(table -> table.index(FieldRef.named("id")))
                .build();
        assertThatThrownBy(() -> Catalog.of(order, item))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("order_item_id_ix")
                .hasMessageContaining("the index of order over item_id, and the index of order_item over id");
        EntityType<Row> twice = EntityType.ofRows("t")
                .field("a", FieldType.TEXT)
                .field("b_c", FieldType.TEXT)
                .field("a_b", FieldType.TEXT)
                .field("c", FieldType.TEXT)
                .identifiedBy(FieldRef.named("a"))
                .sql(table -> table.index(FieldRef.named("a"), FieldRef.named("b_c"))
                        .index(FieldRef.named("a_b"), FieldRef.named("c")))
                .build();
        assertThatThrownBy(() -> Catalog.of(twice)).hasMessageContaining("t_a_b_c_ix");
    }
}
