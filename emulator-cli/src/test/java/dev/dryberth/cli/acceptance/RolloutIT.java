package dev.dryberth.cli.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import software.amazon.awssdk.services.ecs.model.ContainerDefinition;
import software.amazon.awssdk.services.ecs.model.DeploymentConfiguration;
import software.amazon.awssdk.services.ecs.model.ServiceDeployment;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Good and bad revisions of services with real tasks; what counts is who answers the visitors. */
class RolloutIT {

    private static final Duration PAUSE = Duration.ofMillis(50);

    /** Nothing listens there, so the pull fails at once. */
    private static final String NO_IMAGE = "127.0.0.1:1/none:1";

    private static DaemonUnderTest daemon;
    private static TaskBench bench;
    private static DockerView docker;
    private static FrontedService steady;

    @BeforeAll
    static void start() {
        daemon = DaemonUnderTest.startWithoutPool("10.249.0.0/16", "--speed", FrontedService.SPEED);
        bench = new TaskBench(daemon);
        docker = new DockerView(daemon.instance());
        steady = service("steady", 2);
    }

    @AfterAll
    static void close() {
        docker.close();
        daemon.close();
    }

    /** A service whose tasks answer {@code one}. */
    private static FrontedService service(String name, int desiredCount) {
        return service(name, desiredCount, FrontedService.rules(100, 200));
    }

    private static FrontedService service(
            String name, int desiredCount, DeploymentConfiguration rules) {
        FrontedService service =
                FrontedService.create(
                        daemon,
                        bench,
                        name,
                        FrontedService.server("one"),
                        desiredCount,
                        rules,
                        "/");
        assertThat(service.answers()).containsExactly("200 one");
        return service;
    }

    /** Revisions that never come to serve. */
    enum Bad {
        HAS_NO_IMAGE {
            @Override
            ContainerDefinition.Builder container() {
                return bench.container("app", "exit 0").image(NO_IMAGE);
            }
        },
        CRASHES_AT_START {
            @Override
            ContainerDefinition.Builder container() {
                return bench.container("app", "exit 3");
            }
        },
        CRASHES_AFTER_A_SECOND {
            @Override
            ContainerDefinition.Builder container() {
                return bench.container("app", "sleep 1; exit 3");
            }
        };

        abstract ContainerDefinition.Builder container();
    }

    @ParameterizedTest
    @EnumSource
    void theBreakerRollsBackWhatNeverServes(Bad bad) {
        String before = steady.describe().taskDefinition();
        try (Visitors visitors = steady.visitors(2, PAUSE)) {
            steady.update(steady.define(bad.container()));
            steady.awaitRollout("ROLLBACK_SUCCESSFUL");

            ServiceDeployment rollout = steady.rollouts().getFirst();
            assertThat(rollout.deploymentCircuitBreaker().statusAsString()).isEqualTo("TRIGGERED");
            assertThat(rollout.deploymentCircuitBreaker().failureCount()).isEqualTo(3);
            assertThat(steady.describe().taskDefinition()).isEqualTo(before);
            steady.awaitOnly("one");
            assertThat(visitors.leave()).containsOnlyKeys("200 one");
        }
    }

    @Test
    void rollsForTheCommandLineAsItsWaiterExpects() {
        FrontedService service = service("cli", 2);
        String two = service.define(FrontedService.server("two"));
        try (AwsCli cli = new AwsCli(daemon, "ecs");
                Visitors visitors = service.visitors(2, PAUSE)) {
            cli.run(
                            "update-service",
                            "--cluster",
                            TaskBench.CLUSTER,
                            "--service",
                            service.name(),
                            "--task-definition",
                            two)
                    .output();
            cli.run(
                            "wait",
                            "services-stable",
                            "--cluster",
                            TaskBench.CLUSTER,
                            "--services",
                            service.name())
                    .output();

            assertThat(service.answers()).containsExactly("200 two");
            assertThat(visitors.leave()).containsOnlyKeys("200 one", "200 two");
        }
    }

    @Test
    void whatCanNotStartWithoutABreakerHarmsNobodyAndTheNextUpdateReplacesIt() {
        FrontedService service =
                service(
                        "stuck",
                        2,
                        DeploymentConfiguration.builder()
                                .minimumHealthyPercent(100)
                                .maximumPercent(200)
                                .build());
        try (Visitors visitors = service.visitors(2, PAUSE)) {
            service.update(service.define(Bad.HAS_NO_IMAGE.container()));
            service.awaits("some failures", () -> service.primary().failedTasks() > 3);
            assertThat(service.answers()).containsExactly("200 one");
            assertThat(service.primary().rolloutStateAsString()).isEqualTo("IN_PROGRESS");
            // On a busy machine a task of the first revision may just be replaced.
            service.awaits(
                    "nothing but its percentages to hold it",
                    () ->
                            explain(service.name())
                                    .output()
                                    .contains(
                                            "minimumHealthyPercent asks for 2 healthy tasks, and 2"
                                                    + " are"));
            assertThat(explain(service.name()).output())
                    .contains(" is in progress: 0 of 2 tasks healthy; ")
                    .contains(" TaskFailedToStart: CannotPullContainerError: ");
            assertThat(explain("none").status()).isEqualTo(1);
            assertThat(explain("none").err()).contains("there is no service none in cluster ");

            service.update(service.define(FrontedService.server("two")));
            service.awaitOnly("two");

            assertThat(visitors.leave()).containsOnlyKeys("200 one", "200 two");
        }
        assertThat(service.rollouts())
                .extracting(ServiceDeployment::statusAsString)
                .containsExactly("SUCCESSFUL", "STOPPED", "SUCCESSFUL");
    }

