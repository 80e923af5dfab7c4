package dev.dryberth.core.model;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * How far a deployment is that moves traffic. It keeps the rules it began with.
 *
 * @param blue the revision that served when it began: that of the deployment that completed last,
 *     or of the newest one if none did; null: it is the service's first
 * @param since when the stage began, for PRODUCTION_TRAFFIC_SHIFT the step
 * @param steps how many steps of the production traffic have been made, this one included
 * @param goesBack whether it is being rolled back: then blue is what it comes to
 * @param test green's part of the test traffic, in thousandths
 * @param production green's part of the production traffic, in thousandths
 * @param reached the furthest stage before it went back; null: it does not
 * @param ended the hooks of earlier stages and steps, oldest first, the last {@link #MAX_ENDED}
 * @param runs the hooks of the present stage and step
 */
public record Lifecycle(
        Shift shift,
        @Nullable ServiceRevisionArn blue,
        Stage stage,
        Instant since,
        int steps,
        boolean goesBack,
        int test,
        int production,
        @Nullable Stage reached,
        List<HookRun> ended,
        List<HookRun> runs) {

    /** How many hooks that ended are remembered. */
    public static final int MAX_ENDED = 100;

    /** One that has not begun its first stage. */
    public static Lifecycle fresh(
            Shift shift, @Nullable ServiceRevisionArn blue, Stage first, Instant now) {
        return new Lifecycle(shift, blue, first, now, 0, false, 0, 0, null, List.of(), List.of());
    }

    /** It begins a stage, or a step of it. */
    public Lifecycle in(Stage next, List<HookRun> nextRuns, Instant now) {
        List<HookRun> before = new ArrayList<>(ended);
        runs.forEach(each -> before.add(each.withoutDetails()));
        int first = Math.max(0, before.size() - MAX_ENDED);
        return new Lifecycle(
                shift,
                blue,
                next,
                now,
                steps,
                goesBack,
                test,
                production,
                reached,
                List.copyOf(before.subList(first, before.size())),
                nextRuns);
    }

    /** The same with another split of the traffic. */
    public Lifecycle with(int nextSteps, int nextTest, int nextProduction) {
        return new Lifecycle(
                shift,
                blue,
                stage,
                since,
                nextSteps,
                goesBack,
                nextTest,
                nextProduction,
                reached,
                ended,
                runs);
    }

    /** The same with one hook of the present stage replaced, told apart by its id. */
    public Lifecycle with(HookRun changed) {
        return new Lifecycle(
                shift,
                blue,
                stage,
                since,
                steps,
                goesBack,
                test,
                production,
                reached,
                ended,
                runs.stream()
                        .map(each -> each.id().equals(changed.id()) ? changed : each)
                        .toList());
    }

    /** It turns around where it is; all traffic is blue's again. */
    public Lifecycle back() {
        return new Lifecycle(shift, blue, stage, since, steps, true, 0, 0, stage, ended, runs);
    }

    /** It does not wait any longer before the revision that lost goes. */
    public Lifecycle withoutBake() {
        return new Lifecycle(
                shift.withoutBake(),
                blue,
                stage,
                since,
                steps,
                goesBack,
                test,
                production,
                reached,
                ended,
                runs);
    }

    /** The revision that has the production traffic, all but all of it counting as none. */
    public @Nullable ServiceRevisionArn serving(ServiceRevisionArn green) {
        return blue == null || (!goesBack && production == Shift.ALL) ? green : blue;
    }

    /** Nothing more comes of it, nor of the hooks that have not ended. */
    public Lifecycle closed() {
        Lifecycle closed = this;
        for (HookRun each : runs) {
            if (!each.ended()) {
                closed = closed.with(each.inStatus(HookRun.Status.FAILED, null));
            }
        }
        return closed;
    }

    /** A hook of the present stage; null: there is none of this id. */
    public @Nullable HookRun run(String id) {
        return runs.stream().filter(each -> each.id().equals(id)).findFirst().orElse(null);
    }
}
