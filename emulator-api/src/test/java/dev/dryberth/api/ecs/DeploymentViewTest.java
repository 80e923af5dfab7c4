package dev.dryberth.api.ecs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import dev.dryberth.core.loop.Clock;
import dev.dryberth.core.model.Hook;
import dev.dryberth.core.model.HookRun;
import dev.dryberth.core.model.Lifecycle;
import dev.dryberth.core.model.ServiceDeployment;
import dev.dryberth.core.model.ServiceEvent;
import dev.dryberth.core.model.ServiceRevision;
import dev.dryberth.core.model.Stage;
import dev.dryberth.core.model.TaskStatus;
import dev.dryberth.core.service.Explaining;
import dev.dryberth.core.service.Outlook;
import dev.dryberth.core.service.ServiceTimings;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** What {@code dryberth deployment watch} is told of a roll-out. */
@SuppressWarnings("unchecked") // The builders take lambdas as varargs.
class DeploymentViewTest {

    private final ServiceFixture fixture = new ServiceFixture();

    private JsonNode shown() throws IOException {
        var explanation =
                Explaining.of(
                        fixture.ecs.world,
                        fixture.row(),
                        new Outlook(
                                null,
                                Map.of(),
                                List.of(),
                                ServiceTimings.AWS,
                                new Clock(fixture::now, 1.0),
                                fixture.now(),
                                () -> "next",
                                () -> "next"));
        return new ObjectMapper().readTree(DeploymentView.json(fixture.ecs.world, explanation));
    }

    private ServiceDeployment rollout() {
        return Objects.requireNonNull(
                fixture.ecs.world.serviceDeployments().get(fixture.row().primary().deployment()));
    }

    private void put(ServiceDeployment row) {
        fixture.ecs.write(tx -> tx.put(fixture.ecs.world.serviceDeployments(), row.arn(), row));
    }

    private static List<String> states(JsonNode nodes, String name) {
        List<String> states = new ArrayList<>();
        for (JsonNode each : nodes) {
            states.add(
                    (each.path("back").asBoolean() ? "back " : "")
                            + each.path(name).asText()
                            + " "
                            + each.path("state").asText());
        }
        return states;
    }

    @Test
    void aRollingDeploymentHasRevisionsAndEventsButNoStages() throws IOException {
        fixture.create(request -> request.desiredCount(2));
        fixture.task("a".repeat(32), fixture.row().primary(), TaskStatus.RUNNING);
        fixture.later(60);
        String second = fixture.define();
        fixture.update(request -> request.taskDefinition(second));
        fixture.task("b".repeat(32), fixture.row().primary(), TaskStatus.PENDING);
        for (int number = 1; number <= 12; number++) {
            ServiceEvent said =
                    new ServiceEvent(
                            new ServiceEvent.Key(fixture.arn(), number),
                            "id",
                            fixture.now(),
                            "event " + number);
            fixture.ecs.write(tx -> tx.put(fixture.ecs.world.serviceEvents(), said.key(), said));
        }

        JsonNode shown = shown();

        assertThat(shown.path("service").asText())
                .isEqualTo(EcsFixture.ARN + "service/default/web");
        assertThat(shown.path("now").asText()).isEqualTo(fixture.now().toString());
        assertThat(shown.path("desired").asInt()).isEqualTo(2);
        JsonNode deployment = shown.path("deployment");
        assertThat(deployment.path("arn").asText()).isEqualTo(rollout().arn().text());
        assertThat(deployment.path("strategy").asText()).isEqualTo("ROLLING");
        assertThat(deployment.path("status").asText()).isEqualTo("PENDING");
        assertThat(deployment.has("stages")).isFalse();
        assertThat(deployment.has("finishedAt")).isFalse();
        assertThat(shown.path("revisions")).hasSize(2);
        JsonNode green = shown.path("revisions").path(0);
        assertThat(green.path("role").asText()).isEqualTo("NEW");
        assertThat(green.path("taskDefinition").asText()).endsWith("task-definition/web:2");
        assertThat(green.path("pending").asInt()).isEqualTo(1);
        JsonNode blue = shown.path("revisions").path(1);
        assertThat(blue.path("role").asText()).isEqualTo("OLD");
        assertThat(blue.path("running").asInt()).isEqualTo(1);
        assertThat(shown.path("events")).hasSize(DeploymentView.MAX_EVENTS);
        assertThat(shown.at("/events/0/message").asText()).isEqualTo("event 12");
    }

