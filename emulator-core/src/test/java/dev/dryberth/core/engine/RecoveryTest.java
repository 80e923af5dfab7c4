package dev.dryberth.core.engine;

import static dev.dryberth.core.engine.EngineFixture.exitedWith;
import static dev.dryberth.core.engine.EngineFixture.running;
import static dev.dryberth.core.model.Dependency.Condition.HEALTHY;
import static dev.dryberth.core.model.Dependency.Condition.START;
import static dev.dryberth.core.task.Recipes.container;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dryberth.core.model.ContainerPhase;
import dev.dryberth.core.model.Eni;
import dev.dryberth.core.model.HealthStatus;
import dev.dryberth.core.model.StopCode;
import dev.dryberth.core.model.Task;
import dev.dryberth.core.model.TaskArn;
import dev.dryberth.core.model.TaskStatus;
import dev.dryberth.core.runtime.RuntimeEvent;
import dev.dryberth.core.runtime.RuntimeEvent.ObservedNamespace;
import dev.dryberth.core.task.TaskEvents;
import dev.dryberth.core.task.Tasks;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;

class RecoveryTest {

    private final EngineFixture before = EngineFixture.started(0);
    private final Instant start = before.loop.clock().now();

    @Test
    void aRunningContainerIsAdoptedUnderItsRuntimeId() {
        TaskArn arn = before.runBridge("t", container("app"));
        before.up(arn, "app");
        Task known = before.task(arn);

        EngineFixture after = before.killed();
        after.inventory(List.of(running(arn, "app", start)), List.of());
        assertThat(after.task(arn)).isEqualTo(known);
        assertThat(after.effects()).isEmpty();
    }

    @Test
    void theHealthOfAnAdoptedContainerIsTakenOver() {
        TaskArn arn = before.runBridge("t", container("app").checked());
        before.up(arn, "app");

        EngineFixture after = before.killed();
        after.inventory(
                List.of(
                        new RuntimeEvent.ObservedContainer(
                                "docker-app",
                                arn,
                                "app",
                                true,
                                start,
                                null,
                                false,
                                null,
                                HealthStatus.HEALTHY,
                                List.of())),
                List.of());
        assertThat(after.task(arn).health()).isEqualTo(HealthStatus.HEALTHY);
    }

    @Test
    void anExitThatNobodySawIsWrittenIn() {
        TaskArn arn = before.runBridge("t", container("app"));
        before.up(arn, "app");

        EngineFixture after = before.killed();
        after.inventory(List.of(exitedWith(arn, "app", start, 3)), List.of());
        assertThat(after.container(arn, "app").exitCode()).isEqualTo(3);
        assertThat(after.container(arn, "app").finishedAt()).isEqualTo(start.plusSeconds(1));
        assertThat(after.task(arn).lastStatus()).isEqualTo(TaskStatus.STOPPED);
        assertThat(after.effects()).containsExactly("RemoveTask t");
    }

    @Test
    void aTaskWhoseContainersAreGoneStopsWithAReason() {
        TaskArn arn = before.runBridge("t", container("app"));
        before.up(arn, "app");

        EngineFixture after = before.killed();
        after.inventory(List.of(), List.of());
        assertThat(after.container(arn, "app").reason()).isEqualTo(TaskEvents.VANISHED);
        assertThat(after.container(arn, "app").exitCode()).isNull();
        assertThat(Objects.requireNonNull(after.task(arn).stop()).code())
                .isEqualTo(StopCode.ESSENTIAL_CONTAINER_EXITED);
    }

    @Test
    void aContainerOfAnotherRuntimeIdIsNotTheOneThatRan() {
        TaskArn arn = before.runBridge("t", container("app"));
        before.pulled(arn, "app");
        before.startedAs(arn, "app", "docker-original");

        EngineFixture after = before.killed();
        after.inventory(List.of(running(arn, "app", start)), List.of());
        assertThat(after.task(arn).lastStatus()).isEqualTo(TaskStatus.STOPPED);
    }

