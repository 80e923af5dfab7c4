package dev.dryberth.core.service;

import dev.dryberth.core.model.CodeDeployRules;
import dev.dryberth.core.model.Deployment;
import dev.dryberth.core.model.Hook;
import dev.dryberth.core.model.HookRun;
import dev.dryberth.core.model.Lifecycle;
import dev.dryberth.core.model.Service;
import dev.dryberth.core.model.ServiceDeployment;
import dev.dryberth.core.model.ServiceRevision;
import dev.dryberth.core.model.Shift;
import dev.dryberth.core.model.Stage;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;

/**
 * Takes a deployment that moves traffic through its stages.
 *
 * <p><b>Goal.</b> Green comes up beside blue, gets the test traffic, then the production traffic,
 * at once or in steps, and only after a bake time blue goes. Until then blue is at full strength,
 * so that going back is nothing but to turn the traffic.
 *
 * <p><b>Constraints.</b> Traffic is moved in the same transaction as the stage, so there is no
 * moment at which a crash could leave one without the other. It is moved only to a revision all of
 * whose tasks are healthy. A hook's answer, a time that is over or a task that became healthy is
 * found by looking, never by having been there when it happened.
 *
 * <p><b>Algorithm.</b> A stage begins with its own work (traffic, or finding out which target group
 * is free) and its hooks, all at once. It is over when all hooks agreed and what it waits for is
 * there:
 *
 * <pre>
 * RECONCILE_SERVICE          traffic is blue's     only blue is left
 * PRE_SCALE_UP               groups are resolved
 * SCALE_UP                                         green is complete
 * TEST_TRAFFIC_SHIFT         test rules → green
 * PRODUCTION_TRAFFIC_SHIFT   a step → green        the step's bake time, unless it was the last
 * BAKE_TIME                                        the bake time
 * CLEAN_UP                   blue is not wanted    nothing but green is left
 * </pre>
 *
 * <p>On the way back the traffic is blue's at once; then come the hooks of PRODUCTION_ and
 * TEST_TRAFFIC_SHIFT once more, as far as these stages had been reached, and CLEAN_UP, in which it
 * is green that goes.
 *
 * <p><b>Example.</b> CANARY, 10 %: …, PRE_PRODUCTION_TRAFFIC_SHIFT, PRODUCTION_TRAFFIC_SHIFT with
 * 10 %, its bake time, PRE_PRODUCTION_TRAFFIC_SHIFT, PRODUCTION_TRAFFIC_SHIFT with 100 %, …
 *
 * <p>Follows "Lifecycle stages" in the ECS developer guide. [?] Hooks that refuse on the way back
 * don't keep it from going on; AWS does not say what it does.
 */
final class Staging {

    /** The longest a stage, or a step of the traffic, may take. */
    static final Duration MAX_STAGE = Duration.ofHours(24);

    private final ServiceView view;
    private final Plan.Draft plan;
    private final ServiceDeployment rollout;
    private final Lifecycle now;
    private final Colours colours;

    private Staging(ServiceView view, Plan.Draft plan) {
        this.view = view;
        this.plan = plan;
        rollout = Objects.requireNonNull(plan.rollout());
        now = Objects.requireNonNull(rollout.lifecycle());
        colours = Objects.requireNonNull(view.colours());
    }

    /** Begins the first stage; what the plan's roll-out is so far counts. */
    static void begin(ServiceView view, Plan.Draft plan) {
        Staging staging = new Staging(view, plan);
        staging.enter(staging.now.stage());
    }

    /**
     * Why the roll-out must go back; null: nothing says so. Takes note of hooks whose time is over.
     */
    static @Nullable String refusal(ServiceView view, Plan.Draft plan) {
        return new Staging(view, plan).refusal();
    }

    private @Nullable String refusal() {
        Lifecycle next = now;
        for (HookRun each : now.runs()) {
            if (!each.ended() && !view.now().isBefore(each.expiresAt())) {
                next = next.with(each.inStatus(HookRun.Status.TIMED_OUT, null));
            }
        }
        if (!next.equals(now)) {
            plan.rollout(rollout.withLifecycle(next));
        }
        if (now.goesBack()) {
            return null;
        }
        for (HookRun each : next.runs()) {
            if (each.refused()) {
                return refusal(each);
            }
        }
        String problem = misconfigured();
        if (problem != null) {
            return problem;
        }
        return view.now().isBefore(stageEnds())
                ? null
                : "Service deployment rolled back because the %s stage timed out." // [?]
                        .formatted(now.stage());
    }

    /** Why its target groups can't be told apart; null: they can, or it is known already. */
    private @Nullable String misconfigured() {
        return now.stage() == Stage.PRE_SCALE_UP && now.shift().codeDeploy() == null
                ? TrafficSplit.resolve(colours.green(), colours.rules()).problem()
                : null;
    }

