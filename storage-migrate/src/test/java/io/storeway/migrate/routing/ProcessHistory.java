package io.storeway.migrate.routing;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What {@link RoutedProcess}es tell of their writes. Of one thread. */
final class ProcessHistory {

    private static final long NEVER = Long.MAX_VALUE;

    /** A write; absent value for a deletion, an endless end if nobody knows what became of it. */
    private record Write(String owner, @Nullable Long value, long begin, long end) {}

    private final List<Write> writes = new ArrayList<>();
    private long unknown;

    /** Takes all that one process has told. */
    void add(Collection<String> lines) {
        Map<String, Write> open = new HashMap<>();
        for (String line : lines) {
            String[] words = line.split(" ", -1);
            if (!words[words.length - 1].equals(".")) {
                continue; // The process died while it wrote the line, before it went on.
            }
            switch (words[0]) {
                case "begin" -> {
                    Long value = words[3].equals("delete") ? null : Long.valueOf(words[1]);
                    open.put(words[1], new Write(words[2], value, Long.parseLong(words[4]), NEVER));
                }
                case "refused" -> open.remove(words[1]);
                case "acknowledged" -> {
                    Write write = Objects.requireNonNull(open.remove(words[1]));
                    writes.add(new Write(write.owner(), write.value(), write.begin(), Long.parseLong(words[2])));
                }
                case "unknown" -> {
                    // It stays open.
                }
                default -> throw new IllegalArgumentException("A process wrote " + line);
            }
        }
        unknown += open.size();
        writes.addAll(open.values());
    }

    long acknowledged() {
        return writes.stream().filter(write -> write.end() != NEVER).count();
    }

    long deletions() {
        return writes.stream()
                .filter(write -> write.end() != NEVER && write.value() == null)
                .count();
    }

    long unknown() {
        return unknown;
    }

    /** Whether some write gave the value, or none was ever made, and none that was acknowledged began after that one was over. */
    boolean explains(String owner, @Nullable Long found) {
        List<Write> here = new ArrayList<>(
                writes.stream().filter(write -> write.owner().equals(owner)).toList());
        here.add(new Write(owner, null, Long.MIN_VALUE, Long.MIN_VALUE + 1));
        return here.stream()
                .filter(write -> Objects.equals(write.value(), found))
                .anyMatch(
                        last -> here.stream().noneMatch(later -> later.end() != NEVER && later.begin() >= last.end()));
    }
}
