package io.storeway.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.storeway.Catalog;
import io.storeway.EntityType;
import io.storeway.OnDelete;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LinkedQueryTest {

    private static final int BOOKS = 100;

    record Book(String isbn, String title) {}

    record Copy(String user, String isbn) {}

    private static final EntityType<Book> BOOK_TYPE =
            EntityType.of(Book.class).named("books").identifiedBy(Book::isbn).build();

    private static final EntityType<Copy> COPY_TYPE = EntityType.of(Copy.class)
            .named("copies")
            .partitionedBy(Copy::user)
            .identifiedBy(Copy::isbn)
            .references(Copy::isbn, BOOK_TYPE, OnDelete.CASCADE)
            .build();

    @TempDir
    private Path directory;

    private final List<String> statements = new ArrayList<>();

    @Test
    void aLibraryWithItsBooksIsReadByTwoStatements() {
        JdbcDataSource h2 = new JdbcDataSource();
        h2.setURL("jdbc:h2:file:" + directory.resolve("d").toAbsolutePath() + ";WRITE_DELAY=0");
        try (SqlStorage storage = SqlStorage.open(noting(DataSource.class, h2), Catalog.of(BOOK_TYPE, COPY_TYPE))) {
            storage.repository(BOOK_TYPE)
                    .insertAll(IntStream.range(0, BOOKS)
                            .mapToObj(i -> new Book("i" + i, "title " + i))
                            .toList());
            storage.repository(COPY_TYPE)
                    .insertAll(IntStream.range(0, BOOKS)
                            .mapToObj(i -> new Copy("u", "i" + i))
                            .toList());
            statements.clear();
            assertThat(storage.repository(COPY_TYPE)
                            .partition("u")
                            .query()
                            .with(Copy::isbn, BOOK_TYPE)
                            .list())
                    .hasSize(BOOKS)
                    .allMatch(linked -> linked.target() != null);
            assertThat(statements).hasSize(2);
        }
    }

    /** The same object, with the text of every statement that its connections prepare noted. */
    private <T> T noting(Class<T> type, Object real) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                    if (method.getName().equals("prepareStatement")) {
                        statements.add((String) arguments[0]);
                    }
                    try {
                        Object result = method.invoke(real, arguments);
                        return method.getReturnType() == Connection.class ? noting(Connection.class, result) : result;
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                }));
    }
}
