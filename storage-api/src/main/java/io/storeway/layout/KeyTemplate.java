package io.storeway.layout;

import io.storeway.KeyText;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The pattern of the keys of an entity type, for example {@code watchlist:{chatId}}: literal text and variables, which
 * are fields of the partition key in their order.
 *
 * <p>In a variable's value, {@code %}, {@code :} and control characters are percent-encoded, so that different keys never collide,
 * whatever the ids contain. {@code {chatId|raw}} writes the value as it is, for stores that have such keys already; it is only allowed
 * at the end. A template begins with literal text, and a variable ends at a colon or at the end.
 */
public final class KeyTemplate {

    /** The prefix of Storeway's own keys; no entity type of a catalog may use it. */
    public static final String RESERVED_PREFIX = "__storeway";

    /**
     * The prefix of those of Storeway's own keys that are few and listed often. A store in which a listing walks through all keys should
     * keep a list of these.
     */
    public static final String LISTED_PREFIX = RESERVED_PREFIX + ":listed:";

    private static final Pattern VARIABLE = Pattern.compile("\\{([A-Za-z][A-Za-z0-9_]*)(\\|raw)?}");

    private final String text;
    private final List<String> literals;
    private final List<String> variables;
    private final boolean raw;

    private KeyTemplate(String text, List<String> literals, List<String> variables, boolean raw) {
        this.text = text;
        this.literals = literals;
        this.variables = variables;
        this.raw = raw;
    }

    /**
     * Reads a template.
     *
     * @throws IllegalArgumentException if it doesn't begin with literal text, begins with {@link #RESERVED_PREFIX}, has a
     *     raw variable before the end, two variables without a colon after the first, or a stray brace
     */
    public static KeyTemplate parse(String text) {
        List<String> literals = new ArrayList<>();
        List<String> variables = new ArrayList<>();
        boolean raw = false;
        int from = 0;
        Matcher matcher = VARIABLE.matcher(text);
        while (matcher.find()) {
            if (raw) {
                throw refused(text, "a raw variable may only stand at the end");
            }
            literals.add(text.substring(from, matcher.start()));
            variables.add(matcher.group(1));
            raw = matcher.group(2) != null;
            from = matcher.end();
        }
        literals.add(text.substring(from));
        if (literals.get(0).isEmpty()) {
            throw refused(text, "a template begins with literal text");
        }
        for (int i = 0; i < literals.size(); i++) {
            String literal = literals.get(i);
            if (literal.indexOf('{') >= 0 || literal.indexOf('}') >= 0) {
                throw refused(text, "a brace that belongs to no variable");
            }
            boolean atEnd = i == literals.size() - 1 && literal.isEmpty();
            boolean afterRaw = raw && i == literals.size() - 1;
            if (i > 0 && !atEnd && (afterRaw || !literal.startsWith(":"))) {
                throw refused(text, "a variable ends at a colon or at the end of the key");
            }
        }
        return new KeyTemplate(text, List.copyOf(literals), List.copyOf(variables), raw);
    }

    private static IllegalArgumentException refused(String text, String reason) {
        return new IllegalArgumentException("Key template " + text + ": " + reason);
    }

    /** The names of the variables, in order. */
    public List<String> variables() {
        return variables;
    }

    /** The literal text before the first variable: all keys of the template begin with it. */
    public String prefix() {
        return literals.get(0);
    }

    /** The key for values of the variables, already formatted as text. */
    public String format(List<String> values) {
        StringBuilder key = new StringBuilder(literals.get(0));
        for (int i = 0; i < variables.size(); i++) {
            key.append(isRaw(i) ? values.get(i) : KeyText.escape(values.get(i))).append(literals.get(i + 1));
        }
        return key.toString();
    }

    /** The values of the variables in a key, or empty if the key is not one of this template. */
    public Optional<List<String>> match(String key) {
        if (!key.startsWith(literals.get(0))) {
            return Optional.empty();
        }
        List<String> values = new ArrayList<>(variables.size());
        int at = literals.get(0).length();
        for (int i = 0; i < variables.size(); i++) {
            int colon = isRaw(i) ? -1 : key.indexOf(':', at);
            int end = colon < 0 ? key.length() : colon;
            String literal = literals.get(i + 1);
            if (!key.startsWith(literal, end)) {
                return Optional.empty();
            }
            try {
                values.add(isRaw(i) ? key.substring(at, end) : KeyText.unescape(key.substring(at, end)));
            } catch (IllegalArgumentException notEscaped) {
                return Optional.empty();
            }
            at = end + literal.length();
        }
        return at == key.length() ? Optional.of(values) : Optional.empty();
    }

    private boolean isRaw(int variable) {
        return raw && variable == variables.size() - 1;
    }

    /**
     * Whether a key might belong to both templates. Errs on the safe side: it is only false if the literal texts differ before the first
     * variable of either.
     */
    public boolean overlaps(KeyTemplate other) {
        if (variables.isEmpty() && other.variables.isEmpty()) {
            return text.equals(other.text);
        }
        if (variables.isEmpty()) {
            return other.match(text).isPresent();
        }
        if (other.variables.isEmpty()) {
            return match(other.text).isPresent();
        }
        if (!raw && !other.raw && colons() != other.colons()) {
            return false; // An escaped variable holds no colon, so the number of colons tells the keys apart.
        }
        return prefix().startsWith(other.prefix()) || other.prefix().startsWith(prefix());
    }

    private long colons() {
        return String.join("", literals).chars().filter(c -> c == ':').count();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof KeyTemplate that && text.equals(that.text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    /** The template as it was given. */
    @Override
    public String toString() {
        return text;
    }
}
