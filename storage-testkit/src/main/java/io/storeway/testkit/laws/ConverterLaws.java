package io.storeway.testkit.laws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.storeway.Capability;
import io.storeway.Catalog;
import io.storeway.Converter;
import io.storeway.EntityType;
import io.storeway.Field;
import io.storeway.FieldType;
import io.storeway.Identities;
import io.storeway.Repository;
import io.storeway.Row;
import io.storeway.error.InvalidValueException;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Currency;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A value of any Java type comes back equal through its converter, or is refused. */
final class ConverterLaws {

    record Money(long cents) {}

    record Invoice(
            UUID id,
            Currency currency,
            Money total,
            @Nullable Duration term) {}

    private static final Converter<Money, BigDecimal> MONEY = Converter.of(
            Money.class,
            FieldType.decimal(12, 2),
            money -> BigDecimal.valueOf(money.cents(), 2),
            amount -> new Money(amount.unscaledValue().longValueExact()));

    /** Stores whole seconds, so finer durations are refused. */
    private static final Converter<Duration, Long> SECONDS =
            Converter.of(Duration.class, FieldType.LONG, Duration::toSeconds, Duration::ofSeconds);

    private static final Converter<Currency, String> CURRENCY =
            Converter.of(Currency.class, FieldType.TEXT, Currency::getCurrencyCode, Currency::getInstance);

    private static final EntityType<Invoice> INVOICES = EntityType.of(Invoice.class)
            .named("invoices")
            .partitionedBy(Invoice::currency)
            .identifiedBy(Invoice::id)
            .nullable(Invoice::term)
            .convert(Invoice::currency, CURRENCY)
            .convert(Invoice::total, MONEY)
            .convert(Invoice::term, SECONDS)
            .build();

    private static final Currency EUR = Currency.getInstance("EUR");
    private static final Catalog CATALOG = Catalog.of(INVOICES);

    private ConverterLaws() {}

    static List<Law> all() {
        return List.of(
                new Law(
                        "L18-converted",
                        "a converted value comes back equal",
                        Set.of(Capability.WRITES),
                        ConverterLaws::converted),
                new Law(
                        "L18-altered",
                        "a value that would be altered is refused",
                        Set.of(Capability.WRITES),
                        ConverterLaws::refused));
    }

    private static void converted(LawContext context) {
        Supplier<UUID> ids = Identities.uuidV7(context.clock(), new Random(context.seed()));
        context.withStorage(CATALOG, storage -> {
            Repository<Invoice> invoices = storage.repository(INVOICES);
            List<Invoice> all = List.of(
                    new Invoice(ids.get(), EUR, new Money(0), null),
                    new Invoice(ids.get(), EUR, new Money(-1), Duration.ofDays(30)),
                    new Invoice(ids.get(), EUR, new Money(999_999_999_999L), Duration.ofSeconds(-1)));
            invoices.insertAll(all);
            assertThat(invoices.partition(EUR).list())
                    .as("in the order of their ids")
                    .isEqualTo(all);
            assertThat(invoices.find(EUR, all.get(1).id())).contains(all.get(1));
            assertThat(invoices.find("EUR", all.get(1).id().toString()))
                    .as("by stored values")
                    .contains(all.get(1));
            Field<Invoice, Money> total = INVOICES.field(Invoice::total);
            assertThat(invoices.partition(EUR)
                            .query()
                            .where(total.lt(new Money(0)))
                            .list())
                    .containsExactly(all.get(1));
            assertThat(invoices.partition(EUR).query().countBy(INVOICES.field(Invoice::currency)))
                    .isEqualTo(Map.of(EUR, 3L));
            assertThat(invoices.delete(EUR, all.get(2).id())).isTrue();
            context.effective(5);
        });
    }

    private static void refused(LawContext context) {
        context.withStorage(CATALOG, storage -> {
            Repository<Invoice> invoices = storage.repository(INVOICES);
            UUID id = new UUID(1, 2);
            for (Invoice bad : List.of(
                    new Invoice(id, EUR, new Money(1), Duration.ofMillis(1_500)),
                    new Invoice(id, EUR, new Money(Long.MAX_VALUE), null))) {
                InvalidValueException refusal =
                        catchThrowableOfType(InvalidValueException.class, () -> invoices.insert(bad));
                assertThat(refusal).as("refusal of a value").isNotNull();
                assertThat(refusal.where()).isEqualTo(bad.term() == null ? "total" : "term");
                assertThat(refusal.reason()).isNotEmpty();
                context.effective(1);
            }
            assertThat(invoices.partition(EUR).list()).isEmpty();
            Row unreadable = Row.trusted(INVOICES, new @Nullable Object[] {"no UUID", "EUR", BigDecimal.ONE, null});
            InvalidValueException refusal =
                    catchThrowableOfType(InvalidValueException.class, () -> INVOICES.fromRow(unreadable));
            assertThat(refusal)
                    .as("refusal of a stored value that no record holds")
                    .isNotNull();
            assertThat(refusal.where()).isEqualTo("id");
            assertThat(refusal.getMessage()).doesNotContain("no UUID");
            context.effective(1);
        });
    }
}
