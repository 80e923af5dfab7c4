package dev.dryberth.core.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dryberth.core.balancing.ProbeResult;
import dev.dryberth.core.model.Deployment;
import dev.dryberth.core.model.RolloutRules;
import dev.dryberth.core.model.Service;
import dev.dryberth.core.model.ServiceRevision;
import dev.dryberth.core.model.TargetGroupArn;
import dev.dryberth.core.model.Task;
import dev.dryberth.core.model.TaskSet;
import dev.dryberth.core.task.Tasks;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;

class TaskSetsTest {

    private static final TargetGroupArn BLUE = group("blue");
    private static final TargetGroupArn GREEN = group("green");

    private final ServiceRun run = new ServiceRun(4, RolloutRules.REPLICA);

    private static TargetGroupArn group(String name) {
        return TargetGroupArn.parse(
                "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/" + name + "/0a");
    }

    private void create() {
        run.command(tx ->
                ServiceRows.createExternal(tx, Tasks.CLUSTER, run.wish, run.loop.clock().now()));
    }

    private Deployment add(String image, double scale) {
        run.define(image, false);
        return run.command(tx ->
                ServiceRows.addTaskSet(
                        tx, run.service(), run.wish, scale, run.ids, run.loop.clock().now()));
    }

    private Deployment now(Deployment set) {
        return run.service().deployments().stream()
                .filter(each -> each.id().equals(set.id()))
                .findFirst()
                .orElseThrow();
    }

    private TaskSet set(Deployment deployment) {
        return Objects.requireNonNull(now(deployment).taskSet());
    }

    private void change(Deployment set, UnaryOperator<TaskSet> change) {
        run.command(tx -> {
            Deployment next = now(set).with(change.apply(set(set)), run.loop.clock().now());
            Service service = run.service().with(next);
            tx.put(run.world.services(), service.arn(), service);
            return true;
        });
    }

    @ParameterizedTest
    @CsvSource({"4, 100, 4", "4, 10, 1", "4, 0, 0", "3, 33.3, 1", "3, 33.4, 2", "1, 0.1, 1"})
    void aSetIsToHaveItsShareRoundedUp(int desired, double scale, int wanted) {
        assertThat(TaskSet.fresh(scale, null, List.of(), ServiceRun.START).wanted(desired))
                .isEqualTo(wanted);
    }

    @Test
    void setsComeToTheirShareWhateverTheirServicesPercentages() {
        create();
        run.passSeconds(30);
        assertThat(run.events()).isEmpty();
        assertThat(run.service().steady()).isFalse();

        Deployment blue = add(ServiceRun.GOOD, 100);
        Deployment green = add(ServiceRun.BETTER, 10);
        run.passSeconds(30);

        assertThat(run.images()).isEqualTo(Map.of(ServiceRun.GOOD, 4, ServiceRun.BETTER, 1));
        assertThat(set(blue).steady()).isTrue();
        assertThat(set(green).steady()).isTrue();
        assertThat(run.service().steady()).isTrue();
        assertThat(run.running()).allMatch(task -> startedBy(task, blue) || startedBy(task, green));
        assertThat(run.events())
                .containsExactly(
                        "(service web) updated computedDesiredCount for taskSet ecs-svc/ID to 4.",
                        "(service web, taskSet ecs-svc/ID) has started 4 tasks: (task ID) (task ID)"
                                + " (task ID) (task ID).",
                        "(service web) updated computedDesiredCount for taskSet ecs-svc/ID to 1.",
                        "(service web, taskSet ecs-svc/ID) has started 1 tasks: (task ID).",
                        "(service web) has reached a steady state.");
    }

    private static boolean startedBy(Task task, Deployment set) {
        return set.id().equals(task.origin().startedBy());
    }

    @Test
    void aSetGrowsAndShrinksWithItsScaleAndWithItsService() {
        create();
        Deployment blue = add(ServiceRun.GOOD, 50);
        run.passSeconds(30);
        assertThat(run.images()).isEqualTo(Map.of(ServiceRun.GOOD, 2));

        change(blue, each -> each.scaled(75));
        assertThat(set(blue).steady()).isFalse();
        run.passSeconds(30);
        assertThat(run.images()).isEqualTo(Map.of(ServiceRun.GOOD, 3));
        assertThat(set(blue).steady()).isTrue();

        run.scale(2);
        run.passSeconds(30);
        assertThat(run.images()).isEqualTo(Map.of(ServiceRun.GOOD, 2));
        assertThat(run.events())
                .contains(
                        "(service web, taskSet ecs-svc/ID) has stopped 1 running tasks: (task"
                                + " ID).");
    }

