package io.storeway.testkit.laws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.storeway.testkit.laws.Command.Kind;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CommandTest {

    @Test
    void commandsAreReadAsTheyAreWritten() {
        for (long seed = 0; seed < 200; seed++) {
            List<Command> commands = CommandLists.random(seed);
            assertThat(Command.parse(Command.text(commands))).isEqualTo(commands);
        }
    }

    @Test
    void whatIsNoCommandIsNamed() {
        assertThatThrownBy(() -> Command.parse("SAVE(0.1.2) JUMP"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("JUMP");
        assertThatThrownBy(() -> Command.parse("SAVE(0.1)"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("SAVE(0.1)");
    }

    @Test
    void everyKindOfCommandOccurs() {
        assertThat(LongStream.range(0, 50).boxed().flatMap(seed -> CommandLists.random(seed).stream()))
                .extracting(Command::kind)
                .contains(Kind.values());
    }

    @Test
    void aFailingListIsMadeAsShortAsItGets() {
        List<Command> long30 = LongStream.range(0, 100)
                .mapToObj(CommandLists::random)
                .filter(list -> fails(list) && list.size() > 20)
                .findFirst()
                .orElseThrow();
        List<Command> shortest = CommandLists.shortest(long30, CommandTest::fails);
        assertThat(shortest).extracting(Command::kind).containsExactly(Kind.INSERT_ALL, Kind.DELETE);
        assertThat(shortest.get(0).picks()).hasSize(1);
    }

    private static boolean fails(List<Command> commands) {
        int first = commands.stream().map(Command::kind).toList().indexOf(Kind.INSERT_ALL);
        return first >= 0
                && commands.subList(first, commands.size()).stream().anyMatch(command -> command.kind() == Kind.DELETE);
    }

    @Test
    void theCorpusIsReadFromTheClassPath() {
        assertThat(Corpus.of("singles", Command::parse))
                .isNotEmpty()
                .allSatisfy(list -> assertThat(list).isNotEmpty());
        assertThat(Corpus.of("nothing", Command::parse)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sinlges SAVE(0.1.5)",
                "singles: SAVE(0.1.5)",
                "singles",
                "singles SAV(0.1.5)",
                "singles SAVE(3.0.5)",
                "singles SAVE(0.8.5)"
            })
    void aLineOfTheCorpusThatWouldNotBeReplayedIsAnError(String line) {
        assertThatThrownBy(() -> Corpus.of("singles", Command::parse, line))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("storeway/corpus.txt", line);
    }

    @Test
    void aLineOfTheCorpusMayBeIndentedEmptyOrAComment() {
        assertThat(Corpus.of("singles", Command::parse, "  singles SAVE(0.1.5) "))
                .hasSize(1);
        assertThat(Corpus.of("singles", Command::parse, " # singles SAVE(0.1.5)"))
                .isEmpty();
        assertThat(Corpus.of("singles", Command::parse, " ")).isEmpty();
        assertThat(Corpus.of("singles", Command::parse, "items SAVE(0.1.5)")).isEmpty();
    }
}
