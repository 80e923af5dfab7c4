package dev.dryberth.core.runtime.simulated;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dryberth.core.loop.SimulatedLoop;
import dev.dryberth.core.model.Eni;
import dev.dryberth.core.model.HealthStatus;
import dev.dryberth.core.model.PortBinding;
import dev.dryberth.core.model.Scope;
import dev.dryberth.core.model.TaskArn;
import dev.dryberth.core.model.TaskDefinitionArn;
import dev.dryberth.core.runtime.ContainerSpec;
import dev.dryberth.core.runtime.ContainerSpec.Network;
import dev.dryberth.core.runtime.Effect;
import dev.dryberth.core.runtime.RuntimeEvent;
import dev.dryberth.core.runtime.RuntimeEvent.ContainerExited;
import dev.dryberth.core.runtime.RuntimeEvent.ContainerFailed;
import dev.dryberth.core.runtime.RuntimeEvent.ContainerHealth;
import dev.dryberth.core.runtime.RuntimeEvent.ContainerStarted;
import dev.dryberth.core.runtime.RuntimeEvent.ImagePullFailed;
import dev.dryberth.core.runtime.RuntimeEvent.ImagePulled;
import dev.dryberth.core.runtime.RuntimeEvent.Inventory;
import dev.dryberth.core.runtime.RuntimeEvent.NamespaceReady;
import dev.dryberth.core.runtime.RuntimeEvent.NamespaceRemoved;
import dev.dryberth.core.runtime.RuntimeEvent.TaskRemoved;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import software.amazon.awssdk.services.ecs.model.ContainerDefinition;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

final class SimulatedRuntimeTest {

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final Scope SCOPE = new Scope("eu-west-1", "123456789012");
    private static final TaskArn TASK = new TaskArn(SCOPE, "default", "0a");
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(30);
    private static final Eni ENI =
            new Eni(
                    "eni-1",
                    "a",
                    SCOPE,
                    "vpc",
                    "subnet",
                    "10.0.0.4",
                    "02",
                    Eni.State.CREATING,
                    null,
                    null);

    private final SimulatedLoop loop = new SimulatedLoop(START);
    private final SimulatedHost host = new SimulatedHost();
    private final List<RuntimeEvent> events = new ArrayList<>();
    private SimulatedRuntime runtime =
            new SimulatedRuntime(loop, new ImageScript(loop.clock()), host);

    @BeforeEach
    void start() {
        runtime.start(events::add);
        loop.runPosted();
    }

    @Test
    void firstReportsAnEmptyInventory() {
        assertThat(events).containsExactly(new Inventory(START, List.of(), List.of()));
    }

    @Test
    void anOrdinaryContainerRunsUntilItIsStoppedAndExits143() {
        runFor(Duration.ofHours(1), start("nginx"));
        ContainerStarted started = last(ContainerStarted.class);
        assertThat(started.at()).isEqualTo(START.plusMillis(20));
        assertThat(events).noneMatch(ContainerExited.class::isInstance);

        runFor(Duration.ofSeconds(1), stop(started.runtimeId()));
        assertThat(last(ContainerExited.class).exitCode()).isEqualTo(143);
    }

    @Test
    void pullsAnyImageButTheMissingOne() {
        runFor(Duration.ofSeconds(1), new Effect.PullImage(TASK, "app", "nginx", null));
        assertThat(last(ImagePulled.class).digest()).startsWith("sha256:").hasSize(71);

        runFor(
                Duration.ofSeconds(1),
                new Effect.PullImage(TASK, "app", "simulated/missing:2", null));
        assertThat(last(ImagePullFailed.class).reason())
                .startsWith("CannotPullContainerError: ")
                .endsWith("simulated/missing:2: not found");

        runFor(Duration.ofSeconds(1), new Effect.PullImage(TASK, "app", "simulated/mising", null));
        assertThat(last(ImagePullFailed.class).reason()).contains("exit-{code}-after-{time}");
    }

    @Test
    void aSlowPullTakesItsTime() {
        Effect slow = new Effect.PullImage(TASK, "app", "simulated/slow-to-pull-3s", null);
        runFor(Duration.ofMillis(2999), slow);
        assertThat(events).noneMatch(ImagePulled.class::isInstance);

        loop.advance(Duration.ofMillis(1));
        assertThat(events).anyMatch(ImagePulled.class::isInstance);
    }

    @Test
    void theImageNameScriptsTheExit() {
        runFor(Duration.ofMinutes(5), start("simulated/exit-3-after-200ms"));
        ContainerExited exited = last(ContainerExited.class);
        assertThat(exited.exitCode()).isEqualTo(3);
        assertThat(exited.outOfMemory()).isFalse();
        assertThat(exited.at()).isEqualTo(START.plusMillis(220));
    }

