package io.storeway.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.storeway.Catalog;
import io.storeway.EntityType;
import io.storeway.Field;
import io.storeway.FieldRef;
import io.storeway.FieldType;
import io.storeway.Repository;
import io.storeway.Row;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;

/** Decimals of up to 38 digits keep every digit and their order as numbers. */
class WideDecimalTest {

    private static final List<BigDecimal> ASCENDING = Stream.of(
                    "-999999999999999999999999999999999999.99",
                    "-100000000000000000000.00",
                    "-99999999999999999999.99",
                    "-10.00",
                    "-9.99",
                    "-0.01",
                    "0.00",
                    "0.01",
                    "9.00",
                    "10.00",
                    "92233720368547758.08",
                    "999999999999999999999999999999999999.98",
                    "999999999999999999999999999999999999.99")
            .map(BigDecimal::new)
            .toList();

    @TempDir
    Path directory;

    @EachEngine
    void wideDecimalsKeepEveryDigitAndOrderAsNumbers(Engine engine) {
        EntityType<Row> type = EntityType.ofRows("ledger")
                .field("sum", FieldType.decimal(38, 2))
                .identifiedBy(FieldRef.named("sum"))
                .build();
        Field<Row, @Nullable Object> sum = type.field(FieldRef.named("sum"));
        List<Row> rows = ASCENDING.stream().map(number -> Row.of(type, number)).toList();
        List<Row> descending = new ArrayList<>(rows);
        Collections.reverse(descending);
        try (SqlStorage storage = engine.open(directory, Catalog.of(type))) {
            storage.repository(type).insertAll(descending);
        }
        try (SqlStorage storage = engine.open(directory, Catalog.of(type))) {
            Repository<Row> ledger = storage.repository(type);
            assertThat(ledger.all()
                            .orderBy(List.of(sum.ascending()))
                            .allowScan()
                            .list())
                    .containsExactlyElementsOf(rows);
            assertThat(ledger.where(sum.lt(BigDecimal.ZERO)).allowScan().count())
                    .isEqualTo(6);
            assertThat(ledger.find(ASCENDING.get(10))).contains(rows.get(10));
        }
    }
}
