package dev.dryberth.cli.rehearsal;

import java.util.List;
import java.util.Locale;

/**
 * What a rehearsal found. Seconds are those of the service's clock, counted from the beginning of
 * the roll-out, unless said otherwise.
 *
 * @param oldDefinition family and revision of what ran
 * @param newDefinition of what was rolled out, as it is called where it was read; a file's name
 * @param status of the service deployment, in AWS's words
 * @param reason its status reason; empty: it has none
 * @param tookSeconds from the beginning to the verdict
 * @param machineSeconds the same on the machine's clock
 * @param speed how many times faster the service's clock went
 * @param rate requests a second of the machine's clock
 * @param faults as they were asked for
 * @param phases what it went through, in order
 * @param seconds the requests, second by second of the machine's clock
 * @param samples how it stood, whenever that changed
 * @param events what the service said, oldest first
 */
public record Report(
        String service,
        String oldDefinition,
        String newDefinition,
        String strategy,
        Verdict verdict,
        String status,
        String reason,
        double tookSeconds,
        double machineSeconds,
        double speed,
        int rate,
        List<String> faults,
        List<Phase> phases,
        List<Tally.Second> seconds,
        List<Sample> samples,
        List<String> events) {

    /** What would become of the deployment. */
    public enum Verdict {
        /** It would succeed. */
        SUCCEEDS("It would succeed"),
        /** It would go back to what ran before. */
        ROLLS_BACK("It would roll back"),
        /** It would fail and stay as it is then. */
        FAILS("It would fail"),
        /** It would wait at a pause for somebody to go on. */
        PAUSES("It would pause"),
        /** The rehearsal ended before it did. */
        UNDECIDED("It was not over within the limit");

        private final String words;

        Verdict(String words) {
            this.words = words;
        }

        public String words() {
            return words;
        }
    }

    /**
     * A stage, or a roll-out without stages as a whole.
     *
     * @param name as AWS calls it
     */
    record Phase(String name, double from, double to) {}

    /**
     * How the roll-out stood.
     *
     * @param productionPercent what the new revision was to have; negative: no traffic is moved by
     *     weights
     */
    record Sample(
            double at, String stage, double productionPercent, int oldHealthy, int newHealthy) {}

    /** Which rule decided, as far as the reason says it. */
    String decidedBy() {
        String text = reason.toLowerCase(Locale.ROOT);
        if (verdict == Verdict.PAUSES) {
            return "PAUSE hook";
        } else if (verdict == Verdict.SUCCEEDS) {
            return "steady state";
        } else if (text.contains("circuit breaker")) {
            return "deployment circuit breaker";
        } else if (text.contains("alarm")) {
            return "deployment alarm";
        } else if (text.contains("hook")) {
            return "lifecycle hook";
        } else if (text.contains("timed out") || text.contains("timeout")) {
            return "timeout";
        }
        return verdict == Verdict.UNDECIDED ? "the rehearsal's limit" : "see the reason";
    }

    /** All requests since the roll-out began, by whom they came to. */
    Tally.Second total() {
        Tally.Second total =
                new Tally.Second(0, Tally.Requests.NONE, Tally.Requests.NONE, Tally.Requests.NONE);
        for (Tally.Second each : seconds) {
            if (each.at() > -1) {
                total =
                        new Tally.Second(
                                0,
                                total.olds().plus(each.olds()),
                                total.news().plus(each.news()),
                                total.nobodys().plus(each.nobodys()));
            }
        }
        return total;
    }
}
