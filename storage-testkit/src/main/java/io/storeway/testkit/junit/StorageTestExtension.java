package io.storeway.testkit.junit;

import io.storeway.Catalog;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ClassTemplateInvocationContext;
import org.junit.jupiter.api.extension.ClassTemplateInvocationContextProvider;
import org.junit.jupiter.api.extension.Extension;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;
import org.junit.platform.commons.support.HierarchyTraversalMode;
import org.junit.platform.commons.support.ReflectionSupport;

/** Runs the class of a {@link StorageTest} once for each storage. */
final class StorageTestExtension implements ClassTemplateInvocationContextProvider {

    @Override
    public boolean supportsClassTemplate(ExtensionContext context) {
        return true;
    }

    @Override
    public Stream<? extends ClassTemplateInvocationContext> provideClassTemplateInvocationContexts(
            ExtensionContext context) {
        Class<?> test = context.getRequiredTestClass();
        Catalog catalog = catalog(test);
        StorageTest asked = AnnotationSupport.findAnnotation(test, StorageTest.class)
                .orElseThrow(() -> new ExtensionConfigurationException(test + " has no @StorageTest"));
        if (asked.value().length == 0) {
            throw new ExtensionConfigurationException(
                    "@StorageTest of " + test.getName() + " names no storage; name one or more, such as memory");
        }
        return Arrays.stream(asked.value()).map(name -> new Invocation(name, NamedStorage.of(name), catalog));
    }

    private static Catalog catalog(Class<?> test) {
        List<Field> fields = ReflectionSupport.findFields(
                test,
                field -> Modifier.isStatic(field.getModifiers())
                        && field.getType().equals(Catalog.class),
                HierarchyTraversalMode.BOTTOM_UP);
        if (fields.size() != 1) {
            throw new ExtensionConfigurationException(
                    "A class with @StorageTest has one static field of the type Catalog; " + test.getName() + " has "
                            + fields.size());
        }
        try {
            fields.get(0).setAccessible(true);
            return Objects.requireNonNull((Catalog) fields.get(0).get(null));
        } catch (ReflectiveOperationException | NullPointerException e) {
            throw new ExtensionConfigurationException("The catalog of " + test.getName() + " can't be read", e);
        }
    }

    private record Invocation(String name, NamedStorage storage, Catalog catalog)
            implements ClassTemplateInvocationContext {

        @Override
        public String getDisplayName(int index) {
            return name;
        }

        @Override
        public List<Extension> getAdditionalExtensions() {
            return List.of(new FreshStorage(name, storage, catalog));
        }
    }
}
