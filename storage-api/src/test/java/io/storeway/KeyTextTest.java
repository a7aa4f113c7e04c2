package io.storeway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeyTextTest {

    @ParameterizedTest
    @CsvSource({"plain,plain", "a:b,a%3Ab", "50%,50%25", "é😀,é😀", "%é:,%25é%3A"})
    void partsAreEncodedWhereTheyWouldBeAmbiguousAndReadBack(String part, String text) {
        assertThat(KeyText.escape(part)).isEqualTo(text);
        assertThat(KeyText.unescape(text)).isEqualTo(part);
    }

    @Test
    void controlCharactersAreEncodedAndSpaceIsNot() {
        assertThat(KeyText.escape("\u0000\u001f ~\u007f\u0080")).isEqualTo("%00%1F ~%7F\u0080");
        assertThat(KeyText.unescape("%00%1F%7F")).isEqualTo("\u0000\u001f\u007f");
    }

    @Test
    void anOrdinaryPartIsNotCopied() {
        String part = new String("ordinary");
        assertThat(KeyText.escape(part)).isSameAs(part);
    }

    @ParameterizedTest
    @ValueSource(strings = {"%", "%3", "a%3", "%3a", "%41", "%C3%A9", "%C3", "%zz", "%+1", "a:b", "\u0001"})
    void whatEscapingNeverWritesIsRefused(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> KeyText.unescape(text));
    }
}