    private static String refusal(HookRun run) {
        if (run.status() == HookRun.Status.TIMED_OUT) {
            return "Service deployment rolled back because %s %s hook timed out."
                    .formatted(run.stage(), run.function() == null ? "pause" : "lifecycle");
        }
        return "Service deployment rolled back because %s lifecycle hook(s) failed. %s"
                .formatted(run.stage(), run.problem());
    }

    private Instant stageEnds() {
        boolean installs = now.shift().codeDeploy() != null && now.stage() == Stage.SCALE_UP;
        return now.since().plus(view.clock().wait(installs ? CodeDeployRules.MAX_WAIT : MAX_STAGE));
    }

    /** Turns the traffic and the stages around; {@code rollout} is as it is to be. */
    static ServiceDeployment back(ServiceView view, Plan.Draft plan, ServiceDeployment rollout) {
        Lifecycle before = Objects.requireNonNull(rollout.lifecycle());
        Colours colours = Objects.requireNonNull(view.colours());
        if (before.test() > 0 || before.production() > 0) {
            Colours.split(plan, colours.green(), 0, 0);
        }
        Lifecycle back = before.closed().back();
        Stage first = stageBack(Stage.CLEAN_UP, before.stage());
        return rollout.withLifecycle(back.in(first, runs(view, back.shift(), first), view.now()));
    }

    /** Ends a stage that is over, and begins the next; tells what it waits for otherwise. */
    static void advance(ServiceView view, Plan.Draft plan) {
        new Staging(view, plan).advance();
    }

    private void advance() {
        boolean agreed = hooksAgreed();
        boolean over = stageIsOver();
        if (!agreed || !over) {
            if (!now.goesBack()) {
                plan.wakeAt(stageEnds());
            }
            return;
        }
        if (now.stage() == Stage.CLEAN_UP) {
            return;
        }
        Stage next = after(now);
        boolean shifts = next == Stage.TEST_TRAFFIC_SHIFT || next == Stage.PRODUCTION_TRAFFIC_SHIFT;
        if (shifts && !now.goesBack() && !complete(view.service().primary())) {
            plan.wakeAt(stageEnds());
            return;
        }
        enter(next);
    }

    /** Whether nothing is left to do but to say that the deployment completed. */
    static boolean isOver(ServiceView view) {
        ServiceDeployment rollout = view.rollout();
        Lifecycle lifecycle = rollout == null ? null : rollout.lifecycle();
        return lifecycle == null || lifecycle.stage() == Stage.CLEAN_UP;
    }

    private boolean hooksAgreed() {
        boolean agreed = true;
        for (HookRun each : now.runs()) {
            if (!each.ended()) {
                agreed = false;
                plan.waits(
                        Wait.Rule.LIFECYCLE_HOOK,
                        each.function() == null
                                ? "%s is paused until somebody continues it: hook %s"
                                        .formatted(now.stage(), each.id())
                                : "%s waits for the hook %s"
                                        .formatted(now.stage(), each.function()),
                        List.of(),
                        each.expiresAt());
            }
        }
        return agreed;
    }

    private boolean stageIsOver() {
        return switch (now.stage()) {
            case RECONCILE_SERVICE -> onlyBlueIsLeft();
            case SCALE_UP -> complete(view.service().primary());
            case PRODUCTION_TRAFFIC_SHIFT ->
                    now.goesBack()
                            || now.production() == Shift.ALL
                            || waited(
                                    now.shift().stepBake(),
                                    "%.1f %% of the production traffic is green's; the step bakes"
                                            .formatted(now.production() / 10.0));
            case BAKE_TIME ->
                    waited(
                            Objects.requireNonNullElse(now.shift().bake(), Duration.ZERO),
                            "all traffic is green's; the deployment bakes");
            case PRE_SCALE_UP,
                    POST_SCALE_UP,
                    TEST_TRAFFIC_SHIFT,
                    POST_TEST_TRAFFIC_SHIFT,
                    PRE_PRODUCTION_TRAFFIC_SHIFT,
                    POST_PRODUCTION_TRAFFIC_SHIFT,
                    CLEAN_UP ->
                    true;
        };
    }

    /** Blue need not be healthy: what is rolled out may be its cure. */
    private boolean onlyBlueIsLeft() {
        ServiceRevision blue = colours.blue();
        return view.members().stream()
                .allMatch(each -> blue != null && ServiceView.isOf(each, blue.arn()));
    }

    private boolean complete(Deployment deployment) {
        List<Member> live = view.live(deployment);
        boolean complete =
                live.size() == view.desiredCount() && live.stream().allMatch(Member::healthy);
        if (!complete) {
            Ending.tellWhatIsMissing(live, plan);
        }
        return complete;
    }