    private static Shell.Ended explain(String service) {
        return Shell.run(
                List.of(
                        Path.of(System.getProperty("basedir", "."), "..", "dryberth").toString(),
                        "explain",
                        "--cluster",
                        TaskBench.CLUSTER,
                        service),
                Map.of("DRYBERTH_ENDPOINT", daemon.endpoint().toString()),
                "the launcher stands beside the modules");
    }

    @Test
    void twoUpdatesInARowEndWithTheSecond() {
        FrontedService service = service("twice", 2);
        try (Visitors visitors = service.visitors(2, PAUSE)) {
            service.update(service.define(FrontedService.server("two")));
            service.awaits("the first to begin", () -> service.describe().deployments().size() > 1);
            service.update(service.define(FrontedService.server("three")));
            service.awaitOnly("three");

            assertThat(Set.of("200 one", "200 two", "200 three"))
                    .containsAll(visitors.leave().keySet());
        }
        assertThat(service.rollouts())
                .extracting(ServiceDeployment::statusAsString)
                .containsExactly("SUCCESSFUL", "STOPPED", "SUCCESSFUL");
    }

    @Test
    void goesToZeroAndBack() {
        FrontedService service = service("zero", 2);
        service.scale(0);
        service.awaits("no containers", () -> runningContainers(service) == 0);
        assertThat(service.answers()).containsExactly("503");

        service.scale(2);
        service.awaitOnly("one");
        assertThat(runningContainers(service)).isEqualTo(2);
    }

    /** By Docker's own word. */
    private static long runningContainers(FrontedService service) {
        return docker.containers().stream()
                .filter(each -> "running".equals(each.getState()))
                .filter(each ->
                        service.name()
                                .equals(
                                        each.getLabels()
                                                .get("com.amazonaws.ecs.task-definition-family")))
                .filter(each -> "app".equals(each.getLabels().get("dev.dryberth.role")))
                .count();
    }

    @Test
    void whatCrashesAfterItWasHealthyIsStartedAgainWithoutEndUntilItIsReplaced() {
        FrontedService service = service("once", 1);
        String two =
                service.define(
                        "mkdir /www; echo two > /www/index.html; httpd -p 80 -h /www; sleep 4; exit 3");
        try (Visitors visitors = service.visitors(2, PAUSE)) {
            service.update(two);
            service.awaits("the new one to answer", () -> visitors.count("200 two") > 0);
            String first = runningTask(service, two);
            service.awaits("another in its place", () -> !runningTask(service, two).equals(first));
            String second = runningTask(service, two);
            service.awaits("a third", () -> !runningTask(service, two).equals(second));
            long before = visitors.count("200 two");
            service.awaits("it to answer again", () -> visitors.count("200 two") > before);
            assertThat(service.primary().failedTasks()).isZero();
            assertThat(service.describe().taskDefinition()).isEqualTo(two);
        }
        service.update(service.define(FrontedService.server("three")));
        service.awaitOnly("three");
    }

    /** Of a revision, by Docker's name of its container; empty: none runs. */
    private static String runningTask(FrontedService service, String taskDefinition) {
        var found = new String[] {""};
        service.awaits(
                "a task that runs",
                () -> {
                    service.tasks().stream()
                            .filter(task -> task.taskDefinitionArn().equals(taskDefinition))
                            .filter(task -> task.lastStatus().equals("RUNNING"))
                            .findFirst()
                            .ifPresent(task -> found[0] = task.taskArn());
                    return !found[0].isEmpty();
                });
        return found[0];
    }

    /** Its health page comes and goes; while {@code /sick} is there it stays away. */
    private static String flapping(String says) {
        return "mkdir /www; echo %s > /www/index.html; httpd -f -p 80 -h /www & ".formatted(says)
                + "trap 'kill $!; exit 143' TERM; "
                + "while :; do [ -e /sick ] || touch /www/health; usleep 400000;"
                + " rm -f /www/health; usleep 400000; done";
    }

    @Test
    void aCheckThatFailsNowAndThenIsNoReasonToReplaceATaskButOneThatKeepsFailingIs() {
        FrontedService service =
                FrontedService.create(
                        daemon,
                        bench,
                        "flapping",
                        flapping("one"),
                        2,
                        FrontedService.rules(100, 200),
                        "/health");
        try (Visitors visitors = service.visitors(2, PAUSE)) {
            service.update(service.define(flapping("two")));
            service.awaitOnly("two");
            var flap = Set.copyOf(service.containers());
            long before = visitors.count("200 two");
            service.awaits("many visits", () -> visitors.count("200 two") > before + 300);
            assertThat(Set.copyOf(service.containers())).isEqualTo(flap);

            String sick = service.containers().getFirst();
            docker.execute(sick, "touch", "/sick");
            service.awaits("its replacement", () -> !service.containers().contains(sick));
            service.awaits("steady again", () -> service.describe().runningCount() == 2);

            assertThat(service.answers()).containsExactly("200 two");
            assertThat(visitors.leave()).containsOnlyKeys("200 one", "200 two");
        }
        assertThat(service.describe().events())
                .anyMatch(
                        event -> event.message().contains("replaced 1 tasks due to an unhealthy"));
    }
}
