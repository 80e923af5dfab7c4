package dev.dryberth.cli.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import dev.dryberth.cli.faults.Thorough;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import software.amazon.awssdk.services.ecs.model.DeploymentConfiguration;
import software.amazon.awssdk.services.ecs.model.DeploymentLifecycleHookStatus;
import software.amazon.awssdk.services.ecs.model.ServiceDeployment;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;

/** Deployments that move traffic between real tasks; what counts is who answers the visitors. */
@SuppressWarnings("unchecked") // The builders take lambdas as varargs.
class ShiftIT {

    private static final Duration PAUSE = Duration.ofMillis(20);
    private static final int REQUESTS = Thorough.count(1_000, 20_000);

    private static final List<String> STAGES =
            List.of(
                    "PRE_SCALE_UP",
                    "POST_SCALE_UP",
                    "TEST_TRAFFIC_SHIFT",
                    "POST_TEST_TRAFFIC_SHIFT",
                    "PRE_PRODUCTION_TRAFFIC_SHIFT",
                    "PRODUCTION_TRAFFIC_SHIFT",
                    "POST_PRODUCTION_TRAFFIC_SHIFT");

    private static final List<String> SOME_STAGES =
            List.of("PRE_SCALE_UP", "PRODUCTION_TRAFFIC_SHIFT");

    private static final String FUNCTION = "arn:aws:lambda:us-east-1:000000000000:function:gate";

    /** Where the function of the hooks is called, and the stages at which it refuses. */
    private static HttpServer functions;

    private static final Set<String> REFUSED = ConcurrentHashMap.newKeySet();
    private static final List<String> CALLED = new CopyOnWriteArrayList<>();

    private static DaemonUnderTest daemon;
    private static TaskBench bench;

    @BeforeAll
    static void start() throws IOException {
        functions =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        functions.createContext("/", ShiftIT::answer);
        functions.start();
        daemon =
                DaemonUnderTest.startWithoutPool(
                        "10.218.0.0/16",
                        "--speed",
                        FrontedService.SPEED,
                        "--delegate",
                        "lambda=http://127.0.0.1:" + functions.getAddress().getPort());
        bench = new TaskBench(daemon);
    }

    @AfterAll
    static void close() {
        daemon.close();
        functions.stop(0);
    }