    private boolean waited(Duration wait, String why) {
        Instant end = now.since().plus(view.clock().wait(wait));
        boolean over = !view.now().isBefore(end);
        if (!over) {
            plan.waits(Wait.Rule.BAKE_TIME, why, List.of(), end);
        }
        return over;
    }

    private static Stage after(Lifecycle lifecycle) {
        if (lifecycle.goesBack()) {
            return stageBack(lifecycle.stage(), Objects.requireNonNull(lifecycle.reached()));
        }
        boolean moreSteps =
                lifecycle.stage() == Stage.PRODUCTION_TRAFFIC_SHIFT
                        && lifecycle.production() < Shift.ALL;
        if (!moreSteps) {
            return lifecycle.stage().next();
        }
        // To CodeDeploy all steps are one lifecycle event.
        return lifecycle.shift().codeDeploy() == null
                ? Stage.PRE_PRODUCTION_TRAFFIC_SHIFT
                : Stage.PRODUCTION_TRAFFIC_SHIFT;
    }

    /** The stage before {@code from} on the way back, of those whose hooks are run once more. */
    private static Stage stageBack(Stage from, Stage reached) {
        for (Stage each : List.of(Stage.PRODUCTION_TRAFFIC_SHIFT, Stage.TEST_TRAFFIC_SHIFT)) {
            if (from.compareTo(each) > 0 && reached.reached(each)) {
                return each;
            }
        }
        return Stage.CLEAN_UP;
    }

    private void enter(Stage stage) {
        Lifecycle next = now;
        if (!now.goesBack()) {
            switch (stage) {
                case RECONCILE_SERVICE -> {
                    ServiceRevision blue = colours.blue();
                    Service.Completed completed = view.service().completed();
                    // Where nothing ever completed, nobody knows better who is to serve.
                    if (blue != null
                            && completed != null
                            && completed.revision().equals(blue.arn())) {
                        Colours.split(plan, blue, Shift.ALL, Shift.ALL);
                    }
                }
                case PRE_SCALE_UP -> resolve();
                case TEST_TRAFFIC_SHIFT -> {
                    next = now.with(now.steps(), Shift.ALL, now.production());
                    split(next);
                }
                case PRODUCTION_TRAFFIC_SHIFT -> {
                    int steps = now.steps() + 1;
                    next = now.with(steps, now.test(), now.shift().after(steps));
                    split(next);
                }
                case SCALE_UP,
                        POST_SCALE_UP,
                        POST_TEST_TRAFFIC_SHIFT,
                        PRE_PRODUCTION_TRAFFIC_SHIFT,
                        POST_PRODUCTION_TRAFFIC_SHIFT,
                        BAKE_TIME,
                        CLEAN_UP -> {}
            }
        }
        ServiceDeployment written = Objects.requireNonNull(plan.rollout());
        plan.rollout(
                written.withLifecycle(next.in(stage, runs(view, next.shift(), stage), view.now())));
    }

    private void split(Lifecycle next) {
        Colours.split(plan, colours.green(), next.test(), next.production());
    }

    /**
     * A revision that can't be put into place ends the roll-out when it is looked at next.
     * CodeDeploy knows by itself which group is whose. Its replacement's group need not be behind a
     * listener yet, and nobody would check it there: a rule forwards to it, with no weight.
     */
    private void resolve() {
        if (now.shift().codeDeploy() != null) {
            split(now);
            return;
        }
        ServiceRevision green = colours.green();
        TrafficSplit.Resolved resolved = TrafficSplit.resolve(green, colours.rules());
        if (!resolved.balanced().equals(green.balanced())) {
            plan.revision(green.in(resolved.balanced()));
        }
    }

    /** The hooks of a stage, about to run. */
    private static List<HookRun> runs(ServiceView view, Shift shift, Stage stage) {
        List<HookRun> runs = new ArrayList<>();
        for (Hook hook : shift.hooks()) {
            if (hook.stages().contains(stage)) {
                runs.add(run(view, hook, stage));
            }
        }
        return List.copyOf(runs);
    }

    private static HookRun run(ServiceView view, Hook hook, Stage stage) {
        boolean pause = hook.function() == null;
        String id = (pause ? "ecs-pause-" : "ecs-lambda-") + view.outlook().hook().get();
        return new HookRun(
                id,
                UUID.nameUUIDFromBytes(id.getBytes(StandardCharsets.US_ASCII)).toString(),
                stage,
                hook.function(),
                pause ? HookRun.Status.AWAITING_ACTION : HookRun.Status.IN_PROGRESS,
                hook.details(),
                pause ? null : view.now(),
                view.now().plus(view.clock().wait(hook.timeout())),
                hook.onTimeout(),
                null);
    }
}
