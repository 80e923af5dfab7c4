package dev.dryberth.core.service;

import dev.dryberth.core.deployment.CircuitBreaker;
import dev.dryberth.core.model.Container;
import dev.dryberth.core.model.Deployment;
import dev.dryberth.core.model.Membership;
import dev.dryberth.core.model.RolloutRules;
import dev.dryberth.core.model.Service;
import dev.dryberth.core.model.ServiceArn;
import dev.dryberth.core.model.ServiceDeployment;
import dev.dryberth.core.model.ServiceRevision;
import dev.dryberth.core.model.Stop;
import dev.dryberth.core.model.Target;
import dev.dryberth.core.model.Task;
import dev.dryberth.core.model.TaskArn;
import dev.dryberth.core.model.TaskStatus;
import dev.dryberth.core.state.World;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedCollection;
import java.util.Set;
import java.util.function.BinaryOperator;
import java.util.function.Predicate;

/**
 * Says why a service is in the state it is.
 *
 * <p>It asks the scheduler itself what it would do now, without doing it, so that the explanation
 * can't differ from what happens: what the {@link Plan} waits for is what holds the service. To
 * that it adds what the scheduler need not look at: tasks that are on their way to STOPPED, and
 * those that failed of late.
 *
 * <p><b>Example.</b> Two old tasks are healthy, 100/200, and of the two new ones one is still
 * PENDING and the other's target INITIAL. The plan does nothing and waits: TARGET_INITIAL for the
 * one, TASK_START for the other, and because of both MINIMUM_HEALTHY_PERCENT for the old ones. The
 * first of these in the order of {@link Wait.Rule} is the summary's reason.
 */
public final class Explaining {

    /** Greater than every task's id, which is hexadecimal. */
    private static final String AFTER_ALL_IDS = "~";

    private static final Comparator<Wait> FIRST_OVER =
            Comparator.comparing(Wait::until, Comparator.nullsLast(Instant::compareTo));

    private static final Comparator<Target> LAST_DRAINED =
            Comparator.comparing(Target::drainUntil, Comparator.nullsFirst(Instant::compareTo));

    private final World world;
    private final ServiceView view;
    private final Service service;
    private final Plan plan;

    private Explaining(World world, ServiceView view) {
        this.world = world;
        this.view = view;
        this.service = view.service();
        this.plan = ServiceReconciler.plan(view);
    }

    /** Why {@code service} is in the state it is; changes nothing. Loop thread. */
    public static Explanation of(World world, Service service, Outlook outlook) {
        return new Explaining(world, ServiceViews.of(world, service, outlook)).explanation();
    }

    private Explanation explanation() {
        List<Wait> waits = waits();
        List<Member> shown =
                view.members().stream()
                        .sorted(Comparator.comparing(Member::healthy))
                        .limit(Explanation.MAX_TASKS)
                        .toList();
        return new Explanation(
                view.now(),
                service,
                summary(waits),
                counts(),
                service.deployments().stream().map(this::line).toList(),
                waits,
                refused(),
                next(waits),
                shown.stream().map(Explaining::line).toList(),
                view.members().size() - shown.size());
    }

    private Explanation.Counts counts() {
        return new Explanation.Counts(
                view.desiredCount(),
                count(view.members(), Explaining::runs),
                count(view.members(), Explaining::pends),
                count(view.members(), Member::healthy),
                count(view.members(), Explaining::stops),
                view.lower(),
                view.upper());
    }

    private static int count(List<Member> members, Predicate<Member> which) {
        return (int) members.stream().filter(which).count();
    }

    private static boolean runs(Member member) {
        return member.task().lastStatus() == TaskStatus.RUNNING;
    }

    private static boolean pends(Member member) {
        return member.task().lastStatus().compareTo(TaskStatus.RUNNING) < 0;
    }

    private static boolean stops(Member member) {
        return !member.live() && !member.task().isStopped();
    }

    private Explanation.DeploymentLine line(Deployment deployment) {
        List<Member> own =
                view.members().stream()
                        .filter(each -> ServiceView.isOf(each, deployment.revision()))
                        .toList();
        ServiceRevision revision = world.serviceRevisions().get(deployment.revision());
        RolloutRules.Breaker breaker = service.rules().breaker();
        return new Explanation.DeploymentLine(
                deployment,
                revision == null ? null : revision.template().taskDefinition(),
                world.serviceDeployments().get(deployment.deployment()),
                count(own, Explaining::runs),
                count(own, Explaining::pends),
                count(own, Member::healthy),
                breaker.enable() ? CircuitBreaker.threshold(breaker, view.desiredCount()) : null,
                deployment.inProgress() ? Ending.bakesUntil(view, deployment) : null);
    }

    private static Explanation.TaskLine line(Member member) {
        return new Explanation.TaskLine(member.task(), member.standing(), targets(member));
    }

    private static List<Target> targets(Member member) {
        List<Target> targets = new ArrayList<>();
        for (Member.Registered each : member.registered()) {
            if (each.target() != null) {
                targets.add(each.target());
            }
        }
        return List.copyOf(targets);
    }

    /** What the plan waits for and what stops, like waits as one. */
    private List<Wait> waits() {
        List<Wait> all = new ArrayList<>(plan.waits());
        for (Member each : view.members()) {
            if (stops(each)) {
                all.add(stopping(each));
            }
        }
        Map<String, Wait> merged = new LinkedHashMap<>();
        for (Wait each : all) {
            merged.merge(each.rule() + " " + each.text(), each, Explaining::together);
        }
        return merged.values().stream().sorted(Comparator.comparing(Wait::rule)).toList();
    }

