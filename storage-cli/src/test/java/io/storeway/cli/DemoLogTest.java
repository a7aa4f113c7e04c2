package io.storeway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.storeway.Catalog;
import io.storeway.Storage;
import io.storeway.Storages;
import io.storeway.cli.catalog.CatalogFile;
import io.storeway.examples.BundledData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoLogTest {

    @TempDir
    Path folder;

    private Storage storage;
    private DemoRecords records;
    private DemoRecords.Entry session;
    private DemoLog log;

    @BeforeEach
    void open() throws IOException {
        Catalog catalog =
                CatalogFile.parse("bookstrack.yaml", BundledData.BOOKSTRACK_CATALOG.text() + DemoRecords.SESSIONS_TYPE);
        storage = Storages.open("memory:", catalog);
        records = new DemoRecords(catalog, storage);
        session = records.record("sessions", "reader1:2");
        log = log();
    }

    private DemoLog log() throws IOException {
        return new DemoLog(folder.resolve("writes.log"), records);
    }

    @AfterEach
    void close() throws IOException {
        log.close();
        storage.close();
    }

    private int told(boolean deletes, DemoLog.Answer answer) {
        int number = log.begin(session, deletes);
        log.end(number, answer);
        return number;
    }

    private boolean holds(@Nullable Integer found) {
        return log.check("a store", record -> found).wrong().isEmpty();
    }

    @Test
    void theLastAcknowledgedWriteHasToBeThere() {
        int first = told(false, DemoLog.Answer.ACKNOWLEDGED);
        int second = told(false, DemoLog.Answer.ACKNOWLEDGED);
        assertThat(holds(second)).isTrue();
        assertThat(holds(first)).as("an earlier write").isFalse();
        assertThat(holds(null)).as("nothing").isFalse();
    }

    @Test
    void aDeletedRecordMustNotComeBack() {
        int first = told(false, DemoLog.Answer.ACKNOWLEDGED);
        told(true, DemoLog.Answer.ACKNOWLEDGED);
        assertThat(holds(null)).isTrue();
        assertThat(holds(first)).isFalse();
    }

    @Test
    void aWriteOfUnknownOutcomeMayBeThereOrNot() {
        int first = told(false, DemoLog.Answer.ACKNOWLEDGED);
        int unknown = told(false, DemoLog.Answer.UNKNOWN);
        assertThat(holds(first)).isTrue();
        assertThat(holds(unknown)).isTrue();
    }

    @Test
    void aRefusedWriteMustNotBeThere() {
        int first = told(false, DemoLog.Answer.ACKNOWLEDGED);
        int refused = told(false, DemoLog.Answer.REFUSED);
        assertThat(holds(first)).isTrue();
        assertThat(holds(refused)).isFalse();
    }

    @Test
    void concurrentWritesMayEndInEitherOrder() {
        int one = log.begin(session, false);
        int other = log.begin(session, false);
        log.end(other, DemoLog.Answer.ACKNOWLEDGED);
        log.end(one, DemoLog.Answer.ACKNOWLEDGED);
        assertThat(holds(one)).isTrue();
        assertThat(holds(other)).isTrue();
    }

    @Test
    void theLogOfAKilledRunCountsInTheNext() throws IOException {
        int acknowledged = told(false, DemoLog.Answer.ACKNOWLEDGED);
        int open = log.begin(session, false);
        log.close();
        Files.writeString(folder.resolve("writes.log"), "save 10000", StandardOpenOption.APPEND);
        log = log();
        assertThat(holds(acknowledged)).isTrue();
        assertThat(holds(open)).as("begun, without an answer").isTrue();
        assertThat(holds(null)).isFalse();
        int next = told(false, DemoLog.Answer.ACKNOWLEDGED);
        assertThat(next).isGreaterThan(open);
        assertThat(holds(open)).as("over since the run ended").isFalse();
        assertThat(holds(next)).isTrue();
    }
}
