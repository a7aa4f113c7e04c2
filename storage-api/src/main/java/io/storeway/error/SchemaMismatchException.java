package io.storeway.error;

import java.util.List;

/**
 * The live schema isn't the one that the entity types declare; or existing records break rules that are to be enforced from now on.
 * Nothing was changed.
 */
public final class SchemaMismatchException extends StorageException {

    private static final long serialVersionUID = 1L;

    private final List<String> differences;

    /** Creates the exception from one sentence for each difference. */
    public SchemaMismatchException(List<String> differences, ErrorContext context) {
        this("The schema differs from the entity types", differences, context);
    }

    /** Creates the exception from one sentence for each difference, and what they have in common. */
    public SchemaMismatchException(String what, List<String> differences, ErrorContext context) {
        super(what + ": " + String.join("; ", differences), context, null);
        this.differences = List.copyOf(differences);
    }

    /** One sentence for each difference. */
    public List<String> differences() {
        return differences;
    }

    @Override
    public boolean retryable() {
        return false;
    }
}