    @Test
    void theImageNameScriptsAnEndForMemory() {
        runFor(Duration.ofMinutes(5), start("simulated/out-of-memory-after-1m"));
        assertThat(last(ContainerExited.class).exitCode()).isEqualTo(137);
        assertThat(last(ContainerExited.class).outOfMemory()).isTrue();
    }

    @Test
    void anUnstartableContainerNeverRunsAndLeavesNothing() {
        runFor(Duration.ofSeconds(1), start("simulated/unstartable"));
        assertThat(last(ContainerFailed.class).reason()).startsWith("CannotStartContainerError: ");
        assertThat(host.observedContainers()).isEmpty();
    }

    @Test
    void aDeafContainerIsKilledAfterItsStopTimeout() {
        runFor(Duration.ofSeconds(1), start("simulated/deaf"));
        runFor(STOP_TIMEOUT.minusMillis(1), stop(last(ContainerStarted.class).runtimeId()));
        assertThat(events).noneMatch(ContainerExited.class::isInstance);

        loop.advance(Duration.ofMillis(1));
        assertThat(last(ContainerExited.class).exitCode()).isEqualTo(137);
    }

    @Test
    void healthFollowsTheCheckOfTheDefinition() {
        ContainerDefinition.Builder checked =
                container("nginx").healthCheck(check -> check.command("CMD", "true").interval(10));
        runFor(Duration.ofMinutes(5), new Effect.StartContainer(spec(checked, 0)));
        assertThat(healths()).containsExactly(HealthStatus.HEALTHY);

        ContainerDefinition.Builder unhealthy =
                container("simulated/unhealthy-after-1m")
                        .name("other")
                        .healthCheck(check -> check.command("CMD", "true").interval(10).retries(2));
        events.clear();
        runFor(Duration.ofMinutes(5), new Effect.StartContainer(spec(unhealthy, 0)));
        assertThat(healths()).containsExactly(HealthStatus.HEALTHY, HealthStatus.UNHEALTHY);
    }

    @Test
    void withoutAHealthCheckThereIsNoHealth() {
        runFor(Duration.ofMinutes(5), start("simulated/unhealthy"));
        assertThat(healths()).isEmpty();
    }

    @Test
    void askingTwiceReportsWhatIsThere() {
        runFor(Duration.ofSeconds(1), start("nginx"), start("nginx"));
        assertThat(events).filteredOn(ContainerStarted.class::isInstance).hasSize(2);
        assertThat(host.observedContainers()).hasSize(1);

        events.clear();
        runFor(Duration.ofSeconds(1), stop(host.observedContainers().getFirst().runtimeId()));
        runFor(Duration.ofSeconds(1), start("nginx"));
        assertThat(events)
                .extracting(Object::getClass)
                .containsExactly(
                        ContainerExited.class, ContainerStarted.class, ContainerExited.class);
    }

    @Test
    void aHigherAttemptStartsAStoppedContainerAgain() {
        runFor(Duration.ofSeconds(1), start("simulated/exit-1-after-10ms"));
        ContainerStarted first = last(ContainerStarted.class);
        Effect again = new Effect.StartContainer(spec(container("simulated/exit-1-after-10ms"), 1));
        runFor(Duration.ofSeconds(1), again);

        ContainerStarted second = last(ContainerStarted.class);
        assertThat(second.runtimeId()).isEqualTo(first.runtimeId());
        assertThat(second.at()).isAfter(first.at());
        assertThat(events).filteredOn(ContainerExited.class::isInstance).hasSize(2);
    }

    @Test
    void stoppingWhatIsGoneAnswersWithoutAnExitCode() {
        runFor(Duration.ofSeconds(1), stop("nothing"));
        assertThat(last(ContainerExited.class).exitCode()).isNull();
    }

    @Test
    void removingATaskEndsAndRemovesItsContainers() {
        runFor(Duration.ofSeconds(1), start("nginx"));
        runFor(Duration.ofSeconds(1), new Effect.RemoveTask(TASK));

        assertThat(last(ContainerExited.class).exitCode()).isEqualTo(137);
        assertThat(events.getLast()).isEqualTo(new TaskRemoved(TASK));
        assertThat(host.observedContainers()).isEmpty();
    }

    @Test
    void aTaskRemovedWhileItStartsDoesNotStart() {
        runFor(Duration.ofSeconds(1), start("nginx"), new Effect.RemoveTask(TASK));

        assertThat(last(ContainerFailed.class).reason()).contains("removed before it started");
        assertThat(host.observedContainers()).isEmpty();
    }

