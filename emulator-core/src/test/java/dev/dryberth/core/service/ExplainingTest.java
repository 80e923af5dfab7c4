package dev.dryberth.core.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dryberth.core.balancing.ProbeResult;
import dev.dryberth.core.model.Deployment.RolloutState;
import dev.dryberth.core.model.Membership;
import dev.dryberth.core.model.RolloutRules;
import dev.dryberth.core.model.Service;
import dev.dryberth.core.model.ServiceArn;
import dev.dryberth.core.model.ServiceRevisionArn;
import dev.dryberth.core.model.Stop;
import dev.dryberth.core.model.StopCode;
import dev.dryberth.core.model.Target;
import dev.dryberth.core.model.TargetState;
import dev.dryberth.core.model.Task;
import dev.dryberth.core.task.Tasks;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;

class ExplainingTest {

    private static final ProbeResult PASSED = new ProbeResult.Passed();
    private static final ProbeResult FAILED = new ProbeResult.WrongCode("404");

    private static ServiceRun steady(int desired, RolloutRules rules) {
        ServiceRun run = new ServiceRun(desired, rules);
        run.create(ServiceRun.GOOD).passSeconds(30);
        assertThat(run.primary().rolloutState()).isEqualTo(RolloutState.COMPLETED);
        return run;
    }

    private static ServiceRun balanced(Duration gracePeriod) {
        ServiceRun run = new ServiceRun(1, ServiceRun.percentages(100, 200));
        run.behindALoadBalancer(gracePeriod).create(ServiceRun.GOOD).passSeconds(3);
        return run;
    }

    private static Explanation explain(ServiceRun run) {
        return run.command(tx -> Objects.requireNonNull(run.engine.explain(run.arn)));
    }

    private static List<Wait.Rule> rules(Explanation explanation) {
        return explanation.waits().stream().map(Wait::rule).toList();
    }

    private static Wait wait(Explanation explanation, Wait.Rule rule) {
        return explanation.waits().stream()
                .filter(each -> each.rule() == rule)
                .findFirst()
                .orElseThrow();
    }

    private static Instant now(ServiceRun run) {
        return run.loop.clock().now();
    }

    @Test
    void aSteadyServiceWaitsForNothing() {
        ServiceRun run = steady(2, ServiceRun.percentages(50, 150));

        Explanation why = explain(run);

        assertThat(why.summary()).isEqualTo("The service is steady: 2 of 2 tasks healthy.");
        assertThat(why.counts()).isEqualTo(new Explanation.Counts(2, 2, 0, 2, 0, 1, 3));
        assertThat(why.waits()).isEmpty();
        assertThat(why.refused()).isEmpty();
        assertThat(why.next()).isEmpty();
        assertThat(why.tasks()).hasSize(2);
        assertThat(why.tasksLeftOut()).isZero();
        Explanation.DeploymentLine only = why.deployments().getFirst();
        assertThat(only.taskDefinition()).isEqualTo(Tasks.DEFINITION);
        assertThat(only.running()).isEqualTo(2);
        assertThat(only.threshold()).isNull();
        assertThat(only.bakesUntil()).isNull();
        assertThat(only.rollout()).isEqualTo(run.rollout());
    }

    @Test
    void thereIsNothingToSayOfAServiceThatIsNot() {
        ServiceRun run = new ServiceRun(1, RolloutRules.REPLICA);

        assertThat(run.engine.explain(ServiceArn.of(Tasks.CLUSTER, "other"))).isNull();
    }

    @Test
    void minimumHealthyPercentHoldsOlderTasksUntilNewOnesAreHealthy() {
        ServiceRun run = steady(2, ServiceRun.percentages(100, 200));
        run.deploy("simulated/slow-to-pull-5m").passSeconds(5);

        Explanation why = explain(run);

        assertThat(rules(why))
                .containsExactly(Wait.Rule.TASK_START, Wait.Rule.MINIMUM_HEALTHY_PERCENT);
        assertThat(wait(why, Wait.Rule.MINIMUM_HEALTHY_PERCENT).text())
                .isEqualTo(
                        "minimumHealthyPercent asks for 2 healthy tasks, and 2 are: older tasks"
                                + " stay");
        assertThat(wait(why, Wait.Rule.TASK_START).tasks()).hasSize(2);
        assertThat(why.summary())
                .isEqualTo(
                        "Deployment %s is in progress: 0 of 2 tasks healthy; a task is"
                                        .formatted(run.primary().id())
                                + " ACTIVATING, not RUNNING (TASK_START).");
        assertThat(why.next()).allMatch(each -> each.at() == null).hasSize(2);
        assertThat(why.deployments())
                .extracting(Explanation.DeploymentLine::pending)
                .containsExactly(2, 0);
        assertThat(why.tasks().getFirst().standing()).isInstanceOf(Standing.Starting.class);
        assertThat(why.tasks().getLast().standing()).isInstanceOf(Standing.Healthy.class);
    }

