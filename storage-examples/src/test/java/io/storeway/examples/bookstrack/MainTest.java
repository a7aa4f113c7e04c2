package io.storeway.examples.bookstrack;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MainTest {

    @TempDir
    Path folder;

    @Test
    void theExampleRunsToItsEnd() throws Exception {
        ByteArrayOutputStream shown = new ByteArrayOutputStream();
        Main.run(folder, 100, new PrintStream(shown, true, StandardCharsets.UTF_8));
        assertThat(shown.toString(StandardCharsets.UTF_8))
                .contains("restoring it gives the same store")
                .contains("Both sides are equal")
                .contains("flag false        -> SHADOW at 0 %")
                .contains("flag READ_NEW 100 -> READ_NEW at 100 %")
                .contains("The tables decide now (LIVE)")
                .contains("Top authors: ")
                .contains("cache_hit_rate");
    }
}
