package dev.dryberth.core.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dryberth.core.model.Hook;
import dev.dryberth.core.model.HookRun;
import dev.dryberth.core.model.Lifecycle;
import dev.dryberth.core.model.ServiceDeployment;
import dev.dryberth.core.model.ServiceDeployment.Monitoring;
import dev.dryberth.core.model.ServiceDeploymentArn;
import dev.dryberth.core.model.ServiceRevisionArn;
import dev.dryberth.core.model.Shift;
import dev.dryberth.core.model.Stage;
import dev.dryberth.core.task.Tasks;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import software.amazon.awssdk.services.ecs.model.DeploymentConfiguration;

import java.time.Duration;
import java.util.List;
import java.util.Objects;

/** What a hook's function is asked, and what its answer comes to. */
class HookCallTest {

    private static final String FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:gate";
    private static final ServiceRevisionArn GREEN = revision("2");
    private static final ServiceRevisionArn BLUE = revision("1");

    private static ServiceRevisionArn revision(String id) {
        return new ServiceRevisionArn(Tasks.SCOPE, "default", "web", id);
    }

    private static HookRun run(Stage stage, @Nullable String details) {
        return new HookRun(
                "ecs-lambda-x",
                "e-1",
                stage,
                FUNCTION,
                HookRun.Status.IN_PROGRESS,
                details,
                Tasks.CREATED,
                Tasks.CREATED.plusSeconds(60),
                Hook.OnTimeout.ROLLBACK,
                null);
    }

    private static HookRun answered(String answer) {
        return HookCall.answered(run(Stage.POST_SCALE_UP, null), answer).run();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"hookStatus\":\"FAILED\"} | Lifecycle hook target FN returned FAILED status.",
                "no JSON | ECS was unable to parse the response from FN due to it is not JSON",
                "{} | ECS was unable to parse the response from FN due to HookStatus must not be null",
                "null | ECS was unable to parse the response from FN due to HookStatus must not be null",
                "{\"hookStatus\":\"MAYBE\"} | ECS was unable to parse the response from FN due to HookStatus must not be MAYBE",
                "{\"hookStatus\":\"IN_PROGRESS\",\"callBackDelay\":\"soon\"} | ECS was unable to parse the response from FN due to callBackDelay must be a number",
            })
    void failsARunWithTheWordsOfEcs(String answer, String problem) {
        HookRun run = answered(answer);
        assertThat(run.status()).isEqualTo(HookRun.Status.FAILED);
        assertThat(run.problem()).isEqualTo(problem.replace("FN", FUNCTION));
        assertThat(run.callAt()).isNull();
    }

    @Test
    void whatCanNotBeCalledFails() {
        assertThat(HookCall.unreachable(run(Stage.PRE_SCALE_UP, null), "no route").problem())
                .isEqualTo("ECS was unable to invoke hook target " + FUNCTION + " due to no route");
    }

    @ParameterizedTest
    @CsvSource({
        "'', 30",
        "'\"callBackDelay\":null,', 30",
        "'\"callBackDelay\":7,', 7",
        "'\"callBackDelay\":-1,', 1",
        "'\"callBackDelay\":999999999,', 86400"
    })
    void asksToBeCalledAgain(String delay, int seconds) {
        HookCall.Answered answered =
                HookCall.answered(
                        run(Stage.POST_SCALE_UP, "{\"a\":1}"),
                        "{" + delay + "\"hookDetails\":{\"b\":2},\"hookStatus\":\"IN_PROGRESS\"}");
        assertThat(answered.callBack()).isEqualTo(Duration.ofSeconds(seconds));
        assertThat(answered.run().details()).isEqualTo("{\"a\":1,\"b\":2}");
    }

    @Test
    void detailsStayWhenNoneAreReturned() {
        assertThat(answered("{\"hookStatus\":\"IN_PROGRESS\"}").details()).isNull();
        assertThat(answered("{\"hookStatus\":\"IN_PROGRESS\",\"hookDetails\":{\"b\":2}}").details())
                .isEqualTo("{\"b\":2}");
    }

    private static String payload(Stage stage, @Nullable ServiceRevisionArn blue, int green) {
        Shift shift = new Shift(Shift.Strategy.CANARY, 55, Duration.ZERO, Duration.ZERO, List.of());
        Lifecycle at =
                Lifecycle.fresh(shift, blue, Stage.PRE_SCALE_UP, Tasks.CREATED)
                        .with(1, green, green);
        ServiceDeployment rollout =
                new ServiceDeployment(
                        new ServiceDeploymentArn(Tasks.SCOPE, "default", "web", "a"),
                        ServiceDeployment.Status.IN_PROGRESS,
                        null,
                        GREEN,
                        List.of(),
                        null,
                        new ServiceDeployment.Breaker(Monitoring.DISABLED, 0, 3),
                        new ServiceDeployment.Alarms(Monitoring.DISABLED, List.of(), List.of()),
                        at,
                        DeploymentConfiguration.builder().build(),
                        Tasks.CREATED,
                        null,
                        null,
                        null,
                        Tasks.CREATED);
        return HookCall.payload(
                rollout, Objects.requireNonNull(rollout.lifecycle()), run(stage, null));
    }

    @Test
    void tellsTheSplitOnlyWhereTrafficMoves() {
        String weights = "{\"" + GREEN.text() + "\":5.5,\"" + BLUE.text() + "\":94.5}";
        assertThat(payload(Stage.POST_SCALE_UP, BLUE, 55))
                .contains("\"testTrafficWeights\":{},\"productionTrafficWeights\":{}")
                .doesNotContain("hookDetails");
        assertThat(payload(Stage.TEST_TRAFFIC_SHIFT, BLUE, 55))
                .contains("\"testTrafficWeights\":" + weights + ",\"productionTrafficWeights\":{}");
        for (Stage each :
                List.of(Stage.PRE_PRODUCTION_TRAFFIC_SHIFT, Stage.PRODUCTION_TRAFFIC_SHIFT)) {
            assertThat(payload(each, BLUE, 55))
                    .contains("\"testTrafficWeights\":{},\"productionTrafficWeights\":" + weights)
                    .contains("\"lifecycleStage\":\"" + each + "\"")
                    .contains("\"executionId\":\"e-1\"");
        }
        assertThat(payload(Stage.PRODUCTION_TRAFFIC_SHIFT, null, 1000))
                .contains("\"productionTrafficWeights\":{\"" + GREEN.text() + "\":100.0}");
    }
}
