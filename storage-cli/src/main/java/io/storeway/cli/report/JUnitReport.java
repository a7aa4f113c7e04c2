package io.storeway.cli.report;

import io.storeway.migrate.BackfillReport;
import io.storeway.migrate.EntityProgress;
import io.storeway.migrate.ResidueItem;
import io.storeway.migrate.RunStatus;
import io.storeway.migrate.VerificationReport;
import java.io.StringWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/**
 * A run as JUnit's XML, with two tests for each entity type: {@code copied} fails if the backfill is incomplete or residue is
 * left that nobody has accepted, {@code equal} fails if the sides differ.
 */
final class JUnitReport {

    private JUnitReport() {}

    /** A test, which has passed if the failure is empty. */
    private record Case(String entity, String name, String failure, String details) {}

    static String of(RunReport report) {
        List<Case> cases = new ArrayList<>();
        Duration duration = Duration.ZERO;
        BackfillReport backfill = report.backfill();
        if (backfill != null) {
            duration = duration.plus(backfill.duration());
            backfill.entities().forEach(entity -> cases.add(copied(report, entity)));
        }
        VerificationReport verification = report.verification();
        if (verification != null) {
            duration = duration.plus(verification.duration());
            verification.entities().forEach(entity -> cases.add(equal(entity)));
        }
        StringWriter out = new StringWriter();
        try {
            write(
                    XMLOutputFactory.newFactory().createXMLStreamWriter(out),
                    cases,
                    duration,
                    report.at().toString());
        } catch (XMLStreamException e) {
            throw new IllegalStateException("A text in memory can be written", e);
        }
        return out.append('\n').toString();
    }

    private static Case copied(RunReport report, EntityProgress entity) {
        long open = report.openResidueByType().getOrDefault(entity.entity(), 0L);
        boolean ended = entity.status() == RunStatus.DONE || entity.status() == RunStatus.DONE_WITH_RESIDUE;
        String failure = !ended
                ? "the backfill is incomplete"
                : open > 0 ? "residue that nobody has accepted: " + Quantity.of(open, "item") : "";
        String details = report.examples().stream()
                .filter(item -> item.entity().equals(entity.entity()))
                .map(JUnitReport::line)
                .collect(Collectors.joining("\n"));
        return new Case(entity.entity(), "copied", failure, details);
    }

    private static String line(ResidueItem item) {
        return item.residue().kind() + " " + TextReport.describe(item);
    }

    private static Case equal(VerificationReport.Entity entity) {
        String failure = entity.differences() == 0 ? "" : Quantity.of(entity.differences(), "difference");
        String details =
                entity.examples().stream().map(DifferenceLine::withoutType).collect(Collectors.joining("\n"));
        return new Case(entity.entity(), "equal", failure, details);
    }

    private static void write(XMLStreamWriter xml, List<Case> cases, Duration duration, String at)
            throws XMLStreamException {
        long failures = cases.stream().filter(test -> !test.failure().isEmpty()).count();
        xml.writeStartDocument("UTF-8", "1.0");
        xml.writeCharacters("\n");
        xml.writeStartElement("testsuite");
        xml.writeAttribute("name", "storeway");
        xml.writeAttribute("tests", String.valueOf(cases.size()));
        xml.writeAttribute("failures", String.valueOf(failures));
        xml.writeAttribute("errors", "0");
        xml.writeAttribute("skipped", "0");
        xml.writeAttribute("timestamp", at);
        xml.writeAttribute("time", String.format(Locale.ROOT, "%.3f", duration.toMillis() / 1e3));
        for (Case test : cases) {
            xml.writeCharacters("\n  ");
            xml.writeStartElement("testcase");
            xml.writeAttribute("classname", "storeway." + Visible.of(test.entity()));
            xml.writeAttribute("name", test.name());
            if (!test.failure().isEmpty()) {
                xml.writeStartElement("failure");
                xml.writeAttribute("message", test.failure());
                xml.writeCharacters(
                        test.details().lines().map(Visible::of).collect(Collectors.joining("\n", "\n", "\n")));
                xml.writeEndElement();
            }
            xml.writeEndElement();
        }
        xml.writeCharacters("\n");
        xml.writeEndElement();
        xml.writeEndDocument();
        xml.flush();
    }
}
