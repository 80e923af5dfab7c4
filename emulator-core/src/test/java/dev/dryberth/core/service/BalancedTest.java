package dev.dryberth.core.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dryberth.core.balancing.ProbeResult;
import dev.dryberth.core.deployment.Deployments;
import dev.dryberth.core.metrics.Rules;
import dev.dryberth.core.model.Alarm;
import dev.dryberth.core.model.AlarmArn;
import dev.dryberth.core.model.AlarmState;
import dev.dryberth.core.model.Deployment.RolloutState;
import dev.dryberth.core.model.PortBinding;
import dev.dryberth.core.model.RolloutRules;
import dev.dryberth.core.model.ServiceDeployment;
import dev.dryberth.core.model.ServiceDeployment.Monitoring;
import dev.dryberth.core.model.ServiceDeployment.Status;
import dev.dryberth.core.model.Target;
import dev.dryberth.core.model.Task;
import dev.dryberth.core.model.TrafficProtocol;
import dev.dryberth.core.task.Tasks;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;

class BalancedTest {

    private static final ProbeResult PASSED = new ProbeResult.Passed();
    private static final ProbeResult FAILED = new ProbeResult.WrongCode("404");
    private static final AlarmArn ALARM = new AlarmArn(Tasks.SCOPE, "errors");

    private static ServiceRun balanced(int desired, RolloutRules rules) {
        ServiceRun run = new ServiceRun(desired, rules).behindALoadBalancer(Duration.ofSeconds(20));
        run.create(ServiceRun.GOOD).passSeconds(3);
        probeAll(run, PASSED);
        run.passSeconds(1);
        assertThat(run.primary().rolloutState()).isEqualTo(RolloutState.COMPLETED);
        return run;
    }

    private static void probeAll(ServiceRun run, ProbeResult result) {
        for (Task task : run.running()) {
            run.probe(task, result);
        }
    }

    private static List<Task> running(ServiceRun run, String image) {
        return run.running().stream()
                .filter(task -> task.container("app").recipe().image().equals(image))
                .toList();
    }

    @Test
    void aTaskIsHealthyWhenItsTargetIsAndOldOnesDrainBeforeTheyStop() {
        ServiceRun run = balanced(1, ServiceRun.percentages(100, 200));

        run.deploy(ServiceRun.BETTER).passSeconds(3);
        assertThat(run.images()).isEqualTo(Map.of(ServiceRun.GOOD, 1, ServiceRun.BETTER, 1));
        run.probe(running(run, ServiceRun.BETTER).getFirst(), PASSED);
        run.passSeconds(3);

        assertThat(run.images()).isEqualTo(Map.of(ServiceRun.BETTER, 1));
        assertThat(run.primary().rolloutState()).isEqualTo(RolloutState.IN_PROGRESS);
        run.passSeconds(30);
        assertThat(run.primary().rolloutState()).isEqualTo(RolloutState.COMPLETED);
        String group = "(target-group " + ServiceRun.GROUP.text() + ")";
        assertThat(run.events())
                .endsWith(
                        "(service web) has started 1 tasks: (task ID).",
                        "(service web) registered 1 targets in " + group,
                        "(service web) has stopped 1 running tasks: (task ID).",
                        "(service web) deregistered 1 targets in " + group,
                        "(service web, taskSet ecs-svc/ID) has begun draining connections on 1"
                                + " tasks.",
                        "(service web) (deployment ecs-svc/ID) deployment completed.",
                        "(service web) has reached a steady state.");
    }

    @Test
    void failingHealthChecksCountWhenTheGracePeriodIsOver() {
        ServiceRun run = balanced(1, ServiceRun.percentages(100, 200));
        Task first = run.running().getFirst();

        run.probe(first, FAILED);
        run.probe(first, FAILED);
        run.passSeconds(2);
        assertThat(run.running()).hasSize(1);
        run.passSeconds(30);

        assertThat(run.events())
                .anyMatch(each ->
                        each.startsWith("(service web) (task ID) (port 80) is unhealthy in")
                                && each.endsWith(
                                        "(reason Health checks failed with these codes: [404])"));
        assertThat(run.running()).hasSize(2);
        Task second =
                run.running().stream()
                        .filter(each -> !each.arn().equals(first.arn()))
                        .findFirst()
                        .orElseThrow();
        run.probe(second, PASSED);
        run.passSeconds(30);
        assertThat(run.running()).extracting(Task::arn).containsExactly(second.arn());
        Task stopped = Objects.requireNonNull(run.world.tasks().get(first.arn()));
        assertThat(Objects.requireNonNull(stopped.stop()).reason())
                .isEqualTo(
                        "Task failed ELB health checks in (target-group "
                                + ServiceRun.GROUP.text()
                                + ")");
    }

