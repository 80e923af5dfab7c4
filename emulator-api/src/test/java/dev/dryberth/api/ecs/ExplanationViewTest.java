package dev.dryberth.api.ecs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import dev.dryberth.core.balancing.TargetHealth;
import dev.dryberth.core.loop.Clock;
import dev.dryberth.core.model.Deployment;
import dev.dryberth.core.model.ServiceDeployment;
import dev.dryberth.core.model.Stop;
import dev.dryberth.core.model.StopCode;
import dev.dryberth.core.model.Target;
import dev.dryberth.core.model.TargetGroupArn;
import dev.dryberth.core.model.Task;
import dev.dryberth.core.model.TaskStatus;
import dev.dryberth.core.service.Explaining;
import dev.dryberth.core.service.Explanation;
import dev.dryberth.core.service.Outlook;
import dev.dryberth.core.service.ServiceTimings;
import dev.dryberth.core.service.Standing;
import dev.dryberth.core.service.Wait;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;

class ExplanationViewTest {

    private static final String OTHER_ID = EcsFixture.ID.replace('0', 'f');
    private static final TargetGroupArn GROUP =
            TargetGroupArn.parse(
                    "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/web/0a");

    private final ServiceFixture fixture = new ServiceFixture();

    private Explanation explained() {
        Clock clock = new Clock(fixture::now, 1.0);
        return Explaining.of(
                fixture.ecs.world,
                fixture.row(),
                new Outlook(
                        null,
                        Map.of(),
                        List.of(),
                        ServiceTimings.AWS,
                        clock,
                        fixture.now(),
                        () -> "next",
                        () -> "next"));
    }

    private static JsonNode json(Explanation explanation) throws IOException {
        return new ObjectMapper().readTree(ExplanationView.json(explanation));
    }

    @Test
    void showsAServiceAndItsDeploymentAndTasks() throws IOException {
        fixture.create(request ->
                request.deploymentConfiguration(rules ->
                        rules.minimumHealthyPercent(50)
                                .maximumPercent(150)
                                .deploymentCircuitBreaker(
                                        breaker -> breaker.enable(true).rollback(false))));
        fixture.task(EcsFixture.ID, fixture.row().primary(), TaskStatus.PENDING);

        JsonNode shown = json(explained());

        assertThat(shown.path("service").asText())
                .isEqualTo(EcsFixture.ARN + "service/default/web");
        assertThat(shown.path("status").asText()).isEqualTo("ACTIVE");
        assertThat(shown.path("steady").asBoolean()).isFalse();
        assertThat(shown.path("now").asText()).isEqualTo(fixture.now().toString());
        assertThat(shown.path("summary").asText()).endsWith("there is something to do at once.");
        assertThat(shown.path("counts").toString())
                .isEqualTo(
                        "{\"desired\":1,\"running\":0,\"pending\":1,\"healthy\":0,\"stopping\":0,"
                                + "\"lower\":1,\"upper\":1,\"minimumHealthyPercent\":50,"
                                + "\"maximumPercent\":150}");
        JsonNode deployment = shown.path("deployments").path(0);
        assertThat(deployment.path("status").asText()).isEqualTo("PRIMARY");
        assertThat(deployment.path("taskDefinition").asText())
                .isEqualTo(EcsFixture.ARN + "task-definition/web:1");
        assertThat(deployment.path("circuitBreaker").toString())
                .isEqualTo("{\"failures\":0,\"threshold\":3}");
        assertThat(deployment.at("/serviceDeployment/status").asText()).isEqualTo("PENDING");
        assertThat(deployment.has("launchNotBefore")).isFalse();
        JsonNode task = shown.path("tasks").path(0);
        assertThat(task.path("task").asText())
                .isEqualTo(EcsFixture.ARN + "task/default/" + EcsFixture.ID);
        assertThat(task.path("standing").asText()).isEqualTo("STARTING");
        assertThat(task.path("lastStatus").asText()).isEqualTo("PENDING");
    }

    @Test
    void showsWhatIsWaitedForWhatFailedAndWhatIsNext() throws IOException {
        fixture.create(request -> {});
        Task task = fixture.task(EcsFixture.ID, fixture.row().primary(), TaskStatus.RUNNING);
        Instant until = fixture.now().plusSeconds(5);
        Explanation base = explained();

        JsonNode shown =
                json(
                        with(
                                base,
                                base.deployments(),
                                List.of(
                                        new Wait(
                                                Wait.Rule.LAUNCH_BACKOFF,
                                                "why",
                                                List.of(task.arn()),
                                                until)),
                                List.of(
                                        new Explanation.Refusal(
                                                until,
                                                task.arn(),
                                                StopCode.TASK_FAILED_TO_START,
                                                "no image"),
                                        new Explanation.Refusal(until, null, null, "no place")),
                                List.of(
                                        new Explanation.Next("launch", until),
                                        new Explanation.Next("wait", null)),
                                List.of()));

        String arn = task.arn().text();
        assertThat(shown.path("waits").toString())
                .isEqualTo(
                        "[{\"rule\":\"LAUNCH_BACKOFF\",\"text\":\"why\",\"tasks\":[\"%s\"],\"until\":\"%s\"}]"
                                .formatted(arn, until));
        assertThat(shown.path("refused").toString())
                .isEqualTo(
                        ("[{\"at\":\"%s\",\"task\":\"%s\",\"stopCode\":\"TaskFailedToStart\",\"reason\":\"no"
                                        + " image\"},{\"at\":\"%s\",\"reason\":\"no place\"}]")
                                .formatted(until, arn, until));
        assertThat(shown.path("next").toString())
                .isEqualTo(
                        "[{\"text\":\"launch\",\"at\":\"%s\"},{\"text\":\"wait\"}]"
                                .formatted(until));
    }

