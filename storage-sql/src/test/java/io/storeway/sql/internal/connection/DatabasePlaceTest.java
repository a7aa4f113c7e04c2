package io.storeway.sql.internal.connection;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class DatabasePlaceTest {

    private static final String HERE = Path.of("").toAbsolutePath().toString();

    @Test
    void aFileIsTheSameHoweverItIsNamed() {
        assertThat(DatabasePlace.of("jdbc:sqlite:a.db?journal_mode=WAL", null))
                .isEqualTo(DatabasePlace.of("jdbc:sqlite:" + HERE + "/x/../a.db", null))
                .isEqualTo(DatabasePlace.of("jdbc:sqlite:file:a.db", null))
                .isEqualTo("jdbc:sqlite:" + HERE + "/a.db");
        assertThat(DatabasePlace.of("jdbc:h2:./a;WRITE_DELAY=0", "PUBLIC"))
                .isEqualTo(DatabasePlace.of("jdbc:h2:file:" + HERE + "/a", "PUBLIC"))
                .isEqualTo("jdbc:h2:" + HERE + "/a PUBLIC");
    }

    @Test
    void schemasOfOneDatabaseAreTwoPlacesAndWhatMayBeSecretIsInNone() {
        assertThat(DatabasePlace.of("jdbc:postgresql://host/db?user=u&password=secret", "one"))
                .isEqualTo("jdbc:postgresql://host/db one")
                .isNotEqualTo(DatabasePlace.of("jdbc:postgresql://host/db", "two"));
    }

    @Test
    void whatOnlyItsConnectionKnowsIsNowhere() {
        assertThat(DatabasePlace.of("jdbc:sqlite::memory:", null)).isEmpty();
        assertThat(DatabasePlace.of("jdbc:h2:mem:;DB_CLOSE_DELAY=-1", "PUBLIC")).isEmpty();
        assertThat(DatabasePlace.of("jdbc:h2:mem:named", "PUBLIC")).isEqualTo("jdbc:h2:mem:named PUBLIC");
    }
}
