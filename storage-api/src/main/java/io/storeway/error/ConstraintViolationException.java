package io.storeway.error;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A write has broken a declared rule. Its unit of work has changed nothing.
 *
 * <p>The same violation has the same kind, constraint name and columns on every backend that enforces the rule. If a write breaks several
 * rules, one of them is named: the primary key if it is among them; otherwise backends differ in which one.
 */
public final class ConstraintViolationException extends StorageException {

    private static final long serialVersionUID = 1L;

    private final ConstraintKind kind;
    private final @Nullable String constraint;
    private final List<String> columns;

    /**
     * Creates the exception.
     *
     * @param kind what sort of rule was broken
     * @param constraint the declared name of the rule, or null if the engine doesn't say which one it was
     * @param columns the columns of the rule, in declared order; empty if unknown
     */
    public ConstraintViolationException(
            ConstraintKind kind,
            @Nullable String constraint,
            List<String> columns,
            ErrorContext context,
            @Nullable Throwable cause) {
        super(message(kind, constraint, columns), context, cause);
        this.kind = kind;
        this.constraint = constraint;
        this.columns = List.copyOf(columns);
    }

    private static String message(ConstraintKind kind, @Nullable String constraint, List<String> columns) {
        return kind + " constraint " + (constraint == null ? "of unknown name" : constraint) + " refused the write"
                + (columns.isEmpty() ? "" : " (" + String.join(", ", columns) + ")");
    }

    /** What sort of rule was broken. */
    public ConstraintKind kind() {
        return kind;
    }

    /** The declared name of the rule, or null where the engine doesn't say which it was. */
    public @Nullable String constraint() {
        return constraint;
    }

    /** The columns of the rule, in declared order; empty where unknown. */
    public List<String> columns() {
        return columns;
    }

    @Override
    public boolean retryable() {
        return false;
    }
}
