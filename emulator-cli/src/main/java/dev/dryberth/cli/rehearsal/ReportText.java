package dev.dryberth.cli.rehearsal;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A rehearsal's report for people, as lines. */
public final class ReportText {

    private static final int MAX_PARTS = 24;
    private static final int MAX_EVENTS = 8;
    private static final int SECONDS_PER_MINUTE = 60;

    private final Report report;
    private final List<String> lines = new ArrayList<>();

    private ReportText(Report report) {
        this.report = report;
    }

    public static List<String> of(Report report) {
        return new ReportText(report).write();
    }

    private List<String> write() {
        lines.add(
                "%s: %s -> %s  %s"
                        .formatted(
                                report.service(),
                                report.oldDefinition(),
                                report.newDefinition(),
                                report.strategy()));
        lines.add(
                "%s after %s (%s here, %s times faster)"
                        .formatted(
                                report.verdict().words(),
                                time(report.tookSeconds()),
                                time(report.machineSeconds()),
                                number(report.speed())));
        lines.add("Decided by    " + report.decidedBy());
        lines.add("Status        " + report.status());
        if (!report.reason().isEmpty()) {
            lines.add("Reason        " + report.reason());
        }
        report.faults().forEach(each -> lines.add("Fault         " + each));
        requests();
        lines.add("");
        lines.add(row("stage", "from", "took"));
        for (Report.Phase each : report.phases()) {
            lines.add(row(each.name(), time(each.from()), time(each.to() - each.from())));
        }
        if (!report.seconds().isEmpty()) {
            timeline();
        }
        if (!report.events().isEmpty()) {
            lines.add("");
            int from = Math.max(0, report.events().size() - MAX_EVENTS);
            lines.addAll(report.events().subList(from, report.events().size()));
        }
        return List.copyOf(lines);
    }

    private static String row(String stage, String from, String took) {
        return "%-32s %12s %12s".formatted(stage, from, took);
    }

    private void requests() {
        if (report.rate() == 0 || report.seconds().isEmpty()) {
            lines.add("Requests      none were sent");
            return;
        }
        Tally.Second total = report.total();
        Tally.Requests all = total.olds().plus(total.news()).plus(total.nobodys());
        lines.add(
                "Requests      %d, failed %d (old %d of %d, new %d of %d, without a target %d of %d)"
                        .formatted(
                                all.requests(),
                                all.failures(),
                                total.olds().failures(),
                                total.olds().requests(),
                                total.news().failures(),
                                total.news().requests(),
                                total.nobodys().failures(),
                                total.nobodys().requests()));
    }

    private void timeline() {
        lines.add("");
        lines.add(
                "%12s  %-32s %7s %9s %12s %12s %12s"
                        .formatted(
                                "at",
                                "stage",
                                "new",
                                "requests",
                                "old failed/s",
                                "new failed/s",
                                "no target/s"));
        for (Timeline.Part each : Timeline.of(report, MAX_PARTS)) {
            lines.add(
                    "%12s  %-32s %7s %9d %12s %12s %12s"
                            .formatted(
                                    time(each.from()),
                                    each.stage(),
                                    String.format(Locale.ROOT, "%.0f %%", each.newPercent()),
                                    each.all().requests(),
                                    rate(each, each.olds()),
                                    rate(each, each.news()),
                                    rate(each, each.nobodys())));
        }
    }

    private static String rate(Timeline.Part part, Tally.Requests requests) {
        return number(part.perSecond(requests.failures()));
    }

    static String number(double value) {
        return value == Math.rint(value)
                ? String.format(Locale.ROOT, "%.0f", value)
                : String.format(Locale.ROOT, "%.1f", value);
    }

    static String time(double seconds) {
        String sign = seconds < 0 ? "-" : "";
        double length = Math.abs(seconds);
        return length < 2 * SECONDS_PER_MINUTE
                ? sign + String.format(Locale.ROOT, "%.1f s", length)
                : "%s%d min %d s"
                        .formatted(
                                sign,
                                Math.round(length) / SECONDS_PER_MINUTE,
                                Math.round(length) % SECONDS_PER_MINUTE);
    }
}
