package io.storeway.examples.kvapi;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.storeway.error.InvalidValueException;
import io.storeway.error.StorageException;
import io.storeway.error.UnknownOutcomeException;
import io.storeway.error.UnsupportedCapabilityException;
import io.storeway.error.VersionConflictException;
import java.util.Map;

/** Turns errors into answers: an HTTP status, a code for programs, a sentence for people. */
final class Errors {

    private Errors() {}

    static ObjectNode json(String code, String message) {
        ObjectNode json = Request.JSON.createObjectNode();
        json.putObject("error").put("code", code).put("message", message);
        return json;
    }

    /** The error for a request whose If-Match or If-None-Match is not met. */
    static ApiException changed() {
        return new ApiException(412, "condition_failed", "The entry is not as the request expects; read it again");
    }

    static Answer answer(ApiException e) {
        return new Answer(e.status(), Map.of(), json(e.code(), String.valueOf(e.getMessage())));
    }

    /** What a store's failure means for the client. The message of the exception is for the log alone. */
    static Answer answer(StorageException e) {
        if (e instanceof VersionConflictException) {
            return answer(changed());
        }
        if (e instanceof InvalidValueException invalid) {
            return new Answer(400, Map.of(), json("invalid_" + invalid.where(), invalid.reason()));
        }
        if (e instanceof UnsupportedCapabilityException) {
            return new Answer(403, Map.of(), json("read_only", "The store takes no writes"));
        }
        if (e instanceof UnknownOutcomeException) {
            return new Answer(
                    500, Map.of(), json("unknown_outcome", "The write may or may not have happened; read the entry"));
        }
        if (e.retryable()) {
            return new Answer(
                    503, Map.of("Retry-After", "1"), json("unavailable", "Nothing was changed; try again later"));
        }
        return new Answer(500, Map.of(), json("failed", "Nothing was changed"));
    }
}
