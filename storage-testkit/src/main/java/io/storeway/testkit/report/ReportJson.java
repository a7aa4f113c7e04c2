package io.storeway.testkit.report;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.storeway.testkit.laws.Verdict.Status;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Writes reports as JSON, and reads them back for the page. */
final class ReportJson {

    private static final JsonFactory JSON = new JsonFactory();

    private ReportJson() {}

    static String write(ConformanceReport report) {
        StringWriter text = new StringWriter();
        try (JsonGenerator out = JSON.createGenerator(text)) {
            out.useDefaultPrettyPrinter();
            out.writeStartObject();
            out.writeStringField("suite", report.suite().name());
            out.writeStringField("backend", report.backend());
            out.writeStringField("summary", report.summary());
            out.writeArrayFieldStart("laws");
            for (LawResult result : report.results()) {
                out.writeStartObject();
                out.writeStringField("id", result.id());
                out.writeStringField("title", result.title());
                out.writeBooleanField("core", result.core());
                out.writeStringField("status", result.status().name());
                out.writeStringField("reason", result.reason());
                out.writeNumberField("cases", result.cases());
                out.writeObjectFieldStart("faults");
                for (Map.Entry<String, Long> fired : new TreeMap<>(result.faults()).entrySet()) {
                    out.writeNumberField(fired.getKey(), fired.getValue());
                }
                out.writeEndObject();
                out.writeEndObject();
            }
            out.writeEndArray();
            out.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text + System.lineSeparator();
    }

    /** The reports in a folder, in the order of their file names. */
    static List<ConformanceReport> readAll(Path folder) throws IOException {
        List<ConformanceReport> reports = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(each -> each.toString().endsWith(".json"))
                    .sorted()
                    .toList()) {
                try {
                    reports.add(read(Files.readString(file)));
                } catch (IOException | IllegalArgumentException e) {
                    throw new IOException(file + " is not a report of this kit, or is incomplete; delete it", e);
                }
            }
        }
        return reports;
    }

    static ConformanceReport read(String text) throws IOException {
        Suite suite = Suite.STORAGES;
        String backend = "";
        List<LawResult> results = new ArrayList<>();
        try (JsonParser in = JSON.createParser(text)) {
            in.nextToken();
            while (in.nextToken() == JsonToken.FIELD_NAME) {
                String member = in.currentName();
                in.nextToken();
                if (member.equals("suite")) {
                    suite = Suite.valueOf(in.getText());
                } else if (member.equals("backend")) {
                    backend = in.getText();
                } else if (member.equals("laws")) {
                    while (in.nextToken() == JsonToken.START_OBJECT) {
                        results.add(law(in));
                    }
                }
            }
        }
        return new ConformanceReport(suite, backend, results);
    }

    private static LawResult law(JsonParser in) throws IOException {
        Map<String, String> members = new HashMap<>();
        Map<String, Long> faults = new TreeMap<>();
        while (in.nextToken() == JsonToken.FIELD_NAME) {
            String member = in.currentName();
            if (in.nextToken() == JsonToken.START_OBJECT) {
                while (in.nextToken() == JsonToken.FIELD_NAME) {
                    faults.put(in.currentName(), in.nextLongValue(0));
                }
            } else {
                members.put(member, in.getText());
            }
        }
        return new LawResult(
                members.getOrDefault("id", ""),
                members.getOrDefault("title", ""),
                Boolean.parseBoolean(members.get("core")),
                Status.valueOf(members.getOrDefault("status", Status.UNKNOWN.name())),
                members.getOrDefault("reason", ""),
                Long.parseLong(members.getOrDefault("cases", "0")),
                faults);
    }
}
