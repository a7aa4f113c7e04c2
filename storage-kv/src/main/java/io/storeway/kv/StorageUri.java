package io.storeway.kv;

import io.storeway.error.ErrorContext;
import io.storeway.error.InvalidValueException;
import java.util.ArrayList;
import java.util.List;

/**
 * The URI of a storage: the URI of its store with the option {@code constraints}.
 *
 * @param store the URI of the store
 * @param constraints the value of the option
 */
record StorageUri(String store, Constraints constraints) {

    private static final String OPTION = "constraints=";

    /**
     * Separates the option from the URI of the store.
     *
     * @throws InvalidValueException if its value is not known, or it is there twice
     */
    static StorageUri parse(String uri) {
        int question = uri.indexOf('?');
        if (question < 0) {
            return new StorageUri(uri, Constraints.DECLINED);
        }
        List<String> others = new ArrayList<>();
        List<String> values = new ArrayList<>();
        for (String option : uri.substring(question + 1).split("&", -1)) {
            if (option.startsWith(OPTION)) {
                values.add(option.substring(OPTION.length()));
            } else {
                others.add(option);
            }
        }
        if (values.isEmpty()) {
            return new StorageUri(uri, Constraints.DECLINED);
        }
        String path = uri.substring(0, question);
        String store = others.isEmpty() ? path : path + "?" + String.join("&", others);
        return switch (String.join(",", values)) {
            case "enforced" -> new StorageUri(store, Constraints.ENFORCED);
            case "declined" -> new StorageUri(store, Constraints.DECLINED);
            default ->
                throw new InvalidValueException(
                        "uri", "constraints is one of declined, enforced", ErrorContext.of("open"), null);
        };
    }
}