    @Test
    void maximumPercentHoldsNewTasksBack() {
        ServiceRun run = steady(3, ServiceRun.percentages(67, 133));
        run.deploy(ServiceRun.BETTER).passSeconds(60);

        Explanation why = explain(run);

        assertThat(rules(why))
                .containsExactly(Wait.Rule.MAXIMUM_PERCENT, Wait.Rule.MINIMUM_HEALTHY_PERCENT);
        assertThat(why.waits().getFirst().text())
                .isEqualTo("tasks to start: 3; maximumPercent allows 3, and so many are there");
        assertThat(why.refused().getFirst().reason()).isEqualTo(Scaling.STUCK);
        assertThat(why.refused().getFirst().task()).isNull();
    }

    @Test
    void launchesHoldBackAfterTasksThatNeverRan() {
        ServiceRun run = steady(1, ServiceRun.percentages(100, 200));
        run.deploy("simulated/missing").passSeconds(100);

        Explanation why = explain(run);

        Wait backoff = wait(why, Wait.Rule.LAUNCH_BACKOFF);
        assertThat(backoff.until()).isAfter(now(run));
        assertThat(backoff.text()).startsWith("tasks to start: 1; launches hold back");
        assertThat(why.summary())
                .endsWith(" (LAUNCH_BACKOFF until " + backoff.until() + ").")
                .contains("is in progress");
        assertThat(why.next().getFirst())
                .isEqualTo(new Explanation.Next("tasks are launched again", backoff.until()));
        assertThat(why.refused())
                .extracting(Explanation.Refusal::code)
                .contains(StopCode.TASK_FAILED_TO_START);
        assertThat(why.refused())
                .isSortedAccordingTo((one, other) -> other.at().compareTo(one.at()));
        assertThat(why.refused())
                .anyMatch(each -> each.reason().contains("CannotPullContainerError"));
    }

    @Test
    void onlyTheLastFailuresAreTold() {
        ServiceRun run = new ServiceRun(1, ServiceRun.percentages(100, 200));
        run.create("simulated/exit-3-after-1s").passSeconds(120);

        Explanation why = explain(run);

        assertThat(why.refused()).hasSize(Explanation.MAX_REFUSED);
        assertThat(why.refused().getFirst().code()).isEqualTo(StopCode.ESSENTIAL_CONTAINER_EXITED);
        assertThat(why.refused().getFirst().reason()).contains("(container app: exit code 3)");
    }

    @Test
    void failuresOfOtherServicesAreNotTold() {
        ServiceRun run = steady(1, ServiceRun.percentages(100, 200));
        ServiceRows.Wish other =
                new ServiceRows.Wish(
                        "other",
                        1,
                        run.wish.rules(),
                        Duration.ZERO,
                        Tasks.onInstances(run.wish.template().recipes()),
                        List.of(),
                        false);
        Task failed =
                run.command(tx -> {
                    ServiceRows.create(tx, Tasks.CLUSTER, other, run.ids, now(run));
                    Task row = run.running().getFirst();
                    Membership of =
                            Membership.fresh(
                                    ServiceArn.of(Tasks.CLUSTER, "other"), "ecs-svc/1", revision());
                    Task next =
                            row.withMembership(of)
                                    .headedForStop(
                                            new Stop(StopCode.TASK_FAILED_TO_START, "why"),
                                            row.times().stopping(now(run)));
                    tx.put(tx.world().tasks(), row.arn(), next);
                    return next;
                });

        assertThat(explain(run).refused()).isEmpty();
        assertThat(
                        Objects.requireNonNull(
                                        run.engine.explain(ServiceArn.of(Tasks.CLUSTER, "other")))
                                .refused())
                .extracting(Explanation.Refusal::task)
                .contains(failed.arn());
    }

    private static ServiceRevisionArn revision() {
        return ServiceRevisionArn.of(ServiceArn.of(Tasks.CLUSTER, "other"), "1");
    }

    @Test
    void aTaskWithoutChecksIsHealthyAfterAWhile() {
        ServiceRun run = new ServiceRun(2, ServiceRun.percentages(100, 200));
        run.create(ServiceRun.GOOD).passSeconds(5);

        Explanation why = explain(run);

        Wait wait = why.waits().getFirst();
        assertThat(wait.rule()).isEqualTo(Wait.Rule.HEALTHY_AFTER);
        assertThat(wait.text()).isEqualTo("a task counts as healthy when it has run for 10 s");
        assertThat(wait.tasks()).hasSize(2);
        assertThat(wait.until()).isBetween(now(run), now(run).plusSeconds(10));
    }

