package io.storeway.migrate.catalogs;

import io.storeway.Condition;
import io.storeway.Row;
import io.storeway.spi.RowStore;
import io.storeway.spi.Selection;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;

/** What storages have done wrong, each before rows that are right. */
enum Wrong {
    LOSES_THE_END_OF_A_BATCH {
        @Override
        Object[] altered(String verb, Object[] arguments) {
            return verb.matches("insert|save") && arguments[1] instanceof List<?> rows && rows.size() > 2
                    ? new Object[] {arguments[0], rows.subList(0, rows.size() - 1)}
                    : arguments;
        }
    },
    IGNORES_THE_CURSOR {
        @Override
        Object[] altered(String verb, Object[] arguments) {
            return verb.equals("select") && arguments[1] instanceof Selection asked && asked.after() != null
                    ? new Object[] {
                        arguments[0],
                        new Selection(asked.partition(), asked.condition(), asked.order(), null, asked.limit())
                    }
                    : arguments;
        }
    },
    COUNTS_WHAT_NO_CONDITION_ALLOWS {
        @Override
        Object[] altered(String verb, Object[] arguments) {
            Condition<Row> any = new Condition.And<>(List.of());
            return verb.equals("count") && arguments[1] instanceof Selection asked
                    ? new Object[] {
                        arguments[0], new Selection(asked.partition(), any, asked.order(), asked.after(), asked.limit())
                    }
                    : arguments;
        }
    };

    abstract Object[] altered(String verb, Object[] arguments);

    RowStore before(RowStore right) {
        return (RowStore) Proxy.newProxyInstance(
                RowStore.class.getClassLoader(), new Class<?>[] {RowStore.class}, (proxy, method, arguments) -> {
                    try {
                        return method.invoke(right, arguments == null ? null : altered(method.getName(), arguments));
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }
}
