package io.storeway.kv.internal;

import io.storeway.error.ErrorContext;
import io.storeway.error.InvalidValueException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A URI such as {@code mvstore:data.mv?durability=sync}.
 *
 * @param path the file or folder
 * @param options the options behind the question mark, by name
 */
public record FileUri(Path path, Map<String, String> options) {

    /**
     * Reads a URI.
     *
     * @param scheme how it has to begin, with the colon
     * @param known the names of the options
     * @throws InvalidValueException if it has no path, or an option that is not known
     */
    public static FileUri parse(String uri, String scheme, String... known) {
        String[] parts = uri.substring(scheme.length()).split("\\?", 2);
        Map<String, String> options = new HashMap<>();
        for (String option : parts.length == 1 ? List.<String>of() : List.of(parts[1].split("&", -1))) {
            String[] pair = option.split("=", 2);
            boolean possible = pair.length == 2 && List.of(known).contains(pair[0]);
            if (!possible || options.put(pair[0], pair[1]) != null) {
                throw refused(
                        known.length == 0
                                ? "it has options after a question mark, and " + scheme + " has none"
                                : "what follows the question mark can be " + String.join("=…, ", known)
                                        + "=… and, of a storage, constraints=…, each once",
                        null);
            }
        }
        return new FileUri(path(parts[0], scheme), Map.copyOf(options));
    }

    private static Path path(String text, String scheme) {
        if (text.isEmpty()) {
            throw refused("no path is named; say " + scheme + "PATH", null);
        }
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw refused("the text after " + scheme + " is no path", e);
        }
    }

    /**
     * The value of an option, which is the name of a constant in small letters.
     *
     * @param absent the value without the option
     * @throws InvalidValueException if it is none of the constants
     */
    public <E extends Enum<E>> E option(String name, E absent) {
        String value = options.get(name);
        if (value == null) {
            return absent;
        }
        E[] constants = absent.getDeclaringClass().getEnumConstants();
        return Arrays.stream(constants)
                .filter(constant -> written(constant).equals(value))
                .findFirst()
                .orElseThrow(() -> refused(
                        name + " is one of "
                                + Arrays.stream(constants).map(FileUri::written).collect(Collectors.joining(", ")),
                        null));
    }

    private static String written(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    private static InvalidValueException refused(String reason, @Nullable Throwable cause) {
        return new InvalidValueException("uri", reason, ErrorContext.of("open"), cause);
    }
}
