package dev.dryberth.cli.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.dryberth.cli.faults.Thorough;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

import software.amazon.awssdk.services.ecs.model.DeploymentConfiguration;
import software.amazon.awssdk.services.ecs.model.DeploymentLifecycleHookStatus;
import software.amazon.awssdk.services.ecs.model.ServiceDeployment;

import java.time.Duration;
import java.util.Map;

/** Deployments that move traffic between real tasks; what counts is who answers the visitors. */
@Execution(ExecutionMode.CONCURRENT)
@SuppressWarnings("unchecked") // The builders take lambdas as varargs.
class ShiftIT {

    private static final Duration PAUSE = Duration.ofMillis(20);
    private static final int REQUESTS = Thorough.count(1_000, 20_000);

    private static DaemonUnderTest daemon;
    private static TaskBench bench;

    @BeforeAll
    static void start() {
        daemon = DaemonUnderTest.startWithoutPool("10.218.0.0/16", "--speed", FrontedService.SPEED);
        bench = new TaskBench(daemon);
    }

    @AfterAll
    static void close() {
        daemon.close();
    }

    private static DeploymentConfiguration.Builder strategy(String strategy) {
        return DeploymentConfiguration.builder()
                .strategy(strategy)
                .bakeTimeInMinutes(1)
                .deploymentCircuitBreaker(breaker -> breaker.enable(true).rollback(true));
    }

    private static FrontedService service(String name, DeploymentConfiguration rules) {
        return FrontedService.shifting(daemon, bench, name, FrontedService.server("one"), 1, rules);
    }

    @Test
    void greenIsTestedBehindAPauseBeforeAnyVisitorSeesIt() {
        FrontedService service =
                service(
                        "bluegreen",
                        strategy("BLUE_GREEN")
                                .lifecycleHooks(hook ->
                                        hook.targetType("PAUSE")
                                                .lifecycleStagesWithStrings(
                                                        "POST_TEST_TRAFFIC_SHIFT"))
                                .build());
        goOn(service, "CONTINUE");
        service.awaitOnly("one");
        service.update(service.define(FrontedService.server("two")));
        try (Visitors visitors = service.visitors(2, PAUSE)) {
            service.awaitStage("POST_TEST_TRAFFIC_SHIFT");
            assertThat(service.testAnswers()).containsExactly("200 two");
            assertThat(service.answers()).containsExactly("200 one");
            goOn(service, "CONTINUE");
            service.awaitStage("BAKE_TIME");
            assertThat(service.answers()).containsExactly("200 two");
            assertThat(service.tasks()).hasSize(2);
            service.awaitOnly("two");
            assertThat(visitors.leave()).containsOnlyKeys("200 one", "200 two");
        }
        assertThat(service.rollouts().getFirst().statusAsString()).isEqualTo("SUCCESSFUL");

        service.update(service.define(FrontedService.server("three")));
        goOn(service, "ROLLBACK");
        service.awaitRollout("ROLLBACK_SUCCESSFUL");
        service.awaitOnly("two");
        assertThat(service.rollouts().getFirst().statusReason())
                .startsWith("Service deployment rolled back because POST_TEST_TRAFFIC_SHIFT");
    }

    /** Waits until it is paused, and ends that with the AWS CLI. */
    private static void goOn(FrontedService service, String action) {
        service.awaits(
                "a pause",
                () ->
                        service.rollouts().getFirst().lifecycleHookDetails().stream()
                                .anyMatch(each ->
                                        each.status()
                                                == DeploymentLifecycleHookStatus.AWAITING_ACTION));
        ServiceDeployment paused = service.rollouts().getFirst();
        try (AwsCli cli = new AwsCli(daemon, "ecs")) {
            cli.run(
                            "continue-service-deployment",
                            "--service-deployment-arn",
                            paused.serviceDeploymentArn(),
                            "--hook-id",
                            paused.lifecycleHookDetails().getLast().hookId(),
                            "--action",
                            action)
                    .output();
        }
    }

    @Test
    void aCanaryGetsItsShareAndThenTheRest() {
        FrontedService service =
                service(
                        "canary",
                        strategy("CANARY")
                                .canaryConfiguration(canary ->
                                        canary.canaryPercent(10.0).canaryBakeTimeInMinutes(8))
                                .build());
        service.awaitCompleted();
        service.update(service.define(FrontedService.server("two")));
        service.awaitStage("PRODUCTION_TRAFFIC_SHIFT");

        Map<String, Long> share = service.share(REQUESTS);
        assertThat(share).containsOnlyKeys("200 one", "200 two");
        assertThat(share.getOrDefault("200 two", 0L) * 100.0 / REQUESTS)
                .isCloseTo(10.0, within(1.0));

        service.awaitOnly("two");
        ServiceDeployment rollout = service.rollouts().getFirst();
        assertThat(rollout.statusAsString()).isEqualTo("SUCCESSFUL");
        assertThat(rollout.targetServiceRevision().requestedProductionTrafficWeight())
                .isEqualTo(100.0);
    }

    @Test
    void fiveLinearStepsLoseNoRequest() {
        FrontedService service =
                service(
                        "linear",
                        strategy("LINEAR")
                                .linearConfiguration(
                                        linear -> linear.stepPercent(20.0).stepBakeTimeInMinutes(1))
                                .build());
        service.awaitCompleted();
        try (Visitors visitors = service.visitors(2, PAUSE)) {
            service.update(service.define(FrontedService.server("two")));
            service.awaitOnly("two");
            assertThat(visitors.leave()).containsOnlyKeys("200 one", "200 two");
        }
    }

    @Test
    void whatNeverStartsNeverGetsTraffic() {
        FrontedService service = service("broken", strategy("BLUE_GREEN").build());
        service.awaitCompleted();
        try (Visitors visitors = service.visitors(2, PAUSE)) {
            service.update(
                    service.define(bench.container("app", "true").image("dryberth/none:missing")));
            service.awaitRollout("ROLLBACK_SUCCESSFUL");
            service.awaitOnly("one");
            assertThat(visitors.leave()).containsOnlyKeys("200 one");
        }
    }
}
