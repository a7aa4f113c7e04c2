package io.storeway.examples.llmgateway;

import org.jspecify.annotations.Nullable;

/** A request that the gateway refuses, with the HTTP status that says why. */
final class GatewayException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int status;

    GatewayException(int status, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.status = status;
    }

    int status() {
        return status;
    }
}
