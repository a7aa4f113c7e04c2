package io.storeway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class FieldTypeProperties {

    private static boolean wellFormed(String text) {
        return StandardCharsets.UTF_8.newEncoder().canEncode(text);
    }

    @Property
    void textSortsByItsUtf8Bytes(@ForAll String left, @ForAll String right) {
        if (wellFormed(left) && wellFormed(right)) {
            int bytes = Arrays.compareUnsigned(
                    left.getBytes(StandardCharsets.UTF_8), right.getBytes(StandardCharsets.UTF_8));
            assertThat(Integer.signum(FieldType.TEXT.compare(left, right))).isEqualTo(Integer.signum(bytes));
        }
    }

    @Property
    void textIsAcceptedExactlyIfItHasAUtf8Form(@ForAll String text) {
        boolean accepted;
        try {
            accepted = FieldType.TEXT.normalize(text).equals(text);
        } catch (IllegalArgumentException e) {
            accepted = false;
        }
        assertThat(accepted).isEqualTo(wellFormed(text));
    }

    @Property
    void aFormattedValueReadsBack(@ForAll long number, @ForAll double real, @ForAll boolean flag) {
        assertThat(FieldType.LONG.parse(FieldType.LONG.format(number))).isEqualTo(number);
        assertThat(FieldType.BOOLEAN.parse(FieldType.BOOLEAN.format(flag))).isEqualTo(flag);
        assertThat(FieldType.DOUBLE.parse(FieldType.DOUBLE.format(real))).isEqualTo(real);
    }

    @Property
    void anInstantCountsInItsUnitAndBack(@ForAll int seconds, @ForAll int part) {
        Instant instant = Instant.ofEpochSecond(seconds, Math.floorMod(part, 1_000_000) * 1_000L);
        FieldType.TimeUnit micros = FieldType.TimeUnit.MICROS;
        assertThat(micros.ofEpoch(micros.toEpoch(instant))).isEqualTo(instant);
    }

    @Property
    void anEscapedPartReadsBackAndHoldsNoSeparator(@ForAll String part) {
        if (wellFormed(part)) {
            assertThat(KeyText.escape(part)).doesNotContain(":");
            assertThat(KeyText.unescape(KeyText.escape(part))).isEqualTo(part);
        }
    }

    @Property
    void jsonNumbersAreEqualWhenTheyAreNumericallyEqual(@ForAll int unscaled, @ForAll boolean shifted) {
        Json plain = new Json.Num(BigDecimal.valueOf(unscaled));
        Json other = new Json.Num(BigDecimal.valueOf(unscaled).setScale(shifted ? 3 : 0));
        assertThat(other).isEqualTo(plain).hasSameHashCodeAs(plain);
    }

    @Example
    void aDecimalIsRefusedOneDigitBeyondItsLimits() {
        FieldType type = FieldType.decimal(5, 2);
        assertThat(type.normalize(new BigDecimal("-999.99"))).isEqualTo(new BigDecimal("-999.99"));
        assertThat(type.normalize(new BigDecimal("1"))).isEqualTo(new BigDecimal("1.00"));
        assertThatIllegalArgumentException().isThrownBy(() -> type.normalize(new BigDecimal("1000")));
        assertThatIllegalArgumentException().isThrownBy(() -> type.normalize(new BigDecimal("0.001")));
        assertThatIllegalArgumentException().isThrownBy(() -> FieldType.decimal(39, 0));
    }

    @Example
    void anInstantThatNoInstantHoldsIsRefused() {
        FieldType seconds = FieldType.instant(FieldType.TimeUnit.SECONDS);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> seconds.parse(Long.toString(Long.MAX_VALUE)))
                .withMessageContaining("instant(seconds)");
    }

    @Example
    void aTextThatIsNotTheOneFormIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> FieldType.LONG.parse("007"));
        assertThatIllegalArgumentException().isThrownBy(() -> FieldType.BOOLEAN.parse("TRUE"));
        assertThatIllegalArgumentException().isThrownBy(() -> FieldType.DATE.parse("2026-1-1"));
    }
}