    @Test
    void ofTwoContainersOfOneNameTheOneTheTaskKnowsCounts() {
        TaskArn arn = before.runBridge("t", container("app"));
        before.pulled(arn, "app");
        before.startedAs(arn, "app", "docker-original");
        RuntimeEvent.ObservedContainer original =
                new RuntimeEvent.ObservedContainer(
                        "docker-original",
                        arn,
                        "app",
                        true,
                        start,
                        null,
                        false,
                        null,
                        HealthStatus.UNKNOWN,
                        List.of());
        RuntimeEvent.ObservedContainer other = running(arn, "app", start.plusSeconds(9));

        EngineFixture after = before.killed();
        after.inventory(List.of(other, original), List.of());
        after.inventory(List.of(original, other), List.of());
        assertThat(after.task(arn).lastStatus()).isEqualTo(TaskStatus.RUNNING);
    }

    @Test
    void ofTwoUnknownRunsTheLaterCounts() {
        TaskArn arn = before.runBridge("t", container("app"));
        before.pulled(arn, "app");
        RuntimeEvent.ObservedContainer early = exitedWith(arn, "app", start, 1);
        RuntimeEvent.ObservedContainer late = running(arn, "app", start.plusSeconds(9));

        EngineFixture after = before.killed();
        after.inventory(List.of(late, early), List.of());
        assertThat(after.task(arn).lastStatus()).isEqualTo(TaskStatus.RUNNING);
    }

    @Test
    void aPullThatWasUnderWayIsAskedForAgain() {
        TaskArn arn = before.runBridge("t", container("app"));

        EngineFixture after = before.killed();
        after.inventory(List.of(), List.of());
        assertThat(after.effects()).containsExactly("PullImage app");
        assertThat(after.container(arn, "app").phase()).isEqualTo(ContainerPhase.PULLING);
    }

    @Test
    void aStartThatWasUnderWayIsAskedForAgain() {
        TaskArn arn = before.runBridge("t", container("app"));
        before.pulled(arn, "app");

        EngineFixture after = before.killed();
        after.inventory(List.of(), List.of());
        assertThat(after.effects()).containsExactly("StartContainer app 0");
    }

    @Test
    void aContainerThatWasMadeButNotStartedIsAskedForAgain() {
        TaskArn arn = before.runBridge("t", container("app"));
        before.pulled(arn, "app");

        EngineFixture after = before.killed();
        after.inventory(
                List.of(
                        new RuntimeEvent.ObservedContainer(
                                "docker-app",
                                arn,
                                "app",
                                false,
                                null,
                                null,
                                false,
                                null,
                                HealthStatus.UNKNOWN,
                                List.of())),
                List.of());
        assertThat(after.effects()).containsExactly("StartContainer app 0");
    }

    @Test
    void aStartThatHadSucceededIsAdopted() {
        TaskArn arn = before.runBridge("t", container("app"));
        before.pulled(arn, "app");

        EngineFixture after = before.killed();
        after.inventory(List.of(running(arn, "app", start)), List.of());
        assertThat(after.task(arn).lastStatus()).isEqualTo(TaskStatus.RUNNING);
        assertThat(after.container(arn, "app").runtimeId()).isEqualTo("docker-app");
        assertThat(after.container(arn, "app").startedAt()).isEqualTo(start);
        assertThat(after.effects()).isEmpty();
    }

    @Test
    void aStartThatHadSucceededAndExitedIsBoth() {
        TaskArn arn = before.runBridge("t", container("app"));
        before.pulled(arn, "app");

        EngineFixture after = before.killed();
        after.inventory(List.of(exitedWith(arn, "app", start, 4)), List.of());
        assertThat(after.container(arn, "app").exitCode()).isEqualTo(4);
        assertThat(after.container(arn, "app").startedAt()).isEqualTo(start);
        assertThat(after.task(arn).lastStatus()).isEqualTo(TaskStatus.STOPPED);
    }

    @Test
    void aStartOfATaskThatStopsIsNotAskedForAgain() {
        TaskArn arn = before.runBridge("t", container("app"));
        before.pulled(arn, "app");
        assertThat(before.stop(arn)).isCompleted();

        EngineFixture after = before.killed();
        after.inventory(List.of(), List.of());
        assertThat(after.task(arn).lastStatus()).isEqualTo(TaskStatus.STOPPED);
        assertThat(after.effects()).containsExactly("RemoveTask t");
    }

