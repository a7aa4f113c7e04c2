package io.storeway.layout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeyTemplateTest {

    @Test
    void aKeyReadsBackWhateverTheIdsContain() {
        KeyTemplate template = KeyTemplate.parse("list:{a}:of:{b}");
        for (String a : List.of("x", "x:of:y", "%", "%3A", "", " ", "{b}", "é\n")) {
            for (String b : List.of("1", ":", "of:", "\u0000")) {
                assertThat(template.match(template.format(List.of(a, b)))).contains(List.of(a, b));
            }
        }
    }

    @Test
    void differentIdsNeverShareAKey() {
        KeyTemplate template = KeyTemplate.parse("list:{a}:{b}");
        assertThat(template.format(List.of("x:y", "z"))).isNotEqualTo(template.format(List.of("x", "y:z")));
    }

    @Test
    void ordinaryIdsStayAsTheyAre() {
        assertThat(KeyTemplate.parse("watchlist:{chatId}").format(List.of("-1009080086063")))
                .isEqualTo("watchlist:-1009080086063");
    }

    @Test
    void aRawVariableTakesEverythingToTheEnd() {
        KeyTemplate template = KeyTemplate.parse("user:{id|raw}");
        assertThat(template.match("user:a:b%")).contains(List.of("a:b%"));
        assertThat(template.format(List.of("a:b%"))).isEqualTo("user:a:b%");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"watchlist:a:b", "watchlist:%zz", "watchlist:%3a", "watchlis", "Watchlist:a", "xwatchlist:a"})
    void aKeyThatIsNotInTheEscapedFormIsNoneOfTheTemplate(String key) {
        assertThat(KeyTemplate.parse("watchlist:{chatId}").match(key)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"{id}", "a{", "a}b", "a:{x|raw}:b", "a:{x}{y}", "a:{x}b", "a:{1}", ""})
    void aTemplateThatCannotBeReadBackIsRefused(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> KeyTemplate.parse(text))
                .withMessageContaining("Key template");
    }

    @ParameterizedTest
    @CsvSource({
        "a:{x},a:{y},true",
        "a:{x},b:{x},false",
        "a:{x},a:{x}:{y},false",
        "a:{x|raw},a:{x}:{y},true",
        "a:{x},a:1,true",
        "a:{x},ab,false",
        "chats,chats,true"
    })
    void templatesOverlapWhereAKeyCouldBelongToBoth(String one, String other, boolean overlap) {
        assertThat(KeyTemplate.parse(one).overlaps(KeyTemplate.parse(other))).isEqualTo(overlap);
        assertThat(KeyTemplate.parse(other).overlaps(KeyTemplate.parse(one))).isEqualTo(overlap);
    }
}