    @Test
    void showsHowTheServiceSeesEachTaskAndItsTargets() throws IOException {
        fixture.create(request -> {});
        Task task = fixture.task(EcsFixture.ID, fixture.row().primary(), TaskStatus.RUNNING);
        Task stopping =
                fixture.task(OTHER_ID, fixture.row().primary(), TaskStatus.DEACTIVATING)
                        .headedForStop(
                                new Stop(StopCode.SERVICE_SCHEDULER_INITIATED, "scaled in"),
                                task.times());
        Instant until = fixture.now().plusSeconds(5);
        Target draining =
                Objects.requireNonNull(
                        TargetHealth.deregistered(
                                TargetHealth.used(
                                        TargetHealth.registered(
                                                new Target.Key(GROUP, "10.0.0.4", 80),
                                                null,
                                                fixture.now()),
                                        true,
                                        true),
                                Duration.ofSeconds(5),
                                fixture.now()));
        Explanation base = explained();

        JsonNode tasks =
                json(with(
                                base,
                                base.deployments(),
                                List.of(),
                                List.of(),
                                List.of(),
                                List.of(
                                        line(task, new Standing.Healthy()),
                                        line(task, new Standing.Unhealthy("checks", "event")),
                                        line(
                                                task,
                                                new Standing.Unknown(
                                                        Wait.Rule.HEALTHY_AFTER, "it ran", until)),
                                        new Explanation.TaskLine(
                                                stopping,
                                                new Standing.Stopping(),
                                                List.of(draining)))))
                        .path("tasks");

        assertThat(tasks.findValuesAsText("standing"))
                .containsExactly("HEALTHY", "UNHEALTHY", "UNKNOWN", "STOPPING");
        assertThat(tasks.path(1).path("reason").asText()).isEqualTo("checks");
        assertThat(tasks.path(2).path("reason").asText()).isEqualTo("healthy when it ran");
        assertThat(tasks.path(2).path("rule").asText()).isEqualTo("HEALTHY_AFTER");
        assertThat(tasks.path(2).path("until").asText()).isEqualTo(until.toString());
        assertThat(tasks.path(3).path("stoppedReason").asText()).isEqualTo("scaled in");
        assertThat(tasks.path(3).path("targets").toString())
                .isEqualTo(
                        ("[{\"targetGroup\":\"%s\",\"id\":\"10.0.0.4\",\"port\":80,\"state\":\"DRAINING\","
                                        + "\"reason\":\"Target deregistration is in progress\","
                                        + "\"drainsUntil\":\"%s\"}]")
                                .formatted(GROUP.text(), until));
    }

    @Test
    void showsAlarmsBackOffAndBakeTime() throws IOException {
        fixture.create(request -> {});
        Explanation base = explained();
        Explanation.DeploymentLine line = base.deployments().getFirst();
        Instant until = fixture.now().plusSeconds(5);
        Deployment heldBack = line.deployment().heldBack(2, until);
        ServiceDeployment rollout = Objects.requireNonNull(line.rollout());
        ServiceDeployment alarmed =
                rollout.watchedBy(
                        rollout.breaker(),
                        new ServiceDeployment.Alarms(
                                ServiceDeployment.Monitoring.TRIGGERED,
                                List.of("slow", "wrong"),
                                List.of("wrong")));

        JsonNode shown =
                json(with(
                                base,
                                List.of(
                                        new Explanation.DeploymentLine(
                                                heldBack, null, alarmed, 0, 0, 0, null, until)),
                                List.of(),
                                List.of(),
                                List.of(),
                                List.of()))
                        .at("/deployments/0");

        assertThat(shown.path("failedLaunchRounds").asInt()).isEqualTo(2);
        assertThat(shown.path("launchNotBefore").asText()).isEqualTo(until.toString());
        assertThat(shown.path("bakesUntil").asText()).isEqualTo(until.toString());
        assertThat(shown.has("circuitBreaker")).isFalse();
        assertThat(shown.at("/serviceDeployment/alarms").asText()).isEqualTo("TRIGGERED");
        assertThat(shown.at("/serviceDeployment/alarmNames").toString())
                .isEqualTo("[\"slow\",\"wrong\"]");
        assertThat(shown.at("/serviceDeployment/triggeredAlarmNames").toString())
                .isEqualTo("[\"wrong\"]");
    }

    private static Explanation.TaskLine line(Task task, Standing standing) {
        return new Explanation.TaskLine(task, standing, List.of());
    }

    private static Explanation with(
            Explanation base,
            List<Explanation.DeploymentLine> deployments,
            List<Wait> waits,
            List<Explanation.Refusal> refused,
            List<Explanation.Next> next,
            List<Explanation.TaskLine> tasks) {
        return new Explanation(
                base.now(),
                base.service(),
                base.summary(),
                base.counts(),
                deployments,
                waits,
                refused,
                next,
                tasks,
                0);
    }
}
