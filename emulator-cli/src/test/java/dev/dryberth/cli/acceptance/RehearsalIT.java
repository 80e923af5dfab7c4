package dev.dryberth.cli.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import software.amazon.awssdk.services.ecs.model.DeploymentConfiguration;
import software.amazon.awssdk.services.ecs.model.LaunchType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Rehearsals with real containers; the daemon that has the original runs none. */
class RehearsalIT {

    private static DaemonUnderTest daemon;
    private static TaskBench bench;

    @BeforeAll
    static void start() {
        daemon = DaemonUnderTest.start("10.217.0.0/16", "--runtime", "simulated", "--speed", "60");
        bench = new TaskBench(daemon);
    }

    @AfterAll
    static void close() {
        daemon.close();
    }

    private static Shell.Ended rehearse(String... arguments) {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("basedir", "."), "..", "dryberth")
                                        .toString(),
                                "rehearse",
                                "--cluster",
                                TaskBench.CLUSTER));
        command.addAll(List.of(arguments));
        return Shell.run(
                command,
                Map.of("DRYBERTH_ENDPOINT", daemon.endpoint().toString()),
                "the launcher stands beside the modules");
    }

    @Test
    void aCanaryThatAnswersErrorsGoesBackByItsAlarm() throws IOException {
        FrontedService service =
                FrontedService.shifting(
                        daemon,
                        bench,
                        "canary",
                        FrontedService.server("one"),
                        "/",
                        DeploymentConfiguration.builder()
                                .strategy("CANARY")
                                .canaryConfiguration(canary ->
                                        canary.canaryPercent(20.0).canaryBakeTimeInMinutes(10))
                                .alarms(alarms ->
                                        alarms.alarmNames("errors").enable(true).rollback(true))
                                .build());
        service.alarmOnErrors(daemon, "errors");
        Path page = Files.createTempFile("rehearsal", ".html");
        try {
            Shell.Ended ended =
                    rehearse(
                            service.describe().serviceArn(),
                            "--task-definition",
                            service.define(FrontedService.server("two")),
                            "--speed",
                            "60",
                            "--before",
                            "1s",
                            "--fail",
                            "revision=new,status=503,rate=0.5",
                            "--html",
                            page.toString(),
                            "--output",
                            "json");
            assertThat(ended.status()).as(ended.err()).isEqualTo(1);
            JsonNode report = AwsCli.parsed(ended.out());
            assertThat(report.path("verdict").asText()).isEqualTo("ROLLS_BACK");
            assertThat(report.path("decidedBy").asText()).isEqualTo("deployment alarm");
            assertThat(report.path("strategy").asText()).isEqualTo("CANARY");
            assertThat(report.at("/requests/new/failed").asInt()).isPositive();
            assertThat(report.at("/requests/old/failed").asInt()).isZero();
            assertThat(report.at("/requests/old/total").asInt())
                    .isGreaterThan(report.at("/requests/new/total").asInt());
            assertThat(Files.readString(page)).contains("It would roll back");
        } finally {
            Files.delete(page);
        }
        assertThat(service.rollouts()).as("the original was only read").hasSize(1);
    }

    @Test
    void aTaskThatCrashesAtItsStartGoesBackByTheCircuitBreaker() throws IOException {
        String definition =
                bench.fargate("crash", bench.container("app", FrontedService.server("one")));
        daemon.ecs()
                .createService(request ->
                        request.cluster(TaskBench.CLUSTER)
                                .serviceName("crash")
                                .taskDefinition(definition)
                                .desiredCount(1)
                                .launchType(LaunchType.FARGATE)
                                .deploymentConfiguration(FrontedService.rules(100, 200))
                                .networkConfiguration(network ->
                                        network.awsvpcConfiguration(
                                                vpc -> vpc.subnets(daemon.subnets()))));
        Path file = Files.createTempFile("crash", ".json");
        try {
            Files.writeString(
                    file,
                    """
                    {"family": "crash", "requiresCompatibilities": ["FARGATE"], "networkMode": "awsvpc",
                     "cpu": "256", "memory": "512", "containerDefinitions": [{"name": "app", "image": "%s",
                     "command": ["sh", "-c", "exit 3"], "portMappings": [{"containerPort": 80}]}]}
                    """
                            .formatted(TaskBench.busybox()));
            Shell.Ended ended =
                    rehearse(
                            "crash",
                            "--task-definition",
                            file.toString(),
                            // A crash has to come before the moment from which a task counts as
                            // healthy, also on a machine that is busy.
                            "--timing",
                            "healthy-after=60",
                            "--speed",
                            "20",
                            "--before",
                            "1s");
            assertThat(ended.status()).as(ended.err()).isEqualTo(1);
            assertThat(ended.out())
                    .contains(
                            "It would roll back after ",
                            "Decided by    deployment circuit breaker",
                            "Requests      none were sent");
        } finally {
            Files.delete(file);
        }
    }

    @Test
    void saysWhatItCantRehearse() {
        assertThat(rehearse("nobody", "--task-definition", "nothing:1").err())
                .contains("dryberth: ");
        assertThat(rehearse("arn:x", "--task-definition", "x").err())
                .contains("expected: a service's name, or arn:aws:ecs:");
        assertThat(rehearse("any", "--task-definition", "x", "--path", "/a b").err())
                .contains("--path: '/a b'");
    }
}
