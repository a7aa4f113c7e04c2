package io.storeway.spi;

import static org.assertj.core.api.Assertions.assertThat;

import io.storeway.EntityType;
import io.storeway.FieldRef;
import io.storeway.FieldType;
import io.storeway.Json;
import io.storeway.Key;
import io.storeway.Row;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FingerprinterTest {

    private static final EntityType<Row> TYPE = EntityType.ofRows("rows")
            .field("id", FieldType.TEXT)
            .field("a", FieldType.TEXT)
            .field("b", FieldType.TEXT)
            .field("json", FieldType.JSON)
            .nullable(FieldRef.named("a"), FieldRef.named("b"), FieldRef.named("json"))
            .identifiedBy(FieldRef.named("id"))
            .build();

    private final Fingerprinter all = new Fingerprinter(TYPE, Set.of(0, 1, 2, 3));

    private Fingerprint of(@Nullable Object... values) {
        return all.row(Row.of(TYPE, values));
    }

    @Test
    void equalRowsHaveEqualFingerprintsAndOthersDoNot() {
        assertThat(of("1", "x", "y")).isEqualTo(of("1", "x", "y"));
        assertThat(List.of(
                        of("1", "x", "y"),
                        of("1", "y", "x"),
                        of("1", "xy", ""),
                        of("1", "", "xy"),
                        of("1", "xy"),
                        of("1", null, "xy"),
                        of("1", "x", "y", Json.NULL)))
                .doesNotHaveDuplicates();
    }

    @Test
    void membersInAnotherOrderAndNumbersOfAnotherScaleAreTheSameJson() {
        Map<String, Json> one = new LinkedHashMap<>();
        one.put("a", new Json.Num(new BigDecimal("1.0")));
        one.put("b", Json.NULL);
        Map<String, Json> other = new LinkedHashMap<>();
        other.put("b", Json.NULL);
        other.put("a", new Json.Num(BigDecimal.ONE));
        assertThat(of("1", null, null, new Json.Obj(one))).isEqualTo(of("1", null, null, new Json.Obj(other)));
    }

    @Test
    void aFieldThatIsNotCarriedDoesNotCount() {
        Fingerprinter some = new Fingerprinter(TYPE, Set.of(0, 1));
        assertThat(some.row(Row.of(TYPE, "1", "x", "y"))).isEqualTo(some.row(Row.of(TYPE, "1", "x", "z")));
    }

    @Test
    void aReleaseThatAddsOrMovesAFieldGivesRowsWithoutItTheSameFingerprint() {
        EntityType<Row> later = EntityType.ofRows("rows")
                .field("added", FieldType.LONG)
                .field("id", FieldType.TEXT)
                .field("b", FieldType.TEXT)
                .field("a", FieldType.TEXT)
                .nullable(FieldRef.named("added"), FieldRef.named("a"), FieldRef.named("b"))
                .identifiedBy(FieldRef.named("id"))
                .build();
        Fingerprinter fingerprints = new Fingerprinter(later, Set.of(0, 1, 2, 3));
        assertThat(fingerprints.row(Row.of(later, null, "1", "y", "x"))).isEqualTo(of("1", "x", "y"));
        assertThat(fingerprints.row(Row.of(later, 7L, "1", "y", "x"))).isNotEqualTo(of("1", "x", "y"));
    }

    @Test
    void aSumDoesNotDependOnTheOrderAndDoesNotCancel() {
        Fingerprint one = of("1");
        Fingerprint two = of("2");
        Fingerprint three = all.payload(Key.of("3"), new byte[] {1});
        assertThat(one.plus(two).plus(three)).isEqualTo(three.plus(one).plus(two));
        assertThat(one.plus(one)).isNotEqualTo(Fingerprint.ZERO).isNotEqualTo(two.plus(two));
        assertThat(new Fingerprint(0, -1).plus(new Fingerprint(0, 1))).isEqualTo(new Fingerprint(1, 0));
    }
}