    @Test
    void aStartThatSucceedsAfterItWasGivenUpIsUndone() {
        TaskArn arn = before.runBridge("t", container("db"), container("app").after("db", START));
        before.up(arn, "db");
        before.pulled(arn, "app");
        assertThat(before.stop(arn)).isCompleted();
        before.runtime.take();

        before.inventory(List.of(running(arn, "db", start)), List.of());
        assertThat(before.effects()).containsExactly("StopContainer docker-db");
        before.startedAs(arn, "app", "docker-app");
        assertThat(before.effects()).containsExactly("RemoveUnknown docker-app");
    }

    @Test
    void aRestartThatWasUnderWayIsAskedForAgain() {
        TaskArn arn = before.runBridge("t", container("app").restarting(Duration.ofSeconds(60)));
        before.up(arn, "app");
        before.loop.advance(Duration.ofSeconds(60));
        before.exited(arn, "app", 1);

        EngineFixture after = before.killed();
        after.inventory(List.of(exitedWith(arn, "app", start, 1)), List.of());
        assertThat(after.effects()).containsExactly("StartContainer app 1");

        after.inventory(List.of(running(arn, "app", start.plusSeconds(61))), List.of());
        assertThat(after.container(arn, "app").phase()).isEqualTo(ContainerPhase.RUNNING);
    }

    @Test
    void aStopThatWasUnderWayIsAskedForAgain() {
        TaskArn arn = before.runBridge("t", container("app"));
        before.up(arn, "app");
        assertThat(before.stop(arn)).isCompleted();

        EngineFixture after = before.killed();
        after.inventory(List.of(running(arn, "app", start)), List.of());
        assertThat(after.effects()).containsExactly("StopContainer docker-app");

        after.inventory(List.of(exitedWith(arn, "app", start, 137)), List.of());
        assertThat(after.container(arn, "app").exitCode()).isEqualTo(137);
        assertThat(after.task(arn).lastStatus()).isEqualTo(TaskStatus.STOPPED);
    }

    @Test
    void aWaitThatWasUnderWayStillEnds() {
        TaskArn arn =
                before.runBridge(
                        "t",
                        container("db").checked().startTimeout(Duration.ofMinutes(2)),
                        container("app").after("db", HEALTHY));
        before.up(arn, "db");

        EngineFixture after = before.killed();
        after.inventory(List.of(running(arn, "db", start)), List.of());
        assertThat(after.task(arn).stopping()).isFalse();
        after.loop.advance(Duration.ofMinutes(1));
        assertThat(after.task(arn).stopping()).isTrue();
    }

    @Test
    void aStoppedTaskThatMayHaveLeftSomethingIsCleanedAgain() {
        TaskArn arn = before.runBridge("t", container("app"));
        before.up(arn, "app");
        before.exited(arn, "app", 0);

        EngineFixture after = before.killed();
        after.inventory(List.of(exitedWith(arn, "app", start, 0)), List.of());
        assertThat(after.effects()).containsExactly("RemoveTask t");

        after.tell(new RuntimeEvent.TaskRemoved(arn));
        after.inventory(List.of(), List.of());
        assertThat(after.effects()).isEmpty();

        after.inventory(List.of(exitedWith(arn, "app", start, 0)), List.of());
        assertThat(after.effects()).containsExactly("RemoveUnknown docker-app");
    }

    @Test
    void whatStartedAfterTheListingBeganIsNotMissedInIt() {
        Instant asOf = before.loop.clock().now();
        TaskArn arn = before.runFargate(container("app"));
        before.namespaceReady(before.eniOf(arn));
        before.up(arn, "app");
        before.runtime.take();

        before.inventory(asOf, List.of(), List.of());
        assertThat(before.task(arn).lastStatus()).isEqualTo(TaskStatus.RUNNING);
        assertThat(before.task(arn).stopping()).isFalse();

        before.loop.advance(Duration.ofSeconds(1));
        before.inventory(List.of(), List.of());
        assertThat(before.task(arn).stopping()).isTrue();
    }

    @Test
    void aRestartAfterTheListingBeganIsNotTakenForItsEarlierExit() {
        TaskArn arn = before.runBridge("t", container("app").restarting(Duration.ofSeconds(60)));
        before.up(arn, "app");
        before.loop.advance(Duration.ofSeconds(60));
        Instant asOf = before.loop.clock().now();
        before.exited(arn, "app", 1);
        before.startedAs(arn, "app", "docker-app");

        before.inventory(asOf, List.of(exitedWith(arn, "app", start, 1)), List.of());
        assertThat(before.container(arn, "app").phase()).isEqualTo(ContainerPhase.RUNNING);
        assertThat(before.task(arn).stopping()).isFalse();

        before.inventory(asOf, List.of(exitedWith(arn, "app", asOf, 9)), List.of());
        assertThat(before.container(arn, "app").exitCode()).isEqualTo(9);
    }

