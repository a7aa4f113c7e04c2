package io.storeway.cli.report;

import io.storeway.cli.report.Timeline.Sample;
import io.storeway.cli.report.Timeline.Step;
import io.storeway.migrate.routing.StageChange;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The part of a page that shows when things happened: the steps of a run, its speed, and the stages of a migration. */
final class HtmlTimeline {

    private static final int SHOWN_STAGES = 50;

    private final Html html;

    HtmlTimeline(Html html) {
        this.html = html;
    }

    void steps(List<Step> steps) {
        if (steps.isEmpty()) {
            return;
        }
        double end = steps.stream().mapToDouble(Step::to).max().orElse(0);
        html.open("h2").text("Timeline").close();
        html.open("ol", "class", "timeline");
        for (Step step : steps) {
            double seconds = step.to() - step.from();
            html.open("li", "class", step.phase().startsWith("verify") ? "verify" : "copy");
            html.open("span", "class", "what")
                    .text(step.phase() + ", " + step.entity())
                    .close();
            html.open("span", "class", "figures")
                    .text(String.format(Locale.ROOT, "%,d items, %s", step.items(), Plot.time(seconds)))
                    .close();
            html.open("span", "class", "track")
                    .open("span", "style", bar(step.from() / end, seconds / end))
                    .close()
                    .close();
            html.close();
        }
        html.close();
        html.open("div", "class", "plots");
        new Plot("Items per second", end)
                .lines("copy", lines(steps, false, HtmlTimeline::rates))
                .lines("verify", lines(steps, true, HtmlTimeline::rates))
                .draw(html);
        new Plot("Milliseconds per page (dotted: the slowest)", end)
                .lines("copy", lines(steps, false, HtmlTimeline::means))
                .lines("verify", lines(steps, true, HtmlTimeline::means))
                .lines("slowest", lines(steps, false, HtmlTimeline::slowest))
                .draw(html);
        html.close();
        html.open("p", "class", "legend")
                .open("span", "class", "copy")
                .text("copying")
                .close()
                .text(" ")
                .open("span", "class", "verify")
                .text("comparing")
                .close()
                .close();
    }

    private static String bar(double from, double width) {
        return String.format(
                Locale.ROOT, "margin-left:%.2f%%;width:max(2px,%.2f%%)", 100 * Math.min(from, 1), 100 * width);
    }

    /** What a plot shows of a step. */
    @FunctionalInterface
    private interface Line {
        List<Plot.Point> of(Step step);
    }

    private static List<List<Plot.Point>> lines(List<Step> steps, boolean verify, Line line) {
        return steps.stream()
                .filter(step -> step.phase().startsWith("verify") == verify)
                .map(line::of)
                .toList();
    }

    private static List<Plot.Point> rates(Step step) {
        List<Plot.Point> points = new ArrayList<>();
        double before = step.from();
        long items = 0;
        for (Sample sample : step.samples()) {
            double seconds = Math.max(1e-3, sample.at() - before);
            points.add(new Plot.Point(sample.at(), (sample.items() - items) / seconds));
            before = sample.at();
            items = sample.items();
        }
        return points;
    }

    private static List<Plot.Point> means(Step step) {
        return step.samples().stream()
                .map(sample -> new Plot.Point(sample.at(), sample.mean()))
                .toList();
    }

    private static List<Plot.Point> slowest(Step step) {
        return step.samples().stream()
                .map(sample -> new Plot.Point(sample.at(), sample.slowest()))
                .toList();
    }

    void stages(List<StageChange> stages) {
        if (stages.isEmpty()) {
            return;
        }
        html.open("h2").text("Stages").close();
        html.table("when", "migration", "from", "to", "by", "reason", "found out before");
        stages.stream()
                .skip(Math.max(0, stages.size() - SHOWN_STAGES))
                .forEach(change -> html.row(
                        change.at().toString(),
                        change.migration(),
                        change.from().name(),
                        change.to().name(),
                        change.by(),
                        change.reason(),
                        change.evidence()));
        html.endTable();
    }
}