    @Test
    void replacesATaskThatDiesWithOneOfItsOwnSet() {
        create();
        add(ServiceRun.GOOD, 100);
        Deployment green = add(ServiceRun.BETTER, 50);
        run.passSeconds(30);
        Task victim =
                run.running().stream()
                        .filter(each -> startedBy(each, green))
                        .findFirst()
                        .orElseThrow();

        run.resetExtremes();
        run.die(victim.arn());
        run.passSeconds(30);

        assertThat(run.images()).isEqualTo(Map.of(ServiceRun.GOOD, 4, ServiceRun.BETTER, 2));
        assertThat(run.running()).doesNotContain(victim);
        assertThat(run.mostLive).isEqualTo(6);
        assertThat(set(green).steady()).isTrue();
    }

    @Test
    void aSetThatNeverStartsHoldsNobodyElseUp() {
        create();
        Deployment good = add(ServiceRun.GOOD, 100);
        run.passSeconds(1);
        Deployment broken = add("simulated/exit-3-after-200ms", 100);
        run.passSeconds(120);

        assertThat(set(good).steady()).isTrue();
        assertThat(set(broken).steady()).isFalse();
        assertThat(now(broken).failedTasks()).isGreaterThan(4);
        assertThat(run.service().steady()).isFalse();
        assertThat(run.mostLive).isLessThanOrEqualTo(8);
    }

    @Test
    void aDeletedSetDrainsItsTargetsAndIsGone() {
        run.command(tx -> {
            ServiceRows.balance(tx, BLUE);
            ServiceRows.group(tx, GREEN);
            return true;
        });
        run.balanced(Duration.ZERO, new ServiceRevision.Balanced(BLUE, false, "app", 80));
        create();
        Deployment blue = add(ServiceRun.GOOD, 50);
        run.passSeconds(10);
        assertThat(set(blue).steady()).isFalse();
        for (Task each : run.running()) {
            run.probe(each, new ProbeResult.Passed());
            run.probe(each, new ProbeResult.Passed());
        }
        run.passSeconds(1);
        assertThat(set(blue).steady()).isTrue();

        change(blue, TaskSet::drained);
        run.passSeconds(1);
        assertThat(set(blue).draining()).isTrue();
        assertThat(run.world.targets().all()).hasSize(2);
        run.passSeconds(60);

        assertThat(run.service().deployments()).isEmpty();
        assertThat(run.world.targets().all()).isEmpty();
        assertThat(run.world.serviceRevisions().all()).isEmpty();
        assertThat(run.events())
                .contains(
                        "(service web, taskSet ecs-svc/ID) registered 1 targets in (target-group "
                                + BLUE
                                + ")",
                        "(service web, taskSet ecs-svc/ID) deregistered 2 targets in (target-group "
                                + BLUE
                                + ")",
                        "(service web, taskSet ecs-svc/ID) has begun draining connections on 2"
                                + " tasks.");
    }

    @Test
    void anUnhealthyTaskGoesBeforeItsReplacementComes() {
        run.behindALoadBalancer(Duration.ZERO);
        create();
        Deployment blue = add(ServiceRun.GOOD, 25);
        run.passSeconds(10);
        Task sick = run.running().getFirst();
        run.resetExtremes();
        run.probe(sick, new ProbeResult.WrongCode("500"));
        run.probe(sick, new ProbeResult.WrongCode("500"));
        run.passSeconds(60);

        assertThat(run.mostLive).isEqualTo(1);
        assertThat(run.running()).hasSize(1).doesNotContain(sick);
        assertThat(run.events())
                .anyMatch(each ->
                        each.startsWith(
                                "(service web, taskSet ecs-svc/ID) (task ID) (port 80) is"
                                        + " unhealthy in (target-group "));
        assertThat(now(blue).desiredCount()).isEqualTo(1);
    }

    @Test
    void aDeletedServiceTakesItsSetsWithIt() {
        create();
        add(ServiceRun.GOOD, 100);
        add(ServiceRun.BETTER, 100);
        run.passSeconds(30);

        run.delete();
        run.passSeconds(60);

        assertThat(run.images()).isEmpty();
        assertThat(run.service().status()).isEqualTo(Service.Status.INACTIVE);
        assertThat(run.service().deployments()).isEmpty();
    }

    @Test
    void isExplained() {
        create();
        add(ServiceRun.GOOD, 100);
        run.passSeconds(30);
        Explanation why = run.command(tx -> Objects.requireNonNull(run.engine.explain(run.arn)));

        assertThat(why.summary()).isEqualTo("Task sets: 1, steady: 1.");
    }
}
