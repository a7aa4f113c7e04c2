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

    @Test
    void aTemplateTellsItsParts() {
        KeyTemplate template = KeyTemplate.parse("list:{a}:of:{b_2|raw}");
        assertThat(template.prefix()).isEqualTo("list:");
        assertThat(template.variables()).containsExactly("a", "b_2");
        assertThat(template).hasToString("list:{a}:of:{b_2|raw}");
        assertThat(template)
                .isEqualTo(KeyTemplate.parse("list:{a}:of:{b_2|raw}"))
                .hasSameHashCodeAs(KeyTemplate.parse("list:{a}:of:{b_2|raw}"))
                .isNotEqualTo(KeyTemplate.parse("list:{a}:of:{b_2}"));
    }

    @Test
    void aTemplateWithoutVariablesIsOneKey() {
        KeyTemplate template = KeyTemplate.parse("chat_ids");
        assertThat(template.format(List.of())).isEqualTo("chat_ids");
        assertThat(template.match("chat_ids")).contains(List.of());
        assertThat(template.match("chat_ids2")).isEmpty();
        assertThat(template.match("chat_id")).isEmpty();
    }

    @Test
    void textBehindAVariableBelongsToTheKey() {
        KeyTemplate template = KeyTemplate.parse("user:{id}:books");
        assertThat(template.format(List.of("7"))).isEqualTo("user:7:books");
        assertThat(template.match("user:7:books")).contains(List.of("7"));
        assertThat(template.match("user:7:book")).isEmpty();
        assertThat(template.match("user:7")).isEmpty();
        assertThat(template.match("user:7:books:2")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "{id}, a template begins with literal text",
        "a:{x|raw}:{y}, a raw variable may only stand at the end",
        "a:{x|raw}b, a variable ends at a colon or at the end of the key",
        "a:{x}b, a variable ends at a colon or at the end of the key",
        "a:{x}:b}, a brace that belongs to no variable",
        "a:{-}, a brace that belongs to no variable"
    })
    void aRefusalSaysWhatIsWrong(String text, String reason) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> KeyTemplate.parse(text))
                .withMessage("Key template " + text + ": " + reason);
    }

    @ParameterizedTest
    @CsvSource({
        "a:{x},a:{y},true",
        "a:{x},b:{x},false",
        "a:{x},a:{x}:{y},false",
        "a:{x|raw},a:{x}:{y},true",
        "a:{x},a:1,true",
        "a:{x},ab,false",
        "chats,chats,true",
        "chats,chat,false",
        "a:{x},a:b:c,false",
        "a:b:{x},a:{y}:{z},true",
        "ab:{x},a:{x},false",
        "a:{x}:b,a:{x},false"
    })
    void templatesOverlapWhereAKeyCouldBelongToBoth(String one, String other, boolean overlap) {
        assertThat(KeyTemplate.parse(one).overlaps(KeyTemplate.parse(other))).isEqualTo(overlap);
        assertThat(KeyTemplate.parse(other).overlaps(KeyTemplate.parse(one))).isEqualTo(overlap);
    }
}
