package io.storeway.cli.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A plot over time as an SVG element, legible at the width of a phone. */
final class Plot {

    private static final int WIDTH = 360;
    private static final int HEIGHT = 190;
    private static final int LEFT = 46;
    private static final int RIGHT = 352;
    private static final int TOP = 12;
    private static final int BOTTOM = 160;

    private final String title;
    private final double seconds;
    private final List<Series> series = new ArrayList<>();

    /**
     * An empty plot.
     *
     * @param title what is plotted, with its unit
     * @param seconds the end of the time axis
     */
    Plot(String title, double seconds) {
        this.title = title;
        this.seconds = Math.max(seconds, 1e-3);
    }

    /** A point in time. */
    record Point(double at, double value) {}

    private record Series(String style, List<List<Point>> lines) {}

    /** Adds lines of one style, which is a CSS class of the page. */
    Plot lines(String style, List<List<Point>> lines) {
        series.add(new Series(style, lines));
        return this;
    }

    void draw(Html html) {
        double top = nice(series.stream()
                .flatMap(each -> each.lines().stream())
                .flatMap(List::stream)
                .mapToDouble(Point::value)
                .max()
                .orElse(1));
        html.open("figure").open("figcaption").text(title).close();
        html.open("svg", "viewBox", "0 0 " + WIDTH + " " + HEIGHT, "role", "img", "aria-label", title);
        for (int i = 0; i <= 2; i++) {
            double y = y(top * i / 2, top);
            line(html, "grid", LEFT, y, RIGHT, y);
            label(html, "end", LEFT - 6, y + 4, number(top * i / 2));
        }
        for (int i = 0; i <= 2; i++) {
            double at = seconds * i / 2;
            label(html, i == 2 ? "end" : i == 0 ? "start" : "middle", x(at), BOTTOM + 18, time(at));
        }
        for (Series each : series) {
            for (List<Point> points : each.lines()) {
                html.open("path", "class", each.style(), "d", path(points, top)).close();
            }
        }
        html.close().close();
    }

    private String path(List<Point> points, double top) {
        StringBuilder path = new StringBuilder();
        for (Point point : points) {
            path.append(path.isEmpty() ? "M" : "L")
                    .append(String.format(Locale.ROOT, "%.1f %.1f", x(point.at()), y(point.value(), top)));
        }
        return path.toString();
    }

    private double x(double at) {
        return LEFT + (RIGHT - LEFT) * Math.min(1, at / seconds);
    }

    private static double y(double value, double top) {
        return BOTTOM - (BOTTOM - TOP) * value / top;
    }

    private static void line(Html html, String style, double x1, double y1, double x2, double y2) {
        html.open("path", "class", style, "d", String.format(Locale.ROOT, "M%.1f %.1fL%.1f %.1f", x1, y1, x2, y2))
                .close();
    }

    private static void label(Html html, String anchor, double x, double y, String text) {
        html.open(
                        "text",
                        "x",
                        String.format(Locale.ROOT, "%.1f", x),
                        "y",
                        String.format(Locale.ROOT, "%.1f", y),
                        "text-anchor",
                        anchor)
                .text(text)
                .close();
    }

    /** The end of an axis: the smallest of …, 0.5, 1, 2, 5, 10, 20, … that is not less than the value. */
    static double nice(double value) {
        if (!(value > 0)) {
            return 1;
        }
        double power = Math.pow(10, Math.floor(Math.log10(value)));
        for (double factor : new double[] {1, 2, 5, 10}) {
            if (value <= factor * power * (1 + 1e-9)) {
                return factor * power;
            }
        }
        return 10 * power;
    }

    /** A number in few characters, for example 2.5k. */
    static String number(double value) {
        if (value >= 1e6) {
            return trimmed(value / 1e6) + "M";
        }
        return value >= 1e3 ? trimmed(value / 1e3) + "k" : trimmed(value);
    }

    private static String trimmed(double value) {
        return String.format(Locale.ROOT, "%.2f", value).replaceFirst("0+$", "").replaceFirst("\\.$", "");
    }

    /** A time since the start. */
    static String time(double seconds) {
        if (seconds < 1) {
            return String.format(Locale.ROOT, "%.0f ms", seconds * 1e3);
        }
        long whole = Math.round(seconds);
        return whole < 90
                ? String.format(Locale.ROOT, "%.1f s", seconds)
                : whole < 5_400
                        ? String.format(Locale.ROOT, "%d min %02d s", whole / 60, whole % 60)
                        : String.format(Locale.ROOT, "%d h %02d min", whole / 3_600, whole / 60 % 60);
    }
}
