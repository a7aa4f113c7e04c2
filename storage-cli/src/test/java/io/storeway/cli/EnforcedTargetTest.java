package io.storeway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.storeway.Catalog;
import io.storeway.EntityType;
import io.storeway.Row;
import io.storeway.Storage;
import io.storeway.Storages;
import io.storeway.cli.catalog.CatalogFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A target whose blobs have no place for an item that breaks a rule. */
class EnforcedTargetTest {

    @TempDir
    Path folder;

    private String source() {
        return "mvstore:" + folder.resolve("source.mv");
    }

    private Cli run(String command) {
        return Cli.run(
                command,
                "--catalog",
                folder.resolve("users.yaml"),
                "--from",
                source(),
                "--to",
                "mvstore:" + folder.resolve("target.mv") + "?constraints=enforced");
    }

    @SuppressWarnings("unchecked") // Types of catalog files have no Java class.
    private void save(String id, String mail) {
        Catalog catalog = CatalogFile.read(folder.resolve("users.yaml"));
        EntityType<Row> users = (EntityType<Row>) catalog.type("users");
        try (Storage storage = Storages.open(source(), catalog)) {
            storage.repository(users).save(Row.of(users, id, mail));
        }
    }

    @Test
    void whatBreaksARuleStopsTheRunByNameAndItGoesOnWhenThatIsMended() throws IOException {
        Files.writeString(folder.resolve("users.yaml"), """
            types:
              users:
                key: [id]
                unique: [[mail]]
                fields:
                  id: text
                  mail: text
                key-value: {key: "user:{id}", blob: object}
            """);
        save("a", "same@x");
        save("b", "same@x");
        save("c", "other@x");
        Cli stopped = run("migrate");
        assertThat(stopped.exit()).as(stopped.out()).isEqualTo(ExitCode.FAILED);
        assertThat(stopped.err())
                .contains("can't be kept in a blob where rules are enforced; mend it at the source")
                .contains("users #")
                .doesNotContain("same@x", "Exception");
        save("b", "b@x");
        Cli migrated = run("migrate");
        assertThat(migrated.exit()).as(migrated.err()).isEqualTo(ExitCode.CLEAN);
        assertThat(run("verify").exit()).isEqualTo(ExitCode.CLEAN);
    }
}
