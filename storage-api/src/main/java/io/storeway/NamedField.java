package io.storeway;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.lang.invoke.SerializedLambda;
import org.jspecify.annotations.Nullable;

/** A field reference that is a name, and the way to find the name behind a method reference. */
record NamedField(String name) implements FieldRef<Row, @Nullable Object> {

    @Override
    public @Nullable Object get(Row row) {
        return row.get(name);
    }

    static String of(FieldRef<?, ?> ref) {
        return ref instanceof NamedField named ? named.name : methodName(ref);
    }

    /**
     * The name of the method that a lambda stands for. Serialization is the documented way to ask: it hands out the
     * SerializedLambda without opening the caller's package to reflection, and nothing is ever read back.
     */
    private static String methodName(FieldRef<?, ?> ref) {
        class Capture extends ObjectOutputStream {
            private @Nullable SerializedLambda lambda;

            Capture() throws IOException {
                super(new ByteArrayOutputStream());
                enableReplaceObject(true);
            }

            @Override
            protected Object replaceObject(Object object) {
                if (object instanceof SerializedLambda found) {
                    lambda = found;
                    return "";
                }
                return object;
            }
        }
        try (Capture capture = new Capture()) {
            capture.writeObject(ref);
            SerializedLambda lambda = capture.lambda;
            if (lambda != null && !lambda.getImplMethodName().startsWith("lambda$")) {
                return lambda.getImplMethodName();
            }
        } catch (IOException e) {
            throw new IllegalArgumentException("A field is named by a method reference such as Book::isbn", e);
        }
        throw new IllegalArgumentException("A field is named by a method reference such as Book::isbn, not a lambda");
    }
}
