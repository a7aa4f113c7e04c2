package io.storeway.testkit.engine;

/** A server can't be started. The message is that of the root cause. */
final class EngineFailure extends RuntimeException {

    private static final long serialVersionUID = 1;

    EngineFailure(Throwable cause) {
        super(rootOf(cause), cause);
    }

    private static String rootOf(Throwable cause) {
        Throwable root = cause;
        for (Throwable next = root.getCause(); next != null; next = root.getCause()) {
            root = next;
        }
        return root.toString();
    }
}