    @Test
    void aTaskThatRecoversIsKept() {
        ServiceRun run = balanced(1, ServiceRun.percentages(100, 100 + 100));
        Task first = run.running().getFirst();
        run.passSeconds(30);
        run.probe(first, FAILED);
        run.probe(first, FAILED);
        run.probe(first, PASSED);
        run.probe(first, PASSED);
        run.passSeconds(60);

        assertThat(run.running()).isNotEmpty();
        assertThat(run.world.tasksOfService().of(run.arn))
                .anyMatch(task -> task.arn().equals(first.arn()) && !task.stopping());
    }

    @Test
    void withNoRoomUnhealthyTasksAreReplacedOneByOne() {
        ServiceRun run = balanced(2, ServiceRun.percentages(50, 100));
        run.passSeconds(30);
        probeAll(run, FAILED);
        probeAll(run, FAILED);

        run.passSeconds(30);

        assertThat(run.mostLive).isLessThanOrEqualTo(2);
        assertThat(run.events())
                .anyMatch(each ->
                        each.contains("due to an unhealthy status")
                                || each.contains("has started 1 tasks"));
    }

    private static RolloutRules alarmed(boolean rollback) {
        return new RolloutRules(
                100,
                200,
                RolloutRules.Breaker.OFF,
                new RolloutRules.Alarms(true, rollback, List.of(ALARM.name())),
                Duration.ofMinutes(2));
    }

    private static void set(ServiceRun run, AlarmState state) {
        run.command(tx -> {
            Alarm alarm =
                    new Alarm(
                            ALARM,
                            null,
                            Rules.rule(1, 1, null),
                            new Alarm.Actions(true, List.of(), List.of(), List.of()),
                            ServiceRun.START,
                            state,
                            "set by test",
                            null,
                            ServiceRun.START,
                            ServiceRun.START,
                            List.of());
            tx.put(tx.world().alarms(), ALARM, alarm);
            return true;
        });
    }

    private static ServiceRun steadyWithAlarm(boolean rollback) {
        ServiceRun run = new ServiceRun(1, alarmed(rollback));
        run.create(ServiceRun.GOOD).passSeconds(60);
        assertThat(run.primary().rolloutState()).isEqualTo(RolloutState.IN_PROGRESS);
        assertThat(run.primary().bakingSince()).isNotNull();
        run.passSeconds(120);
        assertThat(run.primary().rolloutState()).isEqualTo(RolloutState.COMPLETED);
        return run;
    }

    @Test
    void anAlarmWhileTheDeploymentBakesRollsItBack() {
        ServiceRun run = steadyWithAlarm(true);
        run.deploy(ServiceRun.BETTER).passSeconds(60);

        set(run, AlarmState.ALARM);
        run.passSeconds(200);

        assertThat(run.rollout().alarms().status()).isEqualTo(Monitoring.TRIGGERED);
        assertThat(run.rollout().alarms().triggered()).containsExactly(ALARM.name());
        assertThat(run.rollout().rollback()).isNotNull();
        assertThat(run.events())
                .contains(
                        "(service web) (deployment ecs-svc/ID) deployment failed: alarm detected.");
    }

    @Test
    void anAlarmWithoutRollbackStopsTheDeployment() {
        ServiceRun run = steadyWithAlarm(false);
        run.deploy(ServiceRun.BETTER).passSeconds(2);

        set(run, AlarmState.ALARM);
        run.passSeconds(60);

        assertThat(run.rollout().status()).isEqualTo(Status.STOPPED);
        assertThat(run.primary().rolloutState()).isEqualTo(RolloutState.FAILED);
    }

    @Test
    void anAlarmThatIsOffFromTheStartSaysNothing() {
        ServiceRun run = steadyWithAlarm(true);
        set(run, AlarmState.ALARM);

        run.deploy(ServiceRun.BETTER).passSeconds(300);

        assertThat(run.rollout().alarms().status()).isEqualTo(Monitoring.DISABLED);
        assertThat(run.images()).isEqualTo(Map.of(ServiceRun.BETTER, 1));
    }

    private static void ask(ServiceRun run, boolean rollback) {
        run.command(tx -> {
            ServiceDeployment rollout = run.rollout();
            ServiceDeployment asked =
                    rollback
                            ? Deployments.rollbackRequested(rollout, run.loop.clock().now())
                            : Deployments.stopRequested(rollout, run.loop.clock().now());
            tx.put(tx.world().serviceDeployments(), rollout.arn(), asked);
            return true;
        });
    }

    @Test
    void aDeploymentStoppedByItsUserGoesBack() {
        ServiceRun run = new ServiceRun(2, ServiceRun.percentages(100, 200));
        run.create(ServiceRun.GOOD).passSeconds(30);
        run.deploy(ServiceRun.BETTER).passSeconds(3);

        ask(run, true);
        run.passSeconds(60);

        assertThat(run.images()).isEqualTo(Map.of(ServiceRun.GOOD, 2));
        assertThat(run.rollout().status()).isEqualTo(Status.ROLLBACK_SUCCESSFUL);
    }