    private static Wait stopping(Member member) {
        Instant until =
                targets(member).stream().max(LAST_DRAINED).map(Target::drainUntil).orElse(null);
        List<TaskArn> task = List.of(member.task().arn());
        return until == null
                ? new Wait(
                        Wait.Rule.TASK_STOP,
                        "a task was told to stop and is " + member.task().lastStatus(),
                        task,
                        null)
                : new Wait(
                        Wait.Rule.DEREGISTRATION_DELAY,
                        "a task's targets drain until their delay is over or nothing is in flight",
                        task,
                        until);
    }

    /** The same wait of several tasks is over for the first of them at {@code until}. */
    private static Wait together(Wait one, Wait other) {
        Set<TaskArn> tasks = new LinkedHashSet<>(one.tasks());
        tasks.addAll(other.tasks());
        Instant until = BinaryOperator.minBy(FIRST_OVER).apply(one, other).until();
        return new Wait(one.rule(), one.text(), List.copyOf(tasks), until);
    }

    private List<Explanation.Next> next(List<Wait> waits) {
        Set<Explanation.Next> next = new LinkedHashSet<>();
        for (Plan.Start each : plan.starts()) {
            next.add(
                    new Explanation.Next(
                            "deployment %s starts %d more"
                                    .formatted(each.deployment().id(), each.count()),
                            view.now()));
        }
        for (Plan.StopTask each : plan.stops()) {
            next.add(new Explanation.Next("task " + each.task().id() + " stops", view.now()));
        }
        waits.stream()
                .sorted(FIRST_OVER)
                .map(each -> new Explanation.Next(each.rule().then(), each.until()))
                .forEach(next::add);
        return List.copyOf(next);
    }

    private String summary(List<Wait> waits) {
        return switch (service.status()) {
            case INACTIVE -> "The service was deleted, and all its tasks have stopped.";
            case DRAINING ->
                    "The service was deleted; tasks that have not stopped yet: %d."
                            .formatted(view.members().size());
            case ACTIVE -> state() + because(waits) + lastRollout();
        };
    }

    private String state() {
        if (service.hasTaskSets() && view.colours() == null) {
            int steady = 0;
            for (Deployment each : service.deployments()) {
                steady += each.taskSet() != null && each.taskSet().steady() ? 1 : 0;
            }
            return "Task sets: %d, steady: %d".formatted(service.deployments().size(), steady);
        }
        Deployment primary = service.primary();
        List<Member> current = view.live(primary);
        String healthy =
                "%d of %d tasks healthy"
                        .formatted(count(current, Member::healthy), view.desiredCount());
        return switch (primary.rolloutState()) {
            case IN_PROGRESS -> "Deployment %s is in progress: %s".formatted(primary.id(), healthy);
            case FAILED ->
                    "Deployment %s has failed (%s): %s"
                            .formatted(primary.id(), primary.rolloutStateReason(), healthy);
            case COMPLETED ->
                    service.steady()
                            ? "The service is steady: " + healthy
                            : "Of its newest revision are " + healthy;
        };
    }

    private String because(List<Wait> waits) {
        if (!plan.idle()) {
            return "; there is something to do at once.";
        }
        if (waits.isEmpty()) {
            return ".";
        }
        Wait first = waits.getFirst();
        return first.until() == null
                ? "; %s (%s).".formatted(first.text(), first.rule())
                : "; %s (%s until %s).".formatted(first.text(), first.rule(), first.until());
    }

    /** How the newest roll-out ended, when that was not well. */
    private String lastRollout() {
        ServiceDeployment rollout = view.rollout();
        return rollout == null || rollout.statusReason() == null
                ? ""
                : " The newest roll-out is %s: %s"
                        .formatted(rollout.status(), rollout.statusReason());
    }

    private List<Explanation.Refusal> refused() {
        List<Explanation.Refusal> refused = new ArrayList<>();
        if (service.problem() != null && service.problemSince() != null) {
            refused.add(
                    new Explanation.Refusal(service.problemSince(), null, null, service.problem()));
        }
        for (Task each : tasksOfCluster(service.arn())) {
            Membership membership = each.membership();
            Stop stop = each.stop();
            if (membership != null
                    && stop != null
                    && membership.service().equals(service.arn())
                    && Accounting.failed(each, membership)) {
                refused.add(
                        new Explanation.Refusal(
                                Objects.requireNonNullElse(
                                        each.times().stoppingAt(), each.times().createdAt()),
                                each.arn(),
                                stop.code(),
                                reason(each, stop)));
            }
        }
        return refused.stream()
                .sorted(Comparator.comparing(Explanation.Refusal::at).reversed())
                .limit(Explanation.MAX_REFUSED)
                .toList();
    }

    /** Also those the service has nothing to do with any more. */
    private SequencedCollection<Task> tasksOfCluster(ServiceArn arn) {
        return world.tasks()
                .between(
                        new TaskArn(arn.scope(), arn.cluster(), ""),
                        new TaskArn(arn.scope(), arn.cluster(), AFTER_ALL_IDS));
    }

    /** Why a task stopped, and what its containers have to say to that. */
    private static String reason(Task task, Stop stop) {
        StringBuilder text = new StringBuilder(stop.reason());
        for (Container each : task.containers()) {
            Integer exitCode = each.exitCode();
            if (exitCode != null && exitCode != 0) {
                text.append(" (container %s: exit code %d)".formatted(each.name(), exitCode));
            }
            String reason = each.reason();
            if (reason != null && !reason.equals(stop.reason())) {
                text.append(" (container %s: %s)".formatted(each.name(), reason));
            }
        }
        return text.toString();
    }
}
