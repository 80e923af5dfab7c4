package dev.dryberth.cli.rehearsal;

import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * A rehearsal's report as one HTML page that needs nothing else: two plots over the same time, the
 * part of the answers that were the new revision's, and the requests that failed a second; the
 * tables below.
 */
public final class ReportPage {

    private static final int MAX_PARTS = 240;
    private static final int MAX_ROWS = 60;
    private static final int WIDTH = 960;
    private static final int HEIGHT = 200;
    private static final int LEFT = 56;
    private static final int TOP = 26;
    private static final int PLOT_WIDTH = WIDTH - LEFT - 12;
    private static final int PLOT_HEIGHT = HEIGHT - TOP - 24;
    private static final int MARKS = 6;
    private static final double FULL = 100;

    private static final String STYLE =
            """
            :root{color-scheme:light dark;--old:#4477aa;--new:#228833;--bad:#cc3311;--grid:#8884}
            body{font:15px/1.5 system-ui,sans-serif;max-width:62rem;margin:2rem auto;padding:0 1rem}
            h1{font-size:1.4rem;margin:0}.verdict{font-size:1.2rem;margin:.3rem 0 1rem}
            dl{display:grid;grid-template-columns:9rem 1fr;margin:0}dt{opacity:.7}dd{margin:0}
            svg{width:100%;height:auto;margin-top:1rem}svg text{font:11px system-ui,sans-serif;fill:currentColor}
            .grid{stroke:var(--grid)}.stage{stroke:currentColor;stroke-dasharray:2 3;opacity:.5}
            .old{fill:var(--old);stroke:var(--old)}.new{fill:var(--new);stroke:var(--new)}.bad{fill:var(--bad);stroke:var(--bad)}
            .area{fill-opacity:.35;stroke:none}.line{fill:none;stroke-width:2}.wanted{fill:none;stroke:currentColor;stroke-dasharray:5 4}
            table{border-collapse:collapse;margin-top:1rem;font-variant-numeric:tabular-nums}td,th{padding:.1rem .8rem .1rem 0;text-align:right}
            td:nth-child(2),th:nth-child(2),.left td:first-child,.left th:first-child{text-align:left}ol{padding-left:1.4rem}
            """;

    private final Report report;
    private final List<Timeline.Part> parts;
    private final double from;
    private final double to;
    private final StringBuilder out = new StringBuilder(16_384);

    private ReportPage(Report report) {
        this.report = report;
        parts = Timeline.of(report, MAX_PARTS);
        from = parts.isEmpty() ? 0 : Math.min(0, parts.getFirst().from());
        to = Math.max(from + 1, report.tookSeconds());
    }

    public static String of(Report report) {
        return new ReportPage(report).write();
    }