    @Test
    void aDeploymentThatIsAbortedStaysWhereItIs() {
        ServiceRun run = new ServiceRun(2, ServiceRun.percentages(100, 200));
        run.create(ServiceRun.GOOD).passSeconds(30);
        run.deploy(ServiceRun.BETTER).passSeconds(3);

        ask(run, false);
        run.passSeconds(60);

        assertThat(run.rollout().status()).isEqualTo(Status.STOPPED);
        assertThat(run.primary().rolloutState()).isEqualTo(RolloutState.FAILED);
        assertThat(run.images()).containsEntry(ServiceRun.GOOD, 2);
    }

    @Test
    void aRollbackThatFailsToo() {
        ServiceRun run = new ServiceRun(1, ServiceRun.breaking(true));
        run.create("simulated/exit-1-after-30s").passSeconds(25);
        assertThat(run.primary().rolloutState()).isEqualTo(RolloutState.COMPLETED);
        run.deploy("simulated/missing").passSeconds(600);

        assertThat(run.rollout().status().terminal()).isTrue();
    }

    @Test
    void aServiceDeletedInTheMiddleOfARollStopsIt() {
        ServiceRun run = balanced(2, ServiceRun.percentages(100, 200));
        run.deploy(ServiceRun.BETTER).passSeconds(3);
        ServiceDeployment rollout = run.rollout();

        run.delete();
        run.passSeconds(60);

        assertThat(
                        Objects.requireNonNull(run.world.serviceDeployments().get(rollout.arn()))
                                .status())
                .isEqualTo(Status.STOPPED);
        assertThat(run.world.targets().all()).isEmpty();
        assertThat(run.running()).isEmpty();
    }

    @Test
    void aDaemonRunsOnceOnEveryInstance() {
        ServiceRun run = new ServiceRun(0, RolloutRules.DAEMON);
        run.behindALoadBalancer(Duration.ZERO).createDaemon(ServiceRun.GOOD).passSeconds(5);
        assertThat(run.running()).isEmpty();

        run.addInstance("a");
        run.addInstance("b");
        run.passSeconds(5);

        assertThat(run.running()).hasSize(2);
        assertThat(run.running())
                .extracting(task -> task.origin().containerInstance())
                .doesNotHaveDuplicates();
        assertThat(run.world.targets().all())
                .extracting(target -> target.id())
                .containsExactly("i-a", "i-b");
        probeAll(run, FAILED);
        probeAll(run, FAILED);
        run.passSeconds(1);
        assertThat(run.events()).anyMatch(each -> each.contains("(instance i-a)"));
    }

    /** The container's port 80 is published twice, for TCP and for UDP. */
    @ParameterizedTest
    @EnumSource(names = {"HTTP", "UDP", "TCP_UDP"})
    void registersTheHostPortOfTheGroupsProtocol(TrafficProtocol protocol) {
        ServiceRun run = new ServiceRun(0, RolloutRules.DAEMON);
        run.behindALoadBalancer(Duration.ZERO);
        run.speak(protocol);
        run.createDaemon(ServiceRun.GOOD);
        run.addInstance("a");
        run.passSeconds(5);

        String bound = protocol == TrafficProtocol.UDP ? "udp" : "tcp";
        PortBinding binding =
                run.running().getFirst().container("app").bindings().stream()
                        .filter(each -> each.containerPort() == 80)
                        .filter(each -> each.protocol().equals(bound))
                        .findFirst()
                        .orElseThrow();
        assertThat(run.world.targets().all())
                .extracting(Target::port)
                .containsExactly(binding.hostPort());
    }

    @Test
    void aServiceWithoutInstancesSaysSoOnce() {
        ServiceRun run = new ServiceRun(1, RolloutRules.REPLICA);
        run.createOnInstances(ServiceRun.GOOD).passSeconds(60);

        assertThat(run.events())
                .containsExactly(
                        "(service web) was unable to place a task because no container instance met"
                                + " all of its requirements. Reason: No Container Instances were"
                                + " found in your cluster. For more information, see the"
                                + " Troubleshooting section of the Amazon ECS Developer Guide.");
        run.addInstance("a");
        run.passSeconds(30);
        assertThat(run.running()).hasSize(1);
    }

    @Test
    void timingsDoubleUpToTheirLimit() {
        ServiceTimings timings = ServiceTimings.LOCAL;

        assertThat(timings.backoff(1)).isEqualTo(Duration.ofSeconds(1));
        assertThat(timings.backoff(4)).isEqualTo(Duration.ofSeconds(8));
        assertThat(timings.backoff(40)).isEqualTo(Duration.ofMinutes(1));
        assertThat(ServiceTimings.AWS.backoff(40)).isEqualTo(Duration.ofMinutes(27));
    }
}