    @Test
    void aCanaryHasStagesStepsTrafficAndHooks() throws IOException {
        Lifecycle canary = canary();
        put(
                rollout()
                        .inStatus(ServiceDeployment.Status.IN_PROGRESS, null, fixture.now())
                        .withLifecycle(canary));

        JsonNode deployment = shown().path("deployment");

        assertThat(deployment.path("strategy").asText()).isEqualTo("CANARY");
        assertThat(states(deployment.path("stages"), "stage"))
                .containsExactly(
                        "PRE_SCALE_UP DONE",
                        "SCALE_UP DONE",
                        "POST_SCALE_UP DONE",
                        "TEST_TRAFFIC_SHIFT DONE",
                        "POST_TEST_TRAFFIC_SHIFT DONE",
                        "PRE_PRODUCTION_TRAFFIC_SHIFT DONE",
                        "PRODUCTION_TRAFFIC_SHIFT PRESENT",
                        "POST_PRODUCTION_TRAFFIC_SHIFT TO_COME",
                        "BAKE_TIME TO_COME",
                        "CLEAN_UP TO_COME");
        assertThat(deployment.at("/stages/6/since").asText()).isEqualTo(EcsFixture.NOW.toString());
        assertThat(states(deployment.path("steps"), "percent"))
                .containsExactly("10.0 PRESENT", "100.0 TO_COME");
        assertThat(deployment.path("productionPercent").asDouble()).isEqualTo(10.0);
        assertThat(deployment.path("testPercent").asDouble()).isEqualTo(100.0);
        assertThat(deployment.path("hooks").toString())
                .isEqualTo(
                        ("[{\"id\":\"ecs-pause-1\",\"stage\":\"PRE_PRODUCTION_TRAFFIC_SHIFT\","
                                        + "\"targetType\":\"PAUSE\",\"status\":\"SUCCEEDED\",\"expiresAt\":\"%s\","
                                        + "\"timeoutAction\":\"ROLLBACK\"}]")
                                .formatted(EcsFixture.NOW));
    }

    @Test
    void theWayBackComesAfterTheStageThatWasLeft() throws IOException {
        Lifecycle turned = canary().back();
        ServiceDeployment going =
                rollout()
                        .inStatus(
                                ServiceDeployment.Status.ROLLBACK_IN_PROGRESS,
                                "because",
                                fixture.now());
        put(going.withLifecycle(turned));

        assertThat(states(shown().at("/deployment/stages"), "stage"))
                .endsWith(
                        "PRE_PRODUCTION_TRAFFIC_SHIFT DONE",
                        "PRODUCTION_TRAFFIC_SHIFT PRESENT",
                        "back TEST_TRAFFIC_SHIFT TO_COME",
                        "back CLEAN_UP TO_COME");

        Lifecycle last = turned.in(Stage.CLEAN_UP, List.of(), fixture.now());
        put(going.withLifecycle(last));
        JsonNode deployment = shown().path("deployment");
        assertThat(states(deployment.path("stages"), "stage"))
                .endsWith(
                        "PRODUCTION_TRAFFIC_SHIFT LEFT",
                        "back TEST_TRAFFIC_SHIFT DONE",
                        "back CLEAN_UP PRESENT");
        assertThat(deployment.path("statusReason").asText()).isEqualTo("because");
        assertThat(deployment.path("productionPercent").asDouble()).isZero();
        assertThat(states(deployment.path("steps"), "percent"))
                .containsExactly("10.0 DONE", "100.0 TO_COME");

        put(
                going.withLifecycle(last)
                        .inStatus(
                                ServiceDeployment.Status.ROLLBACK_SUCCESSFUL, null, fixture.now()));
        assertThat(states(shown().at("/deployment/stages"), "stage"))
                .endsWith("back CLEAN_UP DONE");
        assertThat(shown().at("/deployment/finishedAt").asText())
                .isEqualTo(fixture.now().toString());
    }

    /** At its first step, with a pause behind it; its service is there. */
    private Lifecycle canary() {
        fixture.create(request ->
                request.deploymentConfiguration(rules ->
                        rules.strategy("CANARY")
                                .canaryConfiguration(canary -> canary.canaryPercent(10.0))));
        ServiceRevision green =
                Objects.requireNonNull(fixture.ecs.world.serviceRevisions().get(rollout().target()))
                        .in(
                                List.of(
                                        new ServiceRevision.Balanced(
                                                ServiceFixture.group("one"),
                                                false,
                                                "app",
                                                80,
                                                new ServiceRevision.Pair(
                                                        ServiceFixture.group("two"),
                                                        "production",
                                                        "test"))));
        fixture.ecs.write(tx -> tx.put(fixture.ecs.world.serviceRevisions(), green.arn(), green));
        HookRun pause =
                new HookRun(
                        "ecs-pause-1",
                        "id",
                        Stage.PRE_PRODUCTION_TRAFFIC_SHIFT,
                        null,
                        HookRun.Status.SUCCEEDED,
                        null,
                        null,
                        EcsFixture.NOW,
                        Hook.OnTimeout.ROLLBACK,
                        null);
        return new Lifecycle(
                Objects.requireNonNull(fixture.row().rules().shift()),
                null,
                Stage.PRODUCTION_TRAFFIC_SHIFT,
                EcsFixture.NOW,
                1,
                false,
                1000,
                100,
                null,
                List.of(pause),
                List.of());
    }
}