    private String write() {
        String title = "Rehearsal of " + report.service();
        out.append("<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">")
                .append("<meta name=\"viewport\" content=\"width=device-width\"><title>")
                .append(escaped(title))
                .append("</title><style>")
                .append(STYLE)
                .append("</style></head><body><h1>")
                .append(escaped(title))
                .append("</h1>");
        out.append(
                "<p class=\"verdict\"><strong>%s</strong> after %s (%s here, %s times faster).</p><dl>"
                        .formatted(
                                report.verdict().words(),
                                ReportText.time(report.tookSeconds()),
                                ReportText.time(report.machineSeconds()),
                                ReportText.number(report.speed())));
        item("Rolled out", report.oldDefinition() + " \u2192 " + report.newDefinition());
        item("Strategy", report.strategy());
        item("Decided by", report.decidedBy());
        item("Status", report.status());
        if (!report.reason().isEmpty()) {
            item("Reason", report.reason());
        }
        report.faults().forEach(each -> item("Fault", each));
        Tally.Second total = report.total();
        Tally.Requests all = total.olds().plus(total.news()).plus(total.nobodys());
        item("Requests", "%d, of which %d failed".formatted(all.requests(), all.failures()));
        out.append("</dl>");
        if (!parts.isEmpty()) {
            split();
            errors();
        }
        phases();
        rows();
        out.append("<h2>Events</h2><ol>");
        report.events().forEach(each -> out.append("<li>").append(escaped(each)));
        return out.append("</ol></body></html>\n").toString();
    }

    private void item(String name, String value) {
        out.append("<dt>%s</dt><dd>%s</dd>".formatted(name, escaped(value)));
    }

    private void split() {
        begin("Answers of the new revision, per cent (dashed: the weights)", FULL);
        StringBuilder area = new StringBuilder();
        line(area, Timeline.Part::newPercent, FULL);
        out.append(
                "<path class=\"new area\" d=\"%s L%s %s L%s %s Z\"/>"
                        .formatted(
                                area,
                                coordinate(x(parts.getLast().from())),
                                coordinate(y(0, FULL)),
                                coordinate(x(parts.getFirst().from())),
                                coordinate(y(0, FULL))));
        out.append("<path class=\"new line\" d=\"%s\"/>".formatted(area));
        StringBuilder weights = new StringBuilder();
        for (Report.Sample each : report.samples()) {
            if (each.productionPercent() >= 0) {
                if (!weights.isEmpty()) {
                    weights.append(" H").append(coordinate(x(each.at())));
                }
                weights.append(weights.isEmpty() ? "M" : " V");
                weights.append(
                        weights.length() == 1
                                ? coordinate(x(each.at()))
                                        + " "
                                        + coordinate(y(each.productionPercent(), FULL))
                                : coordinate(y(each.productionPercent(), FULL)));
            }
        }
        if (!weights.isEmpty()) {
            weights.append(" H").append(coordinate(x(to)));
            out.append("<path class=\"wanted\" d=\"%s\"/>".formatted(weights));
        }
        out.append("</svg>");
    }

    private void errors() {
        double most =
                Math.max(
                        1,
                        parts.stream()
                                .mapToDouble(each -> each.perSecond(each.all().failures()))
                                .max()
                                .orElse(1));
        begin("Failed requests a second: new (green), old (blue), without a target (red)", most);
        plot("old", each -> each.perSecond(each.olds().failures()), most);
        plot("new", each -> each.perSecond(each.news().failures()), most);
        plot("bad", each -> each.perSecond(each.nobodys().failures()), most);
        out.append("</svg>");
    }

    private void plot(String kind, ToDoubleFunction<Timeline.Part> value, double most) {
        StringBuilder line = new StringBuilder();
        line(line, value, most);
        out.append("<path class=\"%s line\" d=\"%s\"/>".formatted(kind, line));
    }

    private void line(StringBuilder into, ToDoubleFunction<Timeline.Part> value, double most) {
        for (Timeline.Part each : parts) {
            into.append(into.isEmpty() ? "M" : " L")
                    .append(coordinate(x(each.from())))
                    .append(' ')
                    .append(coordinate(y(value.applyAsDouble(each), most)));
        }
    }

    /** A plot's title, its grid, and where the stages begin. */
    private void begin(String title, double most) {
        out.append(
                "<svg viewBox=\"0 0 %d %d\" role=\"img\"><title>%s</title><text x=\"%d\" y=\"14\">%s</text>"
                        .formatted(WIDTH, HEIGHT, escaped(title), LEFT, escaped(title)));
        for (int i = 0; i <= 2; i++) {
            double value = most * i / 2;
            String y = coordinate(y(value, most));
            out.append(
                    "<path class=\"grid\" d=\"M%d %s H%d\"/><text x=\"%d\" y=\"%s\" text-anchor=\"end\">%s</text>"
                            .formatted(
                                    LEFT,
                                    y,
                                    LEFT + PLOT_WIDTH,
                                    LEFT - 6,
                                    y,
                                    ReportText.number(value)));
        }
        for (int i = 0; i <= MARKS; i++) {
            double at = from + (to - from) * i / MARKS;
            out.append(
                    "<text x=\"%s\" y=\"%d\" text-anchor=\"%s\">%s</text>"
                            .formatted(
                                    coordinate(x(at)),
                                    HEIGHT - 6,
                                    i == MARKS ? "end" : "middle",
                                    ReportText.time(at)));
        }
        for (Report.Phase each : report.phases()) {
            String x = coordinate(x(each.from()));
            out.append(
                    "<path class=\"stage\" d=\"M%s %d V%d\"><title>%s</title></path>"
                            .formatted(x, TOP, TOP + PLOT_HEIGHT, escaped(each.name())));
        }
    }

    private double x(double seconds) {
        return LEFT + PLOT_WIDTH * (Math.clamp(seconds, from, to) - from) / (to - from);
    }

    private static double y(double value, double most) {
        return TOP + PLOT_HEIGHT * (1 - value / most);
    }

    private static String coordinate(double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }

    private void phases() {
        out.append("<h2>Stages</h2><table class=\"left\"><tr><th>stage<th>from<th>took");
        for (Report.Phase each : report.phases()) {
            out.append(
                    "<tr><td>%s<td>%s<td>%s"
                            .formatted(
                                    escaped(each.name()),
                                    ReportText.time(each.from()),
                                    ReportText.time(each.to() - each.from())));
        }
        out.append("</table>");
    }

    private void rows() {
        out.append("<h2>Requests</h2><table><tr><th>at<th>stage<th>new<th>requests<th>old failed/s")
                .append("<th>new failed/s<th>no target/s");
        for (Timeline.Part each : Timeline.of(report, MAX_ROWS)) {
            out.append(
                    "<tr><td>%s<td>%s<td>%.0f %%<td>%d<td>%s<td>%s<td>%s"
                            .formatted(
                                    ReportText.time(each.from()),
                                    escaped(each.stage()),
                                    each.newPercent(),
                                    each.all().requests(),
                                    ReportText.number(each.perSecond(each.olds().failures())),
                                    ReportText.number(each.perSecond(each.news().failures())),
                                    ReportText.number(each.perSecond(each.nobodys().failures()))));
        }
        out.append("</table>");
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
