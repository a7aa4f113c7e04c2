package io.storeway;

import io.storeway.error.StorageException;
import io.storeway.error.StorageTimeoutException;
import io.storeway.error.StorageUnavailableException;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The state of a storage, for readiness probes and dashboards. Contains no keys, values or credentials.
 *
 * @param findings at least one; {@link #status()} is the worst of them
 */
public record Health(List<Finding> findings) {

    /** From good to bad. */
    public enum Status {
        /** All is well. */
        UP,
        /** It works, but someone should look at it. */
        DEGRADED,
        /** It does not work. */
        DOWN
    }

    /**
     * The state of one part.
     *
     * @param subject what was checked, for example {@code books}
     * @param status its state
     * @param detail a sentence for people
     */
    public record Finding(String subject, Status status, String detail) {}

    /** Copies the list. */
    public Health {
        findings = List.copyOf(findings);
        if (findings.isEmpty()) {
            throw new IllegalArgumentException("Health without findings says nothing");
        }
    }

    /** The worst status of the findings. */
    public Status status() {
        return findings.stream().map(Finding::status).max(Status::compareTo).orElseThrow();
    }

    /** This health with one more finding. */
    public Health and(String subject, Status status, String detail) {
        List<Finding> more = new ArrayList<>(findings);
        more.add(new Finding(subject, status, detail));
        return new Health(more);
    }

    /** This health with the findings of a part, with a name in front of their subjects, and none worse than a bound. */
    public Health and(String name, Health part, Status atWorst) {
        List<Finding> more = new ArrayList<>(findings);
        for (Finding finding : part.findings) {
            Status status = finding.status().compareTo(atWorst) < 0 ? finding.status() : atWorst;
            more.add(new Finding(name + " " + finding.subject(), status, finding.detail()));
        }
        return new Health(more);
    }

    /**
     * Reads one record of each entity type by some key, which shows that the backend answers and has what the types need, and tells if it
     * declines durability. After a read without an answer no further types are read, so this takes no longer than one timeout. For
     * authors of storages.
     */
    public static Health of(Storage storage) {
        List<Finding> findings = new ArrayList<>();
        Optional<Finding> silent = Optional.empty();
        for (EntityType<?> type : storage.catalog().types()) {
            if (silent.isPresent()) {
                String detail = "not asked, because " + silent.get().subject() + " got no answer";
                findings.add(new Finding(type.name(), Status.DOWN, detail));
                continue;
            }
            long start = System.nanoTime();
            try {
                storage.repository(type).rows().find(type, List.of(anyKey(type)));
                String detail = "read in " + (System.nanoTime() - start) / 1_000_000 + " ms";
                findings.add(new Finding(type.name(), Status.UP, detail));
            } catch (StorageException e) {
                Finding down =
                        new Finding(type.name(), Status.DOWN, e.getClass().getSimpleName() + ": " + e.getMessage());
                findings.add(down);
                if (e instanceof StorageUnavailableException || e instanceof StorageTimeoutException) {
                    silent = Optional.of(down);
                }
            }
        }
        Optional<String> forgets = storage.capabilities().reason(Capability.DURABLE);
        findings.add(new Finding("durability", Status.UP, forgets.orElse("a write that returned survives a crash")));
        return new Health(findings);
    }

    /** A key that fits the type; whether there is such a record doesn't matter. */
    private static Key anyKey(EntityType<?> type) {
        return new Key(type.key().stream().map(field -> anyValue(field.type())).toList());
    }

    private static Object anyValue(FieldType type) {
        return switch (type.kind()) {
            case TEXT, LIST, JSON -> "health";
            case BOOLEAN -> false;
            case INTEGER -> 0;
            case LONG -> 0L;
            case DECIMAL -> type.normalize(BigDecimal.ZERO);
            case DOUBLE -> 0.0;
            case INSTANT -> Instant.EPOCH;
            case DATE -> LocalDate.EPOCH;
            case BYTES -> new byte[] {0};
        };
    }
}
