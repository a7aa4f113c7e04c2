package io.storeway.cli.report;

import io.storeway.cli.report.Timeline.Sample;
import io.storeway.cli.report.Timeline.Step;
import io.storeway.migrate.routing.StageChange;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/** The part of a page that shows when things happened: the steps of a run, its speed, and the stages of a migration. */
final class HtmlTimeline {

    private static final int SHOWN_STAGES = 50;
    /** About how many spans a plot has. */
    private static final int SPANS = 100;

    private final Html html;

    HtmlTimeline(Html html) {
        this.html = html;
    }

    void steps(List<Step> steps) {
        if (steps.isEmpty()) {
            return;
        }
        double end = Math.max(1e-9, steps.stream().mapToDouble(Step::to).max().orElse(0));
        html.open("h2").text("Timeline").close();
        bars(steps, end);
        plots(steps, end);
        legend();
    }

    private void bars(List<Step> steps, double end) {
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
    }

    private void plots(List<Step> steps, double end) {
        html.open("div", "class", "plots");
        List<List<Span>> copy = spans(steps, false, end);
        List<List<Span>> verify = spans(steps, true, end);
        new Plot("Items per second", end)
                .lines("copy", lines(copy, span -> span.items() / span.seconds()))
                .lines("verify", lines(verify, span -> span.items() / span.seconds()))
                .draw(html);
        new Plot("Milliseconds per page (dotted: the slowest)", end)
                .lines("copy", lines(copy, Span::mean))
                .lines("verify", lines(verify, Span::mean))
                .lines("slowest", lines(copy, Span::slowest))
                .draw(html);
        html.close();
    }

    private void legend() {
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

    /** Neighbouring samples joined to one step of a plot, which is wide enough to be seen. */
    private record Span(double from, double to, long items, double mean, double slowest) {

        double seconds() {
            return Math.max(1e-3, to - from);
        }

        Span with(Span next) {
            double pages = pages() + next.pages();
            return new Span(
                    from,
                    next.to,
                    items + next.items,
                    (pages() * mean + next.pages() * next.mean) / pages,
                    Math.max(slowest, next.slowest));
        }

        private double pages() {
            return Math.max(1, seconds() * 1e3 / Math.max(mean, 1e-3));
        }
    }

    private static List<List<Span>> spans(List<Step> steps, boolean verify, double end) {
        return steps.stream()
                .filter(step -> step.phase().startsWith("verify") == verify)
                .map(step -> spans(step, end / SPANS))
                .filter(spans -> !spans.isEmpty())
                .toList();
    }

    private static List<Span> spans(Step step, double width) {
        List<Span> spans = new ArrayList<>();
        double from = step.from();
        long items = 0;
        for (Sample sample : step.samples()) {
            Span span = new Span(from, sample.at(), sample.items() - items, sample.mean(), sample.slowest());
            int last = spans.size() - 1;
            if (last >= 0 && spans.get(last).to() - spans.get(last).from() < width) {
                spans.set(last, spans.get(last).with(span));
            } else {
                spans.add(span);
            }
            from = sample.at();
            items = sample.items();
        }
        // A span that is too short to be seen would only stretch the axis of values.
        spans.removeIf(span -> span.seconds() < width / 10);
        return spans;
    }

    private static List<List<Plot.Point>> lines(List<List<Span>> steps, ToDoubleFunction<Span> value) {
        return steps.stream()
                .map(spans -> spans.stream()
                        .flatMap(span -> Stream.of(
                                new Plot.Point(span.from(), value.applyAsDouble(span)),
                                new Plot.Point(span.to(), value.applyAsDouble(span))))
                        .toList())
                .toList();
    }

    void stages(List<StageChange> stages) {
        if (stages.isEmpty()) {
            return;
        }
        html.open("h2").text("Stages").close();
        html.table("when", "migration", "from", "to", "by", "reason", "evidence");
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