    @Test
    void aTaskWaitsForItsContainersChecks() {
        ServiceRun run = steady(1, ServiceRun.percentages(100, 200));
        run.deployChecked(ServiceRun.BETTER).passSeconds(3);

        assertThat(rules(explain(run))).contains(Wait.Rule.CONTAINER_HEALTH_CHECK);
    }

    @Test
    void aTaskWaitsForItsTargetsChecks() {
        ServiceRun run = balanced(Duration.ofSeconds(20));

        Explanation why = explain(run);

        assertThat(rules(why)).containsExactly(Wait.Rule.TARGET_INITIAL);
        assertThat(why.waits().getFirst().text())
                .isEqualTo(
                        "a task counts as healthy when its health checks pass in "
                                + ServiceRun.GROUP.text());
        assertThat(why.tasks().getFirst().targets())
                .extracting(Target::state)
                .containsExactly(TargetState.INITIAL);
    }

    @Test
    void aTaskWhoseChecksFailHasUntilTheGracePeriodEnds() {
        ServiceRun run = balanced(Duration.ofSeconds(20));
        Task task = run.running().getFirst();
        run.probe(task, FAILED);
        run.probe(task, FAILED);

        Wait grace = explain(run).waits().getFirst();

        assertThat(grace.rule()).isEqualTo(Wait.Rule.HEALTH_CHECK_GRACE_PERIOD);
        assertThat(grace.until())
                .isEqualTo(
                        Objects.requireNonNull(task.times().startedAt())
                                .plus(Duration.ofSeconds(20)));
    }

    @Test
    void anUnhealthyTaskStaysUntilItsReplacementIsHealthy() {
        ServiceRun run = balanced(Duration.ZERO);
        Task task = run.running().getFirst();
        run.probe(task, FAILED);
        run.probe(task, FAILED);
        run.passSeconds(3);

        Explanation why = explain(run);

        assertThat(rules(why)).containsExactly(Wait.Rule.UNHEALTHY_TASK, Wait.Rule.TARGET_INITIAL);
        assertThat(why.waits().getFirst().tasks()).containsExactly(task.arn());
    }

    @Test
    void anOldTaskDrainsUntilItsDelayIsOver() {
        ServiceRun run = balanced(Duration.ZERO);
        run.probe(run.running().getFirst(), PASSED);
        run.passSeconds(1).deploy(ServiceRun.BETTER).passSeconds(3);
        run.running().forEach(each -> run.probe(each, PASSED));
        run.passSeconds(1);

        Explanation why = explain(run);

        assertThat(rules(why))
                .containsExactly(Wait.Rule.DEREGISTRATION_DELAY, Wait.Rule.OLDER_TASKS);
        Target draining =
                run.world.targets().all().stream()
                        .filter(Target::draining)
                        .findFirst()
                        .orElseThrow();
        assertThat(why.waits().getFirst().until()).isEqualTo(draining.drainUntil());
        assertThat(why.next().getFirst().at()).isEqualTo(draining.drainUntil());
        assertThat(why.counts().stopping()).isEqualTo(1);
    }

    @Test
    void aDeploymentBakesWhileItsAlarmsAreWatched() {
        RolloutRules rules =
                new RolloutRules(
                        100,
                        200,
                        RolloutRules.Breaker.OFF,
                        new RolloutRules.Alarms(true, true, List.of("errors")),
                        null);
        ServiceRun run = new ServiceRun(1, rules);
        run.create(ServiceRun.GOOD).passSeconds(30);

        Explanation why = explain(run);

        assertThat(rules(why)).containsExactly(Wait.Rule.BAKE_TIME);
        assertThat(why.waits().getFirst().until())
                .isEqualTo(
                        Objects.requireNonNull(run.primary().bakingSince())
                                .plus(Duration.ofMinutes(5)))
                .isEqualTo(why.deployments().getFirst().bakesUntil());
    }

    @Test
    void theBreakerThatRolledBackIsTheReasonOfTheLastRollout() {
        ServiceRun run = steady(1, ServiceRun.breaking(true));
        run.deploy("simulated/missing").passSeconds(120);

        Explanation why = explain(run);

        assertThat(why.summary())
                .isEqualTo(
                        "The service is steady: 1 of 1 tasks healthy. The newest"
                                + " roll-out is ROLLBACK_SUCCESSFUL: "
                                + Ending.BREAKER_REASON);
        assertThat(why.deployments().getFirst().threshold()).isEqualTo(3);
        assertThat(why.refused()).hasSize(3);
    }

