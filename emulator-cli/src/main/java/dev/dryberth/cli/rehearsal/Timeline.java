package dev.dryberth.cli.rehearsal;

import java.util.ArrayList;
import java.util.List;

/** A rehearsal's seconds gathered into as many parts as there is room to show. */
final class Timeline {

    private Timeline() {}

    /**
     * A part.
     *
     * @param from in seconds of the service's clock
     * @param machineSeconds how much of the machine's clock it is
     * @param stage in which it began
     * @param productionPercent what the new revision was to have then; negative: no weights
     */
    record Part(
            double from,
            double machineSeconds,
            String stage,
            double productionPercent,
            Tally.Requests olds,
            Tally.Requests news,
            Tally.Requests nobodys) {

        Tally.Requests all() {
            return olds.plus(news).plus(nobodys);
        }

        /** Which part of the answers of targets were the new revision's, in per cent. */
        double newPercent() {
            int answered = olds.requests() + news.requests();
            return answered == 0 ? 0 : 100.0 * news.requests() / answered;
        }

        double perSecond(int requests) {
            return machineSeconds == 0 ? 0 : requests / machineSeconds;
        }
    }

    /** At most so many parts, each of as many whole seconds of the machine's clock. */
    static List<Part> of(Report report, int most) {
        List<Tally.Second> seconds = report.seconds();
        int each = Math.max(1, Math.ceilDiv(seconds.size(), most));
        List<Part> parts = new ArrayList<>();
        for (int i = 0; i < seconds.size(); i += each) {
            List<Tally.Second> some = seconds.subList(i, Math.min(seconds.size(), i + each));
            double from = some.getFirst().at() * report.speed();
            Report.Sample sample = sample(report, from + report.speed());
            Tally.Requests olds = Tally.Requests.NONE;
            Tally.Requests news = Tally.Requests.NONE;
            Tally.Requests nobodys = Tally.Requests.NONE;
            for (Tally.Second second : some) {
                olds = olds.plus(second.olds());
                news = news.plus(second.news());
                nobodys = nobodys.plus(second.nobodys());
            }
            parts.add(
                    new Part(
                            from,
                            some.size(),
                            sample.stage(),
                            sample.productionPercent(),
                            olds,
                            news,
                            nobodys));
        }
        return parts;
    }

    private static Report.Sample sample(Report report, double at) {
        Report.Sample found = new Report.Sample(0, "before", -1, 0, 0);
        for (Report.Sample each : report.samples()) {
            if (each.at() > at) {
                break;
            }
            found = each;
        }
        return found;
    }
}
