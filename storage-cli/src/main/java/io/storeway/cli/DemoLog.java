package io.storeway.cli;

import java.io.Closeable;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A log of the writes of the demo's application and of their answers, a line for each, in the order of time. Because it is
 * a file, the final check also covers the writes of runs that were killed. Thread-safe.
 */
final class DemoLog implements Closeable {

    /** How a write ended for the application. */
    enum Answer {
        ACKNOWLEDGED,
        REFUSED,
        UNKNOWN
    }

    /** The number of the first write; larger than any number in the bundled data. */
    private static final int FIRST = 1_000_000_000;

    private static final long NEVER = Long.MAX_VALUE;
    /** How many lost writes a check describes. */
    private static final int EXAMPLES = 5;

    /** A write; begin and end are positions in the log. A deletion leaves no number. */
    private static final class Write {
        private final DemoRecords.Entry record;
        private final @Nullable Integer number;
        private final long begin;
        private long end = NEVER;
        private Answer answer = Answer.UNKNOWN;

        Write(DemoRecords.Entry record, @Nullable Integer number, long begin) {
            this.record = record;
            this.number = number;
            this.begin = begin;
        }
    }

    /**
     * The comparison of a storage with the log.
     *
     * @param writes how many writes were acknowledged
     * @param records how many records they wrote to
     * @param wrong a sentence for each record that has lost a write
     */
    record Check(long writes, long records, List<String> wrong) {}

    private final DemoRecords records;
    private final Map<Integer, Write> writes = new LinkedHashMap<>();
    private final OutputStream file;
    private long time;

    /** Opens the log and notes that a run begins. Writes of earlier runs without an answer have ended by now. */
    DemoLog(Path path, DemoRecords records) throws IOException {
        this.records = records;
        if (Files.exists(path)) {
            String text = Files.readString(path);
            String whole = text.substring(0, text.lastIndexOf('\n') + 1);
            if (whole.length() < text.length()) {
                Files.writeString(path, whole, StandardOpenOption.TRUNCATE_EXISTING);
            }
            whole.lines().forEach(this::replay);
        }
        this.file = new FileOutputStream(path.toFile(), true);
        line("run");
    }

    private void replay(String line) {
        String[] words = line.split(" ", 4);
        switch (words[0]) {
            case "save", "delete" ->
                begun(Integer.parseInt(words[1]), records.record(words[2], words[3]), words[0].equals("delete"));
            case "run" -> endAll();
            default -> ended(Integer.parseInt(words[1]), Answer.valueOf(words[0]));
        }
    }

    private void line(String line) {
        try {
            file.write((line + "\n").getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (line.equals("run")) {
            endAll();
        }
    }

    private void begun(int number, DemoRecords.Entry record, boolean deletes) {
        writes.put(number, new Write(record, deletes ? null : number, time++));
    }

    private void ended(int number, Answer answer) {
        Write write = Objects.requireNonNull(writes.get(number));
        write.answer = answer;
        write.end = answer == Answer.UNKNOWN ? NEVER : time++;
    }

    private void endAll() {
        long now = time++;
        writes.values().stream().filter(write -> write.end == NEVER).forEach(write -> write.end = now);
    }

    /** Logs that a write begins, and returns its number. */
    synchronized int begin(DemoRecords.Entry record, boolean deletes) {
        int number = FIRST + writes.size();
        line((deletes ? "delete " : "save ") + number + " " + record.entity() + " " + records.text(record));
        begun(number, record, deletes);
        return number;
    }

    /** Logs how a write ended. */
    synchronized void end(int number, Answer answer) {
        line(answer + " " + number);
        ended(number, answer);
    }

    /**
     * Compares a storage with the log. Each record must hold what one of its writes left, and no acknowledged write may have
     * begun after that write had ended.
     */
    Check check(String where, NumberReader storage) {
        Map<DemoRecords.Entry, List<Write>> byRecord = new LinkedHashMap<>();
        long acknowledged = 0;
        synchronized (this) {
            for (Write write : writes.values()) {
                if (write.answer != Answer.REFUSED) {
                    byRecord.computeIfAbsent(write.record, none -> new ArrayList<>())
                            .add(write);
                }
                acknowledged += write.answer == Answer.ACKNOWLEDGED ? 1 : 0;
            }
        }
        byRecord.values().removeIf(list -> list.stream().noneMatch(each -> each.answer == Answer.ACKNOWLEDGED));
        List<String> wrong = new ArrayList<>();
        byRecord.forEach((record, list) -> {
            Integer found = storage.read(record);
            if (list.stream().noneMatch(write -> explains(write, found, list)) && wrong.size() < EXAMPLES) {
                wrong.add("the last write to " + record.entity() + " " + records.text(record) + " is lost in " + where
                        + ", which holds " + (found == null ? "nothing" : found) + " there");
            }
        });
        return new Check(acknowledged, byRecord.size(), wrong);
    }

    private static boolean explains(Write write, @Nullable Integer found, List<Write> all) {
        return Objects.equals(write.number, found)
                && all.stream().noneMatch(later -> later.answer == Answer.ACKNOWLEDGED && later.begin >= write.end);
    }

    /** Reads from a storage the number that the last write left in a record, or null if there is none. */
    @FunctionalInterface
    interface NumberReader {
        @Nullable
        Integer read(DemoRecords.Entry record);
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
