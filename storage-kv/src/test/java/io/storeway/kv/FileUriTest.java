package io.storeway.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.storeway.error.InvalidValueException;
import io.storeway.kv.internal.FileUri;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FileUriTest {

    @Test
    void aPathMayHaveOptionsBehindIt() {
        assertThat(FileUri.parse("mvstore:a/b.mv", "mvstore:", "durability").path())
                .isEqualTo(Path.of("a/b.mv"));
        FileUri uri =
                FileUri.parse("mvstore:b.mv?durability=none&constraints=a=b", "mvstore:", "durability", "constraints");
        assertThat(uri.path()).isEqualTo(Path.of("b.mv"));
        assertThat(uri.options()).hasSize(2).containsEntry("constraints", "a=b");
        assertThat(uri.option("durability", Durability.COMMIT)).isEqualTo(Durability.NONE);
        assertThat(uri.option("absent", Durability.COMMIT)).isEqualTo(Durability.COMMIT);
    }

    @ParameterizedTest
    @CsvSource({
        "mvstore:, no path is named; say mvstore:PATH",
        "mvstore:?durability=none, no path is named",
        "mvstore:a?, 'durability=… and, of a storage, constraints=…'",
        "mvstore:a?durability, durability=…",
        "mvstore:a?speed=none, constraints=…",
        "mvstore:a?durability=none&durability=sync, each once",
        "mvstore:a?durability=none&, durability=…"
    })
    void anythingElseIsRefusedByWhatThereIs(String uri, String reason) {
        assertThatExceptionOfType(InvalidValueException.class)
                .isThrownBy(() -> FileUri.parse(uri, "mvstore:", "durability"))
                .withMessageContaining(reason);
    }

    @Test
    void aValueIsOneOfTheNamesInSmallLetters() {
        FileUri uri = FileUri.parse("mvstore:a?durability=NONE", "mvstore:", "durability");
        assertThatExceptionOfType(InvalidValueException.class)
                .isThrownBy(() -> uri.option("durability", Durability.COMMIT))
                .withMessageContaining("durability is one of sync, commit, interval, none");
    }

    @Test
    void aSchemeWithoutOptionsSaysSo() {
        assertThatExceptionOfType(InvalidValueException.class)
                .isThrownBy(() -> FileUri.parse("memory:a?x=y", "memory:"))
                .withMessageContaining("it has options after a question mark, and memory: has none");
    }

    @Test
    void whatIsNoPathIsRefused() {
        assertThatExceptionOfType(InvalidValueException.class)
                .isThrownBy(() -> FileUri.parse("mvstore:a\u0000b", "mvstore:"))
                .withMessageContaining("is no path");
    }
}
