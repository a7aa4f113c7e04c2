package io.storeway.examples.kvapi;

/** Ends the handling of a request with an error answer. */
final class ApiException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int status;
    private final String code;

    ApiException(int status, String code, String message) {
        super(message);
        this.status = status;
        this.code = code;
    }

    static ApiException badRequest(String code, String message) {
        return new ApiException(400, code, message);
    }

    int status() {
        return status;
    }

    /** Names the error for programs, for example {@code not_found}. */
    String code() {
        return code;
    }
}