    @Test
    void aContainerNeedsTheNamespaceItJoins() {
        ContainerSpec joined =
                spec(container("nginx"), 0, new Network.Namespace(ENI.id(), "no such"));
        runFor(Duration.ofSeconds(1), new Effect.StartContainer(joined));
        assertThat(last(ContainerFailed.class).reason()).contains("no network namespace");

        runFor(Duration.ofSeconds(1), new Effect.CreateNamespace(ENI, "10.0.0.0/16"));
        String pause = last(NamespaceReady.class).runtimeId();
        ContainerSpec joins = spec(container("nginx"), 0, new Network.Namespace(ENI.id(), pause));
        runFor(Duration.ofSeconds(1), new Effect.StartContainer(joins));
        assertThat(events.getLast()).isInstanceOf(ContainerStarted.class);

        runFor(
                Duration.ofSeconds(1),
                new Effect.RemoveNamespace(ENI),
                new Effect.RemoveNamespace(ENI));
        assertThat(events).filteredOn(new NamespaceRemoved(ENI.id())::equals).hasSize(2);
        assertThat(host.observedNamespaces()).isEmpty();
    }

    @Test
    void publishesPortsAndRefusesOneThatIsTaken() {
        Network bridge =
                new Network.Bridge(
                        List.of(
                                new PortBinding("0.0.0.0", 80, 0, "tcp"),
                                new PortBinding("0.0.0.0", 53, 5353, "udp")));
        runFor(
                Duration.ofSeconds(1),
                new Effect.StartContainer(spec(container("nginx"), 0, bridge)),
                new Effect.StartContainer(spec(container("nginx").name("other"), 0, bridge)));

        List<PortBinding> bindings = last(ContainerStarted.class).bindings();
        assertThat(bindings.getFirst().hostPort()).isBetween(32_768, 60_999);
        assertThat(bindings.getLast().hostPort()).isEqualTo(5353);
        assertThat(last(ContainerFailed.class).reason()).contains("already allocated");
    }

    @Test
    void whatHappenedWhileNoDaemonWatchedIsInTheInventory() {
        runFor(Duration.ofSeconds(1), start("simulated/exit-3-after-5s"));
        crash();
        loop.advance(Duration.ofMinutes(1));
        restart();

        RuntimeEvent.ObservedContainer seen = last(Inventory.class).containers().getFirst();
        assertThat(seen.running()).isFalse();
        assertThat(seen.exitCode()).isEqualTo(3);
        assertThat(seen.finishedAt()).isEqualTo(START.plusMillis(5020));
    }

    @Test
    void whatIsStillToHappenAfterACrashHappensUnderTheNextDaemon() {
        runFor(Duration.ofSeconds(1), start("simulated/exit-3-after-5s"));
        crash();
        restart();
        assertThat(last(Inventory.class).containers().getFirst().running()).isTrue();

        loop.advance(Duration.ofSeconds(5));
        assertThat(last(ContainerExited.class).at()).isEqualTo(START.plusMillis(5020));
    }

    @Test
    void aDaemonsOwnHostDiesWithIt() {
        runFor(Duration.ofSeconds(1), start("nginx"));
        crash();
        runtime = new SimulatedRuntime(loop, new ImageScript(loop.clock()));
        start();

        assertThat(last(Inventory.class).containers()).isEmpty();
    }

    private void crash() {
        runtime.close();
        loop.forgetAll();
        events.clear();
    }

    private void restart() {
        runtime = new SimulatedRuntime(loop, new ImageScript(loop.clock()), host);
        start();
    }

    private void runFor(Duration duration, Effect... effects) {
        for (Effect effect : effects) {
            runtime.run(effect);
        }
        loop.advance(duration);
    }

    private List<HealthStatus> healths() {
        return events.stream()
                .filter(ContainerHealth.class::isInstance)
                .map(event -> ((ContainerHealth) event).health())
                .toList();
    }

    private <T extends RuntimeEvent> T last(Class<T> type) {
        @Nullable T last = null;
        for (RuntimeEvent event : events) {
            if (type.isInstance(event)) {
                last = type.cast(event);
            }
        }
        if (last == null) {
            throw new AssertionError("no " + type.getSimpleName() + " in " + events);
        }
        return last;
    }

    private static Effect start(String image) {
        return new Effect.StartContainer(spec(container(image), 0));
    }

    private static Effect stop(String runtimeId) {
        return new Effect.StopContainer(TASK, "app", runtimeId, STOP_TIMEOUT);
    }

    private static ContainerDefinition.Builder container(String image) {
        return ContainerDefinition.builder().name("app").image(image);
    }

    private static ContainerSpec spec(ContainerDefinition.Builder definition, int attempt) {
        return spec(definition, attempt, new Network.None());
    }

    private static ContainerSpec spec(
            ContainerDefinition.Builder definition, int attempt, Network network) {
        ContainerDefinition built = definition.build();
        return new ContainerSpec(
                TASK,
                new TaskDefinitionArn(SCOPE, "family", 1),
                "id-of-" + built.name(),
                attempt,
                built,
                built.image(),
                List.of(),
                List.of(),
                network,
                null,
                null,
                List.of());
    }
}
