package io.storeway;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.lang.invoke.SerializedLambda;
import org.jspecify.annotations.Nullable;

/** A field reference by name. Also finds out the name behind a method reference. */
record NamedField(String name) implements FieldRef<Row, @Nullable Object> {

    @Override
    public @Nullable Object get(Row row) {
        return row.get(name);
    }

    static String of(FieldRef<?, ?> ref) {
        return ref instanceof NamedField named ? named.name : methodName(ref);
    }

    /**
     * The name of the method behind a method reference. Found out by serializing the reference, which is the documented way: it yields a
     * SerializedLambda without opening the caller's package to reflection. Nothing is ever deserialized.
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
