package io.storeway.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Compares docs/dependencies.md with the software bills of materials that the build has just written, and every licence with
 * those that an application may be asked to accept.
 */
class DependenciesDocumentTest {

    private static final String BEGIN = "<!-- dependencies: written by io.storeway.metrics.DependenciesDocumentTest -->\n";
    private static final String END = "<!-- end of dependencies -->";

    private static final List<String> MODULES = List.of(
            "storage-api", "storage-kv", "storage-sql", "storage-migrate", "storage-metrics", "storage-testkit");

    private static final Map<String, String> NAMES = Map.of(
            "https://www.apache.org/licenses/LICENSE-2.0.txt", "Apache-2.0",
            "https://www.h2database.com/html/license.html", "MPL-2.0 or EPL-1.0");

    private static final Set<String> ACCEPTED = Set.of(
            "Apache-2.0",
            "MIT",
            "MIT-0",
            "CC0-1.0",
            "BSD-2-Clause",
            "BSD-3-Clause",
            "EPL-1.0",
            "EPL-2.0",
            "EDL-1.0",
            "MPL-2.0",
            "LGPL-2.1",
            "LGPL-2.1-only",
            "LGPL-2.1-or-later",
            "GPL-2.0",
            "GPL-2.0-only");

    private static final Pattern OPTIONAL =
            Pattern.compile("<artifactId>([^<]+)</artifactId>\\s*(?:<version>[^<]*</version>\\s*)?<optional>true");

    private record Library(String group, String name, String version, List<String> licences, boolean optional) {

        String line() {
            return group + ":" + name + " " + version + " (" + String.join(", ", licences)
                    + (optional ? "; optional" : "") + ")";
        }

        boolean ours() {
            return group.equals("io.storeway");
        }
    }

    private static JsonNode bom(String module) throws IOException {
        Path file = Path.of("").toAbsolutePath().resolveSibling(module).resolve("target/bom.json");
        assertThat(file).as("what mvn writes on compiling %s", module).exists();
        return new ObjectMapper().readTree(file.toFile());
    }

    /** What the module needs only where an application asks for it; bills of materials don't tell. */
    private static Set<String> optional(String module) throws IOException {
        String pom = Files.readString(Path.of("").toAbsolutePath().resolveSibling(module).resolve("pom.xml"));
        Matcher found = OPTIONAL.matcher(pom);
        return found.results().map(each -> each.group(1)).collect(Collectors.toSet());
    }

    private static Map<String, Library> libraries(String module, JsonNode bom) throws IOException {
        Set<String> optional = optional(module);
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
                            optional.contains(each.path("name").asText())));
        }
        return libraries;
    }

    private static String name(JsonNode licence) {
        if (licence.has("expression")) {
            return licence.path("expression").asText();
        }
        JsonNode named = licence.path("license");
        return named.has("id")
                ? named.path("id").asText()
                : NAMES.getOrDefault(
                        named.path("url").asText(), named.path("name").asText());
    }

    private static void tree(StringBuilder text, JsonNode bom, Map<String, Library> known, String of, int depth) {
        Set<String> children = new TreeSet<>();
        for (JsonNode each : bom.path("dependencies")) {
            if (each.path("ref").asText().equals(of)) {
                each.path("dependsOn").forEach(child -> children.add(child.asText()));
            }
        }
        for (String child : children) {
            Library library = known.get(child);
            if (library == null) {
                continue;
            }
            text.append("  ".repeat(depth)).append("- ");
            if (library.ours()) {
                text.append(library.name())
                        .append(library.optional() ? " (optional)" : "")
                        .append('\n');
            } else {
                text.append(library.line()).append('\n');
                tree(text, bom, known, child, depth + 1);
            }
        }
    }

    private static String section(String module) throws IOException {
        JsonNode bom = bom(module);
        Map<String, Library> known = libraries(module, bom);
        StringBuilder text = new StringBuilder("\n## " + module + "\n\n");
        int before = text.length();
        tree(text, bom, known, bom.path("metadata").path("component").path("bom-ref").asText(), 0);
        return text.length() == before ? text + "- nothing but the JDK\n" : text.toString();
    }

    @Test
    void theDocumentNamesWhatEachModuleNeeds() throws IOException {
        StringBuilder right = new StringBuilder();
        for (String module : MODULES) {
            right.append(section(module));
        }
        Path written = Files.writeString(Path.of("target").toAbsolutePath().resolve("dependencies.md"), right);
        String document =
                Files.readString(Path.of("").toAbsolutePath().resolveSibling("docs").resolve("dependencies.md"));
        int begin = document.indexOf(BEGIN);
        assertThat(begin).as("the document has the marker").isNotNegative();
        assertThat(document.substring(begin + BEGIN.length(), document.indexOf(END)))
                .as("docs/dependencies.md; the right list is in %s", written)
                .isEqualToIgnoringNewLines(right.toString());
    }

    @Test
    void everyLicenceIsAccepted() throws IOException {
        for (String module : MODULES) {
            for (Library library : libraries(module, bom(module)).values()) {
                assertThat(library.licences()).as("licences of %s", library).isNotEmpty();
                assertThat(library.licences().stream()
                                .flatMap(licence -> List.of(licence.split(" (?:or|OR|AND) ")).stream())
                                .filter(licence -> !ACCEPTED.contains(licence))
                                .collect(Collectors.toSet()))
                        .as("licences of %s that nobody has accepted", library)
                        .isEmpty();
            }
        }
    }

    @Test
    void theApiNeedsTheJdkAlone() throws IOException {
        assertThat(libraries("storage-api", bom("storage-api"))).isEmpty();
    }
}