    @Test
    void whatTheBreakerEndedStartsNothingMore() {
        ServiceRun run = steady(1, ServiceRun.breaking(false));
        run.deploy("simulated/missing").passSeconds(120);

        Explanation why = explain(run);

        assertThat(rules(why)).containsExactly(Wait.Rule.DEPLOYMENT_FAILED);
        assertThat(why.summary())
                .contains(
                        "has failed (ECS deployment circuit breaker: tasks failed to start.): 0 of"
                                + " 1 tasks healthy; the newest deployment has failed");
        assertThat(why.next())
                .containsExactly(new Explanation.Next("a new deployment starts tasks again", null));
    }

    @Test
    void noPlaceTakesItsTask() {
        ServiceRun run = new ServiceRun(1, RolloutRules.REPLICA);
        run.createOnInstances(ServiceRun.GOOD).passSeconds(12);

        Explanation why = explain(run);

        assertThat(rules(why)).containsExactly(Wait.Rule.PLACEMENT);
        assertThat(why.waits().getFirst().until()).isAfter(now(run));
        assertThat(why.refused().getFirst().reason())
                .contains("No Container Instances were found in your cluster.");
    }

    @Test
    void protectedTasksStay() {
        ServiceRun run = steady(1, ServiceRun.percentages(100, 200));
        Instant until = now(run).plusSeconds(600);
        run.command(tx -> {
            Task row = run.running().getFirst();
            tx.put(
                    tx.world().tasks(),
                    row.arn(),
                    row.withMembership(
                            Objects.requireNonNull(row.membership()).protectedUntil(until)));
            return row;
        });
        run.deploy(ServiceRun.BETTER).passSeconds(60);

        Explanation why = explain(run);

        assertThat(rules(why)).containsExactly(Wait.Rule.TASK_PROTECTION, Wait.Rule.OLDER_TASKS);
        assertThat(why.waits().getFirst().until()).isEqualTo(until);
    }

    @Test
    void aServiceThatScalesInIsSteadyBeforeItsTasksHaveStopped() {
        ServiceRun run = steady(2, ServiceRun.percentages(100, 200));
        run.scale(1);

        Explanation why = explain(run);

        assertThat(rules(why)).containsExactly(Wait.Rule.TASK_STOP);
        assertThat(why.summary()).startsWith("The service is steady: 1 of 1 tasks healthy");
    }

    @Test
    void aServiceThatScalesOutSaysHowFarItIs() {
        ServiceRun run = steady(1, ServiceRun.percentages(100, 200));
        run.scale(2);
        run.passSeconds(2);

        assertThat(explain(run).summary())
                .startsWith("Of its newest revision are 1 of 2 tasks healthy; a task");
    }

    @Test
    void whatIsToBeDoneAtOnceIsNext() {
        ServiceRun run = steady(1, ServiceRun.percentages(100, 200));

        Explanation more = run.command(tx -> explainWith(run, ServiceRows.scale(tx, run.arn, 2)));
        run.passSeconds(30);
        Explanation fewer = run.command(tx -> explainWith(run, ServiceRows.scale(tx, run.arn, 1)));

        assertThat(more.summary()).endsWith("; there is something to do at once.");
        assertThat(more.next().getFirst())
                .isEqualTo(
                        new Explanation.Next(
                                "deployment %s starts 1 more".formatted(run.primary().id()),
                                more.now()));
        assertThat(fewer.next().getFirst().text()).matches("task [0-9a-f]{32} stops");
    }

    /** Before the turn that changed the service carries it on. */
    private static Explanation explainWith(ServiceRun run, Service changed) {
        return Objects.requireNonNull(run.engine.explain(changed.arn()));
    }

    @Test
    void aDeletedServiceWaitsForItsTasksToStop() {
        ServiceRun run = steady(3, ServiceRun.percentages(100, 200));
        run.delete();

        Explanation drains = explain(run);
        run.passSeconds(30);
        Explanation gone = explain(run);

        assertThat(drains.summary())
                .isEqualTo("The service was deleted; tasks that have not stopped yet: 3.");
        assertThat(wait(drains, Wait.Rule.TASK_STOP).tasks()).hasSize(3);
        assertThat(gone.summary())
                .isEqualTo("The service was deleted, and all its tasks have stopped.");
        assertThat(gone.deployments()).isEmpty();
    }

    @Test
    void ofManyTasksThoseThatAreNotHealthyAreShown() {
        ServiceRun run = steady(Explanation.MAX_TASKS, ServiceRun.percentages(100, 200));
        run.scale(Explanation.MAX_TASKS + 2);
        run.passSeconds(2);

        Explanation why = explain(run);

        assertThat(why.tasks()).hasSize(Explanation.MAX_TASKS);
        assertThat(why.tasksLeftOut()).isEqualTo(2);
        assertThat(why.tasks().subList(0, 2))
                .noneMatch(each -> each.standing() instanceof Standing.Healthy);
    }
}
