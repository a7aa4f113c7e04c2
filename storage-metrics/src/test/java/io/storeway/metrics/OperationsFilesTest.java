package io.storeway.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.storeway.Storage;
import io.storeway.Storages;
import io.storeway.kv.MemoryStore;
import io.storeway.kv.cache.CachePolicy;
import io.storeway.kv.cache.CachedStorage;
import io.storeway.migrate.Difference;
import io.storeway.migrate.Migration;
import io.storeway.migrate.routing.RoutedStorage;
import io.storeway.observe.ObservedStorage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The dashboard and the alert rules in docs/ops name only metrics and pages that there are. */
class OperationsFilesTest {

    private static final Path OPS = Path.of("../docs/ops");
    private static final Pattern METRIC = Pattern.compile("storeway_\\w+");

    @TempDir
    Path folder;

    private Set<String> exported() {
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        try (Storage old = Storages.open("memory:", Sample.CATALOG);
                Storage fresh = Storages.open("jdbc:sqlite:" + folder.resolve("new.db"), Sample.CATALOG)) {
            MigrationMetrics migration = MigrationMetrics.to(registry);
            Migration.from(old).to(fresh).listener(migration).build().backfill();
            migration.difference(new Difference("notes", "1", "1", Difference.Kind.EXTRA, List.of()));
            try (RoutedStorage routed = RoutedStorage.between(old, fresh)
                            .named("notes")
                            .controlledBy(fresh)
                            .instance("one")
                            .open();
                    CachedStorage cached = CachedStorage.over(old, new MemoryStore())
                            .cache(Sample.NOTES, CachePolicy.lasting(Duration.ofMinutes(5)))
                            .open()) {
                new RoutingMetrics(routed, "notes", Clock.systemUTC()).bindTo(registry);
                new CacheMetrics(cached).bindTo(registry);
                new HealthMetrics(cached, Clock.systemUTC()).bindTo(registry);
                ObservedStorage.of(routed, StorageMetrics.to(registry))
                        .repository(Sample.NOTES)
                        .save(new Sample.Note("ann", "1", "x"));
                cached.repository(Sample.NOTES).partition("ann").list();
                return metrics(registry.scrape());
            }
        }
    }

    private static Set<String> metrics(String text) {
        Set<String> names = new TreeSet<>();
        for (String line : text.lines().toList()) {
            Matcher matcher = METRIC.matcher(line);
            if (!line.startsWith("#") && matcher.lookingAt()) {
                names.add(matcher.group());
            }
        }
        return names;
    }

    private static void collect(JsonNode node, List<String> expressions) {
        if (node.isObject() && node.path("expr").isTextual()) {
            expressions.add(node.path("expr").asText());
        }
        node.forEach(child -> collect(child, expressions));
    }

    private static Set<String> named(JsonNode root) {
        List<String> expressions = new ArrayList<>();
        collect(root, expressions);
        assertThat(expressions).hasSizeGreaterThan(5);
        Set<String> names = new TreeSet<>();
        for (String expression : expressions) {
            Matcher matcher = METRIC.matcher(expression);
            assertThat(matcher.find()).as(expression).isTrue();
            do {
                names.add(matcher.group());
            } while (matcher.find());
        }
        return names;
    }

    @Test
    void theDashboardAndTheAlertsNameOnlyMetricsThatThereAre() throws IOException {
        Set<String> named = named(new ObjectMapper()
                .readTree(OPS.resolve("grafana-dashboard.json").toFile()));
        named.addAll(named(new YAMLMapper().readTree(OPS.resolve("alerts.yaml").toFile())));
        assertThat(exported()).containsAll(named);
    }

    @Test
    void theDashboardShowsEveryMetric() throws IOException {
        Set<String> shown = named(new ObjectMapper()
                .readTree(OPS.resolve("grafana-dashboard.json").toFile()));
        Set<String> all = exported();
        // A timer exports its sum and greatest value beside the count and the percentiles.
        all.removeAll(Set.of("storeway_operation_seconds_sum", "storeway_operation_seconds_max"));
        assertThat(shown).containsAll(all);
    }

    /** A counter appears with its first event and the value 1, and {@code increase} sees no growth in that. */
    @Test
    void anAlertUponACounterSeesItsFirstEvent() throws IOException {
        List<String> expressions = new ArrayList<>();
        collect(new YAMLMapper().readTree(OPS.resolve("alerts.yaml").toFile()), expressions);
        Pattern increase = Pattern.compile("increase\\((\\S+)\\[(\\w+)]\\)");
        int seen = 0;
        for (String expression : expressions) {
            for (Matcher counter = increase.matcher(expression); counter.find(); seen++) {
                assertThat(expression)
                        .contains("or (" + counter.group(1) + " unless " + counter.group(1) + " offset "
                                + counter.group(2) + ")");
            }
        }
        assertThat(seen).isEqualTo(2);
    }

    @Test
    void everyAlertLeadsToAPageOfItsOwn() throws IOException {
        String pages = Files.readString(Path.of("../docs/operations.md"));
        List<String> anchors = new ArrayList<>();
        for (JsonNode rule : new YAMLMapper()
                .readTree(OPS.resolve("alerts.yaml").toFile())
                .path("groups")
                .path(0)
                .path("rules")) {
            anchors.add(rule.path("annotations").path("runbook").asText());
        }
        assertThat(anchors).hasSizeGreaterThan(5).doesNotHaveDuplicates();
        for (String anchor : anchors) {
            assertThat(anchor).startsWith("docs/operations.md#");
            String heading = anchor.substring(anchor.indexOf('#') + 1).replace('-', ' ');
            assertThat(pages.toLowerCase(Locale.ROOT)).contains("\n## " + heading + "\n");
        }
    }
}
