package io.storeway.examples.llmgateway;

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
    void theBooksBalanceAfterTheMoveAndTheWayBack() throws Exception {
        ByteArrayOutputStream shown = new ByteArrayOutputStream();
        Main.run(
                folder,
                "jdbc:h2:" + folder.resolve("postgres"),
                "mvstore:" + folder.resolve("redis.mv"),
                new PrintStream(shown, true, StandardCharsets.UTF_8));
        assertThat(shown.toString(StandardCharsets.UTF_8))
                .contains("h2 + mvstore -> sqlite + mvstore")
                .contains("SHADOW", "READ_NEW", "LIVE", "RAMP_DOWN")
                .contains("together 25.000000000000")
                .endsWith("in h2, equal\n");
    }
}