    @Test
    void aNamespaceThatWasBeingMadeIsAdoptedOrAskedForAgain() {
        TaskArn arn = before.runFargate(container("app"));
        Eni eni = before.eniOf(arn);

        EngineFixture after = before.killed();
        after.inventory(List.of(), List.of());
        assertThat(after.effects()).containsExactly("CreateNamespace");
        after.inventory(List.of(), List.of(new ObservedNamespace("pause", eni.id(), false)));
        assertThat(after.effects()).containsExactly("CreateNamespace");

        after.inventory(List.of(), List.of(new ObservedNamespace("pause", eni.id(), true)));
        assertThat(after.eniOf(arn).state()).isEqualTo(Eni.State.READY);
        assertThat(after.eniOf(arn).runtimeId()).isEqualTo("pause");
        assertThat(after.effects()).containsExactly("PullImage app");
    }

    @Test
    void aReadyNamespaceIsKeptOrItsTaskStops() {
        TaskArn arn = before.runFargate(container("app"));
        before.namespaceReady(before.eniOf(arn));
        before.up(arn, "app");
        Eni eni = before.eniOf(arn);
        List<RuntimeEvent.ObservedContainer> app = List.of(running(arn, "app", start));

        EngineFixture after = before.killed();
        after.inventory(app, List.of(new ObservedNamespace("pause", eni.id(), true)));
        assertThat(after.effects()).isEmpty();
        assertThat(after.eniOf(arn)).isEqualTo(eni);

        after.inventory(app, List.of(new ObservedNamespace("pause", eni.id(), false)));
        assertThat(after.effects()).containsExactly("StopContainer docker-app");
    }

    @Test
    void aReadyNamespaceOfThePoolThatIsGoneIsGivenUp() {
        EngineFixture pooled = EngineFixture.started(1);
        assertThat(pooled.submit(tx -> pooled.networks.defaultVpc(tx, Tasks.SCOPE)))
                .isNotCompletedExceptionally();
        List<Eni> pool = pooled.pool().toList();
        pool.forEach(pooled::namespaceReady);

        EngineFixture after = pooled.killed();
        List<ObservedNamespace> kept =
                pool.stream()
                        .skip(1)
                        .map(eni -> new ObservedNamespace("pause-" + eni.id(), eni.id(), true))
                        .toList();
        after.inventory(List.of(), kept);
        assertThat(after.effects()).containsExactly("RemoveNamespace");
        assertThat(after.pool()).hasSize(2);
    }

    @Test
    void aNamespaceThatWasBeingRemovedIsRemovedAgain() {
        TaskArn arn = before.runFargate(container("app"));
        assertThat(before.stop(arn)).isCompleted();
        Eni eni = before.eniOf(arn);

        EngineFixture after = before.killed();
        after.inventory(List.of(), List.of(new ObservedNamespace("pause", eni.id(), true)));
        assertThat(after.effects()).containsExactly("RemoveNamespace", "RemoveTask " + arn.id());
    }

    @Test
    void whatTheJournalDoesNotKnowIsRemoved() {
        TaskArn arn = before.runBridge("t", container("app"));
        before.up(arn, "app");
        RuntimeEvent.ObservedContainer strange =
                new RuntimeEvent.ObservedContainer(
                        "docker-strange",
                        arn,
                        "strange",
                        true,
                        start,
                        null,
                        false,
                        null,
                        HealthStatus.UNKNOWN,
                        List.of());

        EngineFixture after = before.killed();
        after.inventory(
                List.of(
                        running(arn, "app", start),
                        strange,
                        running(Tasks.arn("unknown"), "other", start)),
                List.of(new ObservedNamespace("pause", "eni-unknown", true)));
        assertThat(after.effects())
                .containsExactly(
                        "RemoveUnknown docker-strange",
                        "RemoveUnknown docker-other",
                        "RemoveUnknown pause");
        assertThat(after.task(arn).lastStatus()).isEqualTo(TaskStatus.RUNNING);
    }
}
