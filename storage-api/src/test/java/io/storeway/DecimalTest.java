package io.storeway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(20)
class DecimalTest {

    private static final FieldType MONEY = FieldType.decimal(10, 2);

    @ParameterizedTest
    @ValueSource(strings = {"1e-1000000000", "-7e-2147483647", "12e-4", "0.001"})
    void decimalsBeyondTheScaleAreRefusedAtOnce(String number) {
        assertThatThrownBy(() -> MONEY.normalize(new BigDecimal(number)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("more decimals than");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1e1000000000", "-1e2147483647", "123456789", "1e8"})
    void digitsBeyondThePrecisionAreRefusedAtOnce(String number) {
        assertThatThrownBy(() -> MONEY.normalize(new BigDecimal(number)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("more digits before the point than");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "0e-1000000000", "0e1000000000"})
    void zeroIsZeroWhateverItsExponent(String number) {
        assertThat(MONEY.normalize(new BigDecimal(number))).isEqualTo(new BigDecimal("0.00"));
    }

    @Test
    void zerosBehindTheScaleAreNoDecimals() {
        assertThat(MONEY.normalize(new BigDecimal("-12345678.900000"))).isEqualTo(new BigDecimal("-12345678.90"));
        assertThat(MONEY.normalize(new BigDecimal("5e1"))).isEqualTo(new BigDecimal("50.00"));
    }
}
