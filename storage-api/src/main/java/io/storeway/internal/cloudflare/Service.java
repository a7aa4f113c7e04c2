package io.storeway.internal.cloudflare;

import io.storeway.error.ErrorContext;
import java.util.List;

/**
 * A service of Cloudflare's.
 *
 * @param name the name of the backend, which is the scheme of its URIs
 * @param noun what the service calls the thing that holds data, such as a namespace or database
 * @param route the route of an account's namespaces or databases
 * @param options the names of options of a URI besides those that all services have
 */
public record Service(String name, String noun, String route, List<String> options) {

    /** Copies the list. */
    public Service {
        options = List.copyOf(options);
    }

    /** What every URI of the service begins with. */
    public String scheme() {
        return name + "://";
    }

    /** The context of an operation, for errors. */
    public ErrorContext context(String operation) {
        return new ErrorContext(operation, name, null, null);
    }
}
