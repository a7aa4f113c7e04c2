package io.storeway.migrate.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.storeway.Blob;
import io.storeway.Catalog;
import io.storeway.EntityType;
import io.storeway.OnDelete;
import io.storeway.Storage;
import io.storeway.Storages;
import io.storeway.migrate.routing.Library.Author;
import io.storeway.migrate.routing.Library.Book;
import java.lang.invoke.MethodHandles;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A record that the new storage held, until it changed into one that it refuses, with others that refer to it. */
class RefusedParentTest {

    private static final EntityType<Author> AUTHORS = EntityType.of(Author.class, MethodHandles.lookup())
            .named("writers")
            .identifiedBy(Author::id)
            .unique(Author::name)
            .keyValue("author:{id}", Blob.object())
            .build();

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({"CASCADE, sqlite", "RESTRICT, sqlite", "CASCADE, h2"})
    void takesThoseIntoResidueAndBringsThemBack(OnDelete rule, String kind) {
        EntityType<Book> books = Library.books(AUTHORS, rule);
        Catalog catalog = Catalog.of(AUTHORS, books);
        try (Storage old = Storages.open("memory:", catalog);
                Storage fresh = Storages.open("jdbc:" + kind + ":" + folder.resolve("new"), catalog);
                RoutedStorage routed = Moves.quiet(old, fresh).open()) {
            Moves.to(routed, Stage.DUAL_WRITE);
            routed.repository(AUTHORS).save(new Author("1", "ann"));
            routed.repository(AUTHORS).save(new Author("2", "bob"));
            Book book = new Book("b", "1");
            routed.repository(books).save(book);
            routed.repository(AUTHORS).save(new Author("1", "bob"));
            routed.routing().tick();
            assertThat(routed.control().status().marks()).hasValue(0);
            assertThat(fresh.repository(AUTHORS).exists("1")).isFalse();
            assertThat(fresh.repository(books).exists("b")).isFalse();
            assertThat(routed.control().compare().equal())
                    .as("both are residue")
                    .isTrue();
            routed.repository(AUTHORS).save(new Author("2", "ann"));
            for (int round = 0; round < 5; round++) {
                routed.routing().tick();
            }
            assertThat(fresh.repository(AUTHORS).find("1")).contains(new Author("1", "bob"));
            assertThat(fresh.repository(books).find("b")).contains(book);
        }
    }

    record Node(String id, @Nullable String up) {}

    /** The database deletes a with its parent, and leaf with a, before anybody has looked at leaf. */
    @ParameterizedTest
    @ValueSource(strings = {"sqlite", "h2"})
    void noneIsTakenAlongBehindOneThatGoesItself(String kind) {
        EntityType<Node> nodes = EntityType.of(Node.class, MethodHandles.lookup())
                .named("nodes")
                .identifiedBy(Node::id)
                .nullable(Node::up)
                .referencesSelf(Node::up, OnDelete.CASCADE)
                .keyValue("node:{id}", Blob.object())
                .build();
        Catalog catalog = Catalog.of(nodes);
        try (Storage old = Storages.open("memory:", catalog);
                Storage fresh = Storages.open("jdbc:" + kind + ":" + folder.resolve("tree"), catalog);
                RoutedStorage routed = Moves.quiet(old, fresh).open()) {
            Moves.to(routed, Stage.DUAL_WRITE);
            List.of(new Node("root", null), new Node("mid", "root"), new Node("a", "mid"), new Node("leaf", "a"))
                    .forEach(routed.repository(nodes)::save);
            routed.run(unit -> {
                unit.repository(nodes).delete("root");
                unit.repository(nodes).delete("a");
            });
            routed.routing().tick();
            assertThat(routed.control().status().marks()).hasValue(0);
            assertThat(old.repository(nodes).all().allowScan().list()).hasSize(2);
            assertThat(fresh.repository(nodes).all().allowScan().list()).isEmpty();
            assertThat(routed.control().compare().equal())
                    .as("both that stay are residue")
                    .isTrue();
        }
    }
}
