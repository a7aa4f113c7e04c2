package io.storeway;

import io.storeway.error.ErrorContext;
import io.storeway.error.InvalidValueException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Turns records into rows and back. Method handles are looked up once, when the type is built.
 *
 * @param <T> the record
 */
interface RecordBinding<T> {

    Row toRow(EntityType<T> type, T item);

    T fromRow(EntityType<T> type, Row row);

    /** As {@link EntityType#shared}. */
    Row shared(EntityType<T> type, Row row);

    /** The binding of types without a class: the row is the record. */
    static RecordBinding<Row> rows() {
        return new RecordBinding<>() {
            @Override
            public Row toRow(EntityType<Row> type, Row item) {
                if (item.type() != type) {
                    throw new InvalidValueException(
                            item.type().name(),
                            "the row belongs to another entity type than " + type.name(),
                            ErrorContext.of("bind"),
                            null);
                }
                return item;
            }

            @Override
            public Row fromRow(EntityType<Row> type, Row row) {
                return row;
            }

            @Override
            public Row shared(EntityType<Row> type, Row row) {
                return row;
            }
        };
    }

    /** The binding of a Java record whose components are the first fields of the type, in order. */
    static <T> RecordBinding<T> of(Class<T> recordClass, MethodHandles.Lookup lookup) {
        RecordComponent[] components = recordClass.getRecordComponents();
        Class<?>[] types =
                Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
        try {
            MethodHandles.Lookup in = MethodHandles.privateLookupIn(recordClass, lookup);
            MethodHandle constructor = in.findConstructor(recordClass, MethodType.methodType(void.class, types))
                    .asSpreader(Object[].class, types.length)
                    .asType(MethodType.methodType(Object.class, Object[].class));
            MethodHandle[] accessors = new MethodHandle[components.length];
            for (int i = 0; i < components.length; i++) {
                accessors[i] = in.unreflect(components[i].getAccessor())
                        .asType(MethodType.methodType(Object.class, Object.class));
            }
            return new OfRecord<>(constructor, List.of(accessors), Sharing.of(components));
        } catch (IllegalAccessException | NoSuchMethodException e) {
            throw new IllegalArgumentException(
                    recordClass.getName() + " can't be reached; give a lookup: EntityType.of("
                            + recordClass.getSimpleName() + ".class, MethodHandles.lookup())",
                    e);
        }
    }

    /** The binding of a Java record. */
    record OfRecord<T>(MethodHandle constructor, List<MethodHandle> accessors, Sharing sharing)
            implements RecordBinding<T> {

        @Override
        public Row toRow(EntityType<T> type, T item) {
            @Nullable Object[] values = new @Nullable Object[type.fields().size()];
            for (int i = 0; i < accessors.size(); i++) {
                Object value = call(accessors.get(i), item);
                values[i] = value == null ? null : type.fields().get(i).toStored(value);
            }
            return Row.of(type, values);
        }

        @Override
        @SuppressWarnings("unchecked")
        public T fromRow(EntityType<T> type, Row row) {
            Object shared = row.shared();
            return (T) (shared != null && row.type() == type ? shared : construct(type, row));
        }

        @Override
        public Row shared(EntityType<T> type, Row row) {
            if (sharing == Sharing.NEVER || row.type() != type) {
                return row;
            }
            Object made;
            try {
                made = construct(type, row);
            } catch (RuntimeException e) {
                // The reason is told to whoever asks for the record.
                return row;
            }
            return sharing == Sharing.ALWAYS || keepsWhatItWasGiven(made, row) ? row.sharing(made) : row;
        }

        private boolean keepsWhatItWasGiven(Object made, Row row) {
            for (int i = 0; i < accessors.size(); i++) {
                if (!Sharing.kept(call(accessors.get(i), made), row.get(i))) {
                    return false;
                }
            }
            return true;
        }

        private Object construct(EntityType<T> type, Row row) {
            try {
                return constructed(type, row);
            } catch (NullPointerException e) {
                throw type.fields().stream()
                        .filter(field -> !field.nullable() && row.get(field.index()) == null)
                        .findFirst()
                        .<RuntimeException>map(field -> new InvalidValueException(
                                field.name(),
                                "the value is missing, and the record can't be without it",
                                ErrorContext.of("read"),
                                e))
                        .orElse(e);
            }
        }

        private Object constructed(EntityType<T> type, Row row) {
            if (type.holdsWhatIsStored() && row.values().length == accessors.size()) {
                return call(constructor, row.values());
            }
            @Nullable Object[] values = new @Nullable Object[accessors.size()];
            for (int i = 0; i < values.length; i++) {
                Object value = row.get(i);
                values[i] = value == null ? null : type.fields().get(i).fromStored(value);
            }
            return call(constructor, values);
        }

        private static @Nullable Object call(MethodHandle accessor, Object item) {
            try {
                return accessor.invokeExact(item);
            } catch (RuntimeException | Error e) {
                throw e;
            } catch (Throwable e) {
                throw new IllegalStateException("A record's accessor threw a checked exception", e);
            }
        }

        private static Object call(MethodHandle constructor, @Nullable Object[] values) {
            try {
                return (Object) constructor.invokeExact(values);
            } catch (RuntimeException | Error e) {
                throw e;
            } catch (Throwable e) {
                throw new IllegalStateException("A record's constructor threw a checked exception", e);
            }
        }
    }
}
