package dev.dryberth.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dryberth.core.function.RuntimeApi;
import dev.dryberth.core.function.RuntimeApi.Next;
import dev.dryberth.core.function.RuntimeDoor;
import dev.dryberth.core.model.FunctionArn;
import dev.dryberth.core.model.Hook;
import dev.dryberth.core.model.HookRun;
import dev.dryberth.core.model.LambdaFunction;
import dev.dryberth.core.model.LambdaFunction.Settings;
import dev.dryberth.core.model.Lifecycle;
import dev.dryberth.core.model.ServiceDeployment;
import dev.dryberth.core.model.ServiceDeployment.Monitoring;
import dev.dryberth.core.model.ServiceDeploymentArn;
import dev.dryberth.core.model.ServiceRevisionArn;
import dev.dryberth.core.model.Shift;
import dev.dryberth.core.model.Stage;
import dev.dryberth.core.runtime.Effect;
import dev.dryberth.core.runtime.FunctionEffect;
import dev.dryberth.core.runtime.FunctionEvent;
import dev.dryberth.core.runtime.RuntimeEvent;
import dev.dryberth.core.task.Tasks;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import software.amazon.awssdk.services.ecs.model.DeploymentConfiguration;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;

/** A deployment whose hook is a function that is here. */
class HookedFunctionTest {

    private static final FunctionArn GATE = new FunctionArn(Tasks.SCOPE, "gate");
    private static final ServiceDeploymentArn ROLLOUT =
            new ServiceDeploymentArn(Tasks.SCOPE, "default", "web", "a");
    private static final String ADDRESS = "172.30.0.2";

    private final EngineFixture fixture = EngineFixture.started(0);

    private static final class OpenDoor implements RuntimeDoor {

        @Override
        public CompletableFuture<String> open(String address, RuntimeApi api) {
            return CompletableFuture.completedFuture(address + ":9001");
        }

        @Override
        public void close() {}
    }

    private static LambdaFunction gate() {
        Settings settings =
                new Settings(
                        "role", "", 3, 128, 512, Map.of(), List.of(), List.of(), null, "x86_64");
        return new LambdaFunction(
                        GATE, "gate:1", true, null, null, settings, Tasks.CREATED, "r", List.of())
                .found("sha256:1", null);
    }

    private static ServiceDeployment rollout() {
        HookRun run =
                new HookRun(
                        "ecs-lambda-x",
                        "e-1",
                        Stage.POST_SCALE_UP,
                        GATE.text(),
                        HookRun.Status.IN_PROGRESS,
                        null,
                        Tasks.CREATED,
                        Tasks.CREATED.plus(Duration.ofHours(1)),
                        Hook.OnTimeout.ROLLBACK,
                        null);
        Shift shift =
                new Shift(Shift.Strategy.BLUE_GREEN, 0, Duration.ZERO, Duration.ZERO, List.of());
        Lifecycle fresh = Lifecycle.fresh(shift, null, Stage.POST_SCALE_UP, Tasks.CREATED);
        return new ServiceDeployment(
                ROLLOUT,
                ServiceDeployment.Status.IN_PROGRESS,
                null,
                new ServiceRevisionArn(Tasks.SCOPE, "default", "web", "2"),
                List.of(),
                null,
                new ServiceDeployment.Breaker(Monitoring.DISABLED, 0, 3),
                new ServiceDeployment.Alarms(Monitoring.DISABLED, List.of(), List.of()),
                new Lifecycle(
                        shift,
                        null,
                        fresh.stage(),
                        fresh.since(),
                        fresh.steps(),
                        false,
                        0,
                        0,
                        null,
                        List.of(),
                        List.of(run)),
                DeploymentConfiguration.builder().build(),
                Tasks.CREATED,
                null,
                null,
                null,
                Tasks.CREATED);
    }

    private void tell(FunctionEvent event) {
        fixture.tell(new RuntimeEvent.OfFunctions(event));
    }

    private String startedEnvironment() {
        Effect last = fixture.runtime.take().getLast();
        return ((FunctionEffect.StartEnvironment) ((Effect.ForFunctions) last).effect())
                .spec()
                .environmentId();
    }

    @Test
    void theEndOfTheDaemonIsNoAnswer() {
        fixture.engine.functions().serveThrough(new OpenDoor());
        var _ =
                fixture.submit(tx -> {
                    tx.put(tx.world().functions(), GATE, gate());
                    tx.put(tx.world().serviceDeployments(), ROLLOUT, rollout());
                    return true;
                });
        tell(new FunctionEvent.NetworkReady("172.30.0.1"));
        tell(new FunctionEvent.EnvironmentStarted(startedEnvironment(), ADDRESS));
        var _ = fixture.engine.functions().next(ADDRESS);
        var _ = fixture.engine.releasePool();
        fixture.loop.drain();
        assertThat(runs())
                .extracting(HookRun::status)
                .as("or the next daemon would roll back")
                .containsExactly(HookRun.Status.IN_PROGRESS);
    }

    private List<HookRun> runs() {
        return Objects.requireNonNull(
                        Objects.requireNonNull(fixture.world.serviceDeployments().get(ROLLOUT))
                                .lifecycle())
                .runs();
    }

    @Test
    void itsAnswerIsTheHooks() {
        fixture.engine.functions().serveThrough(new OpenDoor());
        var _ =
                fixture.submit(tx -> {
                    tx.put(tx.world().functions(), GATE, gate());
                    tx.put(tx.world().serviceDeployments(), ROLLOUT, rollout());
                    return true;
                });
        tell(new FunctionEvent.NetworkReady("172.30.0.1"));
        tell(new FunctionEvent.EnvironmentStarted(startedEnvironment(), ADDRESS));
        CompletableFuture<@Nullable Next> next = fixture.engine.functions().next(ADDRESS);
        fixture.loop.drain();
        Next call = Objects.requireNonNull(next.getNow(null));
        assertThat(new String(call.payload(), StandardCharsets.UTF_8))
                .contains("\"lifecycleStage\":\"POST_SCALE_UP\"");
        var _ =
                fixture.engine
                        .functions()
                        .respond(
                                ADDRESS,
                                call.callId(),
                                "{\"hookStatus\":\"SUCCEEDED\"}".getBytes(StandardCharsets.UTF_8));
        fixture.loop.drain();
        assertThat(runs()).extracting(HookRun::status).containsExactly(HookRun.Status.SUCCEEDED);
    }
}
