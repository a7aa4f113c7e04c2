package io.storeway.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * Compares docs/dependencies.md with the software bills of materials that the build has just written, and every licence with
 * those that an application may be asked to accept.
 */
class DependenciesDocumentTest {

    private static final String BEGIN =
            "<!-- dependencies: written by io.storeway.metrics.DependenciesDocumentTest -->\n";
    private static final String END = "<!-- end of dependencies -->";

    private static final List<String> MODULES = List.of(
            "storage-api", "storage-kv", "storage-sql", "storage-migrate", "storage-metrics", "storage-testkit");

    private static final Set<String> ACCEPTED =
            Set.of("Apache-2.0", "MIT", "MIT-0", "0BSD", "BSD-2-Clause", "EPL-2.0", "MPL-2.0", "LGPL-2.1-or-later");

    private record Library(String group, String name, String version, List<String> licences, boolean optional) {

        String line() {
            if (ours()) {
                return name + (optional ? " (optional)" : "");
            }
            return group + ":" + name + " " + version + " (" + String.join(" or ", licences)
                    + (optional ? "; optional" : "") + ")";
        }

        boolean ours() {
            return group.equals("io.storeway");
        }
    }

    private static JsonNode bom(String module) throws IOException {
        Path file = Path.of("").toAbsolutePath().resolveSibling(module).resolve("target/bom.json");
        assumeThat(file)
                .as("the bill of materials of %s, which Maven writes when it is online", module)
                .exists();
        return new ObjectMapper().readTree(file.toFile());
    }

    private static Map<String, Library> libraries(JsonNode bom) {
        Map<String, Library> libraries = new TreeMap<>();
        for (JsonNode each : bom.path("components")) {
            List<String> licences = new ArrayList<>();
            for (JsonNode licence : each.path("licenses")) {
                licences.add(name(licence));
            }
            libraries.put(
                    each.path("bom-ref").asText(),
                    new Library(
                            each.path("group").asText(),
                            each.path("name").asText(),
                            each.path("version").asText(),
                            licences,
                            each.path("scope").asText().equals("optional")));
        }
        return libraries;
    }

    private static String name(JsonNode licence) {
        JsonNode named = licence.path("license");
        return named.path(named.has("id") ? "id" : "name")
                .asText(licence.path("expression").asText());
    }

    private static Set<String> needed(JsonNode bom, String by) {
        Set<String> found = new TreeSet<>();
        for (JsonNode each : bom.path("dependencies")) {
            if (each.path("ref").asText().equals(by)) {
                each.path("dependsOn").forEach(child -> found.add(child.asText()));
            }
        }
        return found;
    }

    /** Writes what a library needs, and what that needs in turn; each library once, as near to the module as it stands. */
    private static void tree(
            StringBuilder text, JsonNode bom, Map<String, Library> known, String of, int depth, Set<String> told) {
        Set<String> children = needed(bom, of);
        children.retainAll(known.keySet());
        children.removeAll(told);
        told.addAll(children);
        for (String child : children) {
            Library library = Objects.requireNonNull(known.get(child));
            text.append("  ".repeat(depth)).append("- ").append(library.line()).append('\n');
            if (!library.ours()) {
                tree(text, bom, known, child, depth + 1, told);
            }
        }
    }

    private static String section(String module) throws IOException {
        JsonNode bom = bom(module);
        Map<String, Library> known = libraries(bom);
        StringBuilder text = new StringBuilder("\n## " + module + "\n\n");
        int before = text.length();
        tree(
                text,
                bom,
                known,
                bom.path("metadata").path("component").path("bom-ref").asText(),
                0,
                new HashSet<>());
        return text.length() == before ? text + "- nothing but the JDK\n" : text.toString();
    }

    @Test
    void theDocumentNamesWhatEachModuleNeeds() throws IOException {
        StringBuilder right = new StringBuilder();
        for (String module : MODULES) {
            right.append(section(module));
        }
        Path written = Files.writeString(Path.of("target").toAbsolutePath().resolve("dependencies.md"), right);
        String document = Files.readString(
                Path.of("").toAbsolutePath().resolveSibling("docs").resolve("dependencies.md"));
        int begin = document.indexOf(BEGIN);
        assertThat(begin).as("the document has the marker").isNotNegative();
        assertThat(document.substring(begin + BEGIN.length(), document.indexOf(END)))
                .as("docs/dependencies.md; the right list is in %s", written)
                .isEqualToIgnoringNewLines(right.toString());
    }

    @Test
    void everyLibraryHasALicenceThatIsAccepted() throws IOException {
        for (String module : MODULES) {
            assertThat(libraries(bom(module)).values())
                    .allSatisfy(library -> assertThat(library.licences())
                            .as("licences of %s", library.name())
                            .containsAnyElementsOf(ACCEPTED));
        }
    }

    @Test
    void theApiNeedsTheJdkAlone() throws IOException {
        assertThat(libraries(bom("storage-api"))).isEmpty();
    }

    @Test
    void whoImportsTheBomHasAVersionOfEveryPublishedModule() throws IOException {
        Path published = Path.of("").toAbsolutePath().resolveSibling("storage-bom/.flattened-pom.xml");
        assumeThat(published).as("the POM of the BOM, as Maven publishes it").exists();
        assertThat(Files.readString(published))
                .contains(MODULES.stream()
                        .map(module -> "<artifactId>" + module + "</artifactId>")
                        .toList());
    }
}