    /** What Lambda's Invoke would answer for the function. */
    private static void answer(HttpExchange exchange) throws IOException {
        String stage =
                AwsCli.parsed(new String(exchange.getRequestBody().readAllBytes(), UTF_8))
                        .path("lifecycleStage")
                        .asText();
        CALLED.add(stage);
        String status = REFUSED.contains(stage) ? "FAILED" : "SUCCEEDED";
        byte[] body = "{\"hookStatus\":\"%s\"}".formatted(status).getBytes(UTF_8);
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private static DeploymentConfiguration.Builder strategy(String strategy) {
        return DeploymentConfiguration.builder()
                .strategy(strategy)
                .bakeTimeInMinutes(1)
                .deploymentCircuitBreaker(breaker -> breaker.enable(true).rollback(true));
    }

    private static FrontedService service(String name, DeploymentConfiguration rules) {
        return FrontedService.shifting(
                daemon, bench, name, FrontedService.server("one"), "/", rules);
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
        goOn(service);
        service.awaitOnly("one");
        service.update(service.define(FrontedService.server("two")));
        try (Visitors visitors = service.visitors(2, PAUSE)) {
            service.awaitStage("POST_TEST_TRAFFIC_SHIFT");
            assertThat(service.testAnswers()).containsExactly("200 two");
            assertThat(service.answers()).containsExactly("200 one");
            assertThat(deployment("continue", service).output())
                    .contains(" goes on from POST_TEST_TRAFFIC_SHIFT");
            service.awaitStage("BAKE_TIME");
            assertThat(service.answers()).containsExactly("200 two");
            assertThat(service.tasks()).hasSize(2);
            service.awaitOnly("two");
            assertThat(visitors.leave()).containsOnlyKeys("200 one", "200 two");
        }
        assertThat(service.rollouts().getFirst().statusAsString()).isEqualTo("SUCCESSFUL");

        assertThat(deployment("watch", service).output())
                .contains("  BLUE_GREEN  SUCCESSFUL after ")
                .contains(" new 100 %, old 0 %");
        Shell.Ended nothingWaits = deployment("continue", service);
        assertThat(nothingWaits.status()).isEqualTo(1);
        assertThat(nothingWaits.err()).contains(" is SUCCESSFUL and waits at no pause");

        service.update(service.define(FrontedService.server("three")));
        service.awaitStage("POST_TEST_TRAFFIC_SHIFT");
        assertThat(deployment("rollback", service).output())
                .contains(" goes back from POST_TEST_TRAFFIC_SHIFT");
        service.awaitRollout("ROLLBACK_SUCCESSFUL");
        Shell.Ended failed = deployment("watch", service);
        assertThat(failed.status()).isEqualTo(1);
        assertThat(failed.out()).contains("  BLUE_GREEN  ROLLBACK_SUCCESSFUL after ");
        service.awaitOnly("two");
        assertThat(service.rollouts().getFirst().statusReason())
                .startsWith("Service deployment rolled back because POST_TEST_TRAFFIC_SHIFT");
    }

    /** Runs {@code dryberth deployment} for a service. */
    private static Shell.Ended deployment(String command, FrontedService service) {
        return Shell.run(
                List.of(
                        Path.of(System.getProperty("basedir", "."), "..", "dryberth").toString(),
                        "deployment",
                        command,
                        "--cluster",
                        TaskBench.CLUSTER,
                        service.name()),
                Map.of("DRYBERTH_ENDPOINT", daemon.endpoint().toString()),
                "the launcher stands beside the modules");
    }

    /** The hook at which it is paused. */
    private static String awaitPause(FrontedService service) {
        AtomicReference<String> id = new AtomicReference<>();
        service.awaits(
                "a pause",
                () ->
                        service.rollouts().getFirst().lifecycleHookDetails().stream()
                                .filter(each ->
                                        each.status()
                                                == DeploymentLifecycleHookStatus.AWAITING_ACTION)
                                .peek(each -> id.set(each.hookId()))
                                .findAny()
                                .isPresent());
        return id.get();
    }

    /** Waits until it is paused, and ends that with the AWS CLI. */
    private static void goOn(FrontedService service) {
        String hook = awaitPause(service);
        String paused = service.rollouts().getFirst().serviceDeploymentArn();
        try (AwsCli cli = new AwsCli(daemon, "ecs")) {
            cli.run(
                            "continue-service-deployment",
                            "--service-deployment-arn",
                            paused,
                            "--hook-id",
                            hook,
                            "--action",
                            "CONTINUE")
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
                                        canary.canaryPercent(10.0).canaryBakeTimeInMinutes(1))
                                .lifecycleHooks(hook ->
                                        hook.targetType("PAUSE")
                                                .lifecycleStagesWithStrings(
                                                        "PRE_PRODUCTION_TRAFFIC_SHIFT"))
                                .build());
        goOn(service);
        goOn(service);
        service.awaitCompleted();
        service.update(service.define(FrontedService.server("two")));
        goOn(service);
        // Paused once more, with the canary's share.
        awaitPause(service);

        Map<String, Long> share = service.share(REQUESTS);
        assertThat(share).containsOnlyKeys("200 one", "200 two");
        assertThat(share.getOrDefault("200 two", 0L) * 100.0 / REQUESTS)
                .isCloseTo(10.0, within(1.0));

        goOn(service);
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

    @Test
    void aFunctionThatRefusesAtAnyStageTakesItBack() {
        FrontedService service =
                service(
                        "gated",
                        strategy("BLUE_GREEN")
                                .bakeTimeInMinutes(0)
                                .lifecycleHooks(hook ->
                                        hook.hookTargetArn(FUNCTION)
                                                .roleArn("arn:aws:iam::000000000000:role/hooks")
                                                .lifecycleStagesWithStrings(STAGES))
                                .build());
        service.awaitOnly("one");
        assertThat(CALLED).containsExactlyElementsOf(STAGES);
        for (String stage : Thorough.count(0, 1) == 1 ? STAGES : SOME_STAGES) {
            CALLED.clear();
            REFUSED.add(stage);
            try (Visitors visitors = service.visitors(1, PAUSE)) {
                service.update(service.define(FrontedService.server("two " + stage)));
                service.awaitRollout("ROLLBACK_SUCCESSFUL");
                service.awaitOnly("one");
                Set<String> seen = visitors.leave().keySet();
                assertThat(seen).isSubsetOf("200 one", "200 two " + stage);
            }
            REFUSED.clear();
            assertThat(service.rollouts().getFirst().statusReason())
                    .isEqualTo(
                            "Service deployment rolled back because %s lifecycle hook(s) failed. Lifecycle hook target %s returned FAILED status."
                                    .formatted(stage, FUNCTION));
            assertThat(CALLED.subList(0, STAGES.indexOf(stage) + 1))
                    .containsExactlyElementsOf(STAGES.subList(0, STAGES.indexOf(stage) + 1));
        }
    }

    @Test
    void anAlarmOnRealErrorsTakesItBack() {
        String healthy = "mkdir -p /www/cgi-bin; echo ok > /www/health; ";
        FrontedService service =
                FrontedService.shifting(
                        daemon,
                        bench,
                        "alarmed",
                        healthy + FrontedService.server("one"),
                        "/health",
                        strategy("BLUE_GREEN")
                                .bakeTimeInMinutes(20)
                                .alarms(alarms ->
                                        alarms.alarmNames("errors").enable(true).rollback(true))
                                .build());
        service.alarmOnErrors(daemon, "errors");
        service.awaitOnly("one");
        String broken =
                healthy
                        + """
                        cat > /www/cgi-bin/index.cgi <<'CGI'
                        #!/bin/sh
                        printf 'Status: 500 Broken\\r\\nContent-Length: 0\\r\\n\\r\\n'
                        CGI
                        chmod +x /www/cgi-bin/index.cgi
                        httpd -f -p 80 -h /www &
                        trap 'kill $!' TERM
                        wait $!
                        """;
        try (Visitors visitors = service.visitors(1, PAUSE)) {
            service.update(service.define(broken));
            service.awaitRollout("ROLLBACK_SUCCESSFUL");
            service.awaitOnly("one");
            assertThat(visitors.leave()).containsOnlyKeys("200 one", "500");
        }
        ServiceDeployment rollout = service.rollouts().getFirst();
        assertThat(rollout.alarms().triggeredAlarmNames()).containsExactly("errors");
    }
}
