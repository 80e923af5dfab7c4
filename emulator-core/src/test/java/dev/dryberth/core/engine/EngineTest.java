package dev.dryberth.core.engine;

import static dev.dryberth.core.model.Dependency.Condition.HEALTHY;
import static dev.dryberth.core.task.Recipes.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dryberth.core.model.Caller;
import dev.dryberth.core.model.ClientToken;
import dev.dryberth.core.model.ContainerPhase;
import dev.dryberth.core.model.Eni;
import dev.dryberth.core.model.HealthStatus;
import dev.dryberth.core.model.StopCode;
import dev.dryberth.core.model.Task;
import dev.dryberth.core.model.TaskArn;
import dev.dryberth.core.model.TaskStatus;
import dev.dryberth.core.runtime.ContainerSpec;
import dev.dryberth.core.runtime.Effect;
import dev.dryberth.core.runtime.RuntimeEvent;
import dev.dryberth.core.state.Change;
import dev.dryberth.core.task.Tasks;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;

class EngineTest {

    private final EngineFixture fixture = EngineFixture.started(0);

    @Test
    void anAnswerComesOnlyWhenWhatItSaysIsDurable() {
        fixture.journal.hold();
        CompletableFuture<ClientToken> answer = fixture.putToken("a");
        assertThat(answer).isNotDone();

        fixture.journal.release();
        assertThat(answer).isCompleted();
        assertThat(fixture.journal.batches).hasSize(1);
    }

    @Test
    void anEffectBeginsOnlyWhenTheJournalKnowsOfIt() {
        fixture.journal.hold();
        fixture.runBridge("t", container("app"));
        assertThat(fixture.effects()).isEmpty();

        fixture.journal.release();
        fixture.loop.drain();
        assertThat(fixture.effects()).containsExactly("PullImage app");
    }

    @Test
    void aReadWaitsForTheWritesItMayHaveSeen() {
        fixture.journal.hold();
        CompletableFuture<ClientToken> write = fixture.putToken("a");
        CompletableFuture<Integer> read = fixture.submit(tx -> tx.world().clientTokens().size());
        assertThat(read).isNotDone();

        fixture.journal.release();
        fixture.loop.drain();
        assertThat(write).isCompleted();
        assertThat(read).isCompletedWithValue(1);
    }

    @Test
    void aReadIsAnsweredAtOnceWhenNothingIsOutstanding() {
        fixture.journal.hold();

        assertThat(fixture.submit(tx -> tx.world().clientTokens().size())).isCompletedWithValue(0);
    }

    @Test
    void aRefusalWaitsForTheWritesItMayHaveSeen() {
        fixture.journal.hold();
        CompletableFuture<ClientToken> write = fixture.putToken("a");
        CompletableFuture<Object> refusal =
                fixture.submit(tx -> {
                    throw new IllegalArgumentException("exists");
                });
        assertThat(refusal).isNotDone();

        fixture.journal.release();
        fixture.loop.drain();
        assertThat(write).isCompleted();
        assertThat(refusal).isCompletedExceptionally();
    }

    @Test
    void aHandlerThatThrowsLeavesNothingBehind() {
        for (Throwable thrown :
                List.of(new IllegalArgumentException("no"), new StackOverflowError("no"))) {
            CompletableFuture<Object> result =
                    fixture.submit(tx -> {
                        tx.put(
                                tx.world().tasks(),
                                Tasks.arn("t"),
                                Tasks.bridge(Tasks.arn("t"), container("app")));
                        return sneak(thrown);
                    });

            assertThatThrownBy(result::join).hasCause(thrown);
            assertThat(fixture.world.tasks().size()).isZero();
            assertThat(fixture.journal.batches).isEmpty();
            assertThat(fixture.effects()).isEmpty();
        }
    }

    private static Object sneak(Throwable thrown) {
        switch (thrown) {
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            default -> throw new AssertionError(thrown);
        }
    }

    @Test
    void whatGathersWhileABatchIsWrittenGoesDownTogether() {
        fixture.journal.hold();
        CompletableFuture<ClientToken> first = fixture.putToken("a");
        CompletableFuture<ClientToken> second = fixture.putToken("b");
        CompletableFuture<ClientToken> again = fixture.putToken("b");
        CompletableFuture<ClientToken> third = fixture.putToken("c");

        fixture.journal.release();
        fixture.loop.drain();
        assertThat(List.of(first, second, again, third)).allMatch(CompletableFuture::isDone);
        assertThat(fixture.journal.batches)
                .extracting(batch -> batch.stream().map(Change::key).toList())
                .containsExactly(List.of("a"), List.of("b", "c"));
    }

    @Test
    void aJournalThatFailsIsTriedAgainAndNothingIsLost() {
        for (Throwable failure :
                List.of(
                        new IOException("disk full"),
                        new IllegalStateException("closed"),
                        new OutOfMemoryError())) {
            fixture.journal.batches.clear();
            fixture.journal.failWith(failure);
            CompletableFuture<ClientToken> first = fixture.putToken("a");
            CompletableFuture<ClientToken> second = fixture.putToken("b");
            fixture.loop.advance(Duration.ofSeconds(5));
            assertThat(first).isNotDone();
            assertThat(second).isNotDone();

            fixture.journal.failWith(null);
            fixture.loop.advance(Duration.ofSeconds(1));
            assertThat(first).isCompleted();
            assertThat(second).isCompleted();
            assertThat(fixture.journal.batches)
                    .extracting(batch -> batch.stream().map(Change::key).toList())
                    .containsExactly(List.of("a"), List.of("b"));
        }
    }

    @Test
    void theCallerIsKnownWhileItsCommandRuns() {
        CompletableFuture<Caller> caller =
                fixture.engine.submit(EngineFixture.CALLER, Caller.CURRENT::get);
        fixture.loop.drain();

        assertThat(caller).isCompletedWithValue(EngineFixture.CALLER);
    }

    @Test
    void aCallOnTheLoopOutsideACommandWouldWaitForItself() {
        CompletableFuture<Throwable> thrown = new CompletableFuture<>();
        fixture.loop.post(() -> {
            try {
                fixture.engine.call(tx -> "never");
            } catch (IllegalStateException e) {
                thrown.complete(e);
            }
        });
        fixture.loop.drain();

        assertThat(thrown).isCompleted();
    }

    @Test
    void anAwsvpcTaskLivesItsWholeLife() {
        TaskArn arn = fixture.runFargate(container("app"));
        assertThat(fixture.effects()).containsExactly("CreateNamespace");
        assertThat(fixture.task(arn).lastStatus()).isEqualTo(TaskStatus.PROVISIONING);

        Eni eni = fixture.eniOf(arn);
        fixture.namespaceReady(eni);
        assertThat(fixture.effects()).containsExactly("PullImage app");
        assertThat(fixture.task(arn).lastStatus()).isEqualTo(TaskStatus.ACTIVATING);

        fixture.pulled(arn, "app");
        Effect.StartContainer start = (Effect.StartContainer) fixture.runtime.take().getFirst();
        assertThat(start.spec().network())
                .isEqualTo(new ContainerSpec.Network.Namespace(eni.id(), "pause-" + eni.id()));
        assertThat(start.spec().environment())
                .containsExactly(
                        "AWS_EXECUTION_ENV=AWS_ECS_FARGATE",
                        "AWS_REGION=us-east-1",
                        "AWS_DEFAULT_REGION=us-east-1");
        assertThat(start.spec().taskCpuUnits()).isEqualTo(256);
        assertThat(start.spec().taskMemoryMiB()).isEqualTo(512);

        fixture.startedAs(arn, "app", "docker-app");
        assertThat(fixture.task(arn).lastStatus()).isEqualTo(TaskStatus.RUNNING);

        Task answered = fixture.stop(arn).join();
        assertThat(answered.lastStatus()).isEqualTo(TaskStatus.RUNNING);
        assertThat(answered.stopping()).isTrue();
        assertThat(fixture.effects()).containsExactly("StopContainer docker-app");

        fixture.exited(arn, "app", 143);
        assertThat(fixture.effects()).containsExactly("RemoveTask " + arn.id(), "RemoveNamespace");
        assertThat(fixture.task(arn).lastStatus()).isEqualTo(TaskStatus.STOPPED);
        assertThat(fixture.eniOf(arn).state()).isEqualTo(Eni.State.DELETING);

        fixture.tell(
                new RuntimeEvent.NamespaceRemoved(eni.id()), new RuntimeEvent.TaskRemoved(arn));
        assertThat(fixture.world.enis().size()).isZero();
        assertThat(fixture.task(arn).cleaned()).isTrue();
        assertThat(fixture.task(arn).eni()).isNotNull();
        assertThat(fixture.effects()).isEmpty();
    }

    @Test
    void aNamespaceThatCannotBeMadeStopsItsTask() {
        TaskArn arn = fixture.runFargate(container("app"));
        Eni eni = fixture.eniOf(arn);
        fixture.runtime.take();

        fixture.tell(new RuntimeEvent.NamespaceFailed(eni.id(), "ContainerNetworkingError: no"));
        assertThat(fixture.task(arn).lastStatus()).isEqualTo(TaskStatus.STOPPED);
        assertThat(Objects.requireNonNull(fixture.task(arn).stop()).code())
                .isEqualTo(StopCode.TASK_FAILED_TO_START);
        assertThat(fixture.effects()).containsExactly("RemoveTask " + arn.id(), "RemoveNamespace");
    }

    @Test
    void aNamespaceThatDiesStopsItsTask() {
        TaskArn arn = fixture.runFargate(container("app"));
        fixture.namespaceReady(fixture.eniOf(arn));
        fixture.up(arn, "app");
        fixture.runtime.take();

        fixture.tell(new RuntimeEvent.NamespaceLost(fixture.eniOf(arn).id()));
        assertThat(fixture.effects()).containsExactly("StopContainer docker-app");
        assertThat(Objects.requireNonNull(fixture.task(arn).stop()).reason())
                .startsWith("ContainerNetworkingError: ");
    }

    @Test
    void aStartTimeoutWakesTheTaskByItself() {
        TaskArn arn =
                fixture.runBridge(
                        "t",
                        container("db").checked().startTimeout(Duration.ofSeconds(20)),
                        container("app").after("db", HEALTHY));
        fixture.up(arn, "db");
        assertThat(fixture.loop.timerTags()).contains("task/" + arn);
        fixture.runtime.take();

        fixture.loop.advance(Duration.ofSeconds(20));
        assertThat(fixture.task(arn).stopping()).isTrue();
        assertThat(fixture.effects()).containsExactly("StopContainer docker-db");
        assertThat(fixture.loop.timerTags()).doesNotContain("task/" + arn);
    }

    @Test
    void aStartThatSucceedsForATaskThatIsGoneIsUndone() {
        fixture.startedAs(Tasks.arn("gone"), "app", "docker-late");
        fixture.tell(new RuntimeEvent.NamespaceReady("eni-gone", "pause-late"));

        assertThat(fixture.effects())
                .containsExactly("RemoveUnknown docker-late", "RemoveUnknown pause-late");
    }

    @Test
    void anEventThatCannotBeTakenDoesNotHarmTheNext() {
        TaskArn arn = fixture.runBridge("t", container("app"));

        fixture.pulled(arn, "nobody");
        fixture.up(arn, "app");
        assertThat(fixture.task(arn).lastStatus()).isEqualTo(TaskStatus.RUNNING);
    }

    @Test
    void aTaskThatRunsIsNotTakenForCleaned() {
        TaskArn arn = fixture.runBridge("t", container("app"));

        fixture.tell(new RuntimeEvent.TaskRemoved(arn));
        assertThat(fixture.task(arn).cleaned()).isFalse();
    }

    @Test
    void healthChangesReachTheTask() {
        TaskArn arn = fixture.runBridge("t", container("app").checked());
        fixture.up(arn, "app");

        fixture.tell(
                new RuntimeEvent.ContainerHealth(arn, "app", "docker-app", HealthStatus.HEALTHY));
        assertThat(fixture.task(arn).health()).isEqualTo(HealthStatus.HEALTHY);
    }

    @Test
    void aFailedStartStopsTheTask() {
        TaskArn arn = fixture.runBridge("t", container("app"));
        fixture.pulled(arn, "app");
        fixture.tell(new RuntimeEvent.ContainerFailed(arn, "app", "CannotStartContainerError: no"));

        assertThat(fixture.container(arn, "app").phase()).isEqualTo(ContainerPhase.STOPPED);
        assertThat(fixture.task(arn).lastStatus()).isEqualTo(TaskStatus.STOPPED);

        TaskArn other = fixture.runBridge("u", container("app"));
        fixture.tell(
                new RuntimeEvent.ImagePullFailed(other, "app", "CannotPullContainerError: no"));
        assertThat(fixture.task(other).lastStatus()).isEqualTo(TaskStatus.STOPPED);
    }

    @Test
    void stoppedTasksAndClientTokensAreForgottenInTime() {
        TaskArn cleaned = fixture.runBridge("cleaned", container("app"));
        TaskArn dirty = fixture.runBridge("dirty", container("app"));
        assertThat(fixture.stop(cleaned)).isCompleted();
        assertThat(fixture.stop(dirty)).isCompleted();
        fixture.tell(new RuntimeEvent.TaskRemoved(cleaned));
        assertThat(fixture.putToken("past")).isCompleted();

        fixture.loop.advance(EngineFixture.RETENTION);
        assertThat(fixture.world.tasks().get(cleaned)).isNotNull();
        assertThat(fixture.world.clientTokens().size()).isZero();

        fixture.loop.advance(Duration.ofMinutes(2));
        assertThat(fixture.world.tasks().get(cleaned)).isNull();
        assertThat(fixture.world.tasks().get(dirty)).isNotNull();
    }

    @Test
    void resetForgetsEverythingAndEndsWhenTheRuntimeIsEmpty() {
        TaskArn arn = fixture.runFargate(container("app"));
        fixture.namespaceReady(fixture.eniOf(arn));
        fixture.runtime.take();

        CompletableFuture<Void> done = fixture.engine.reset();
        fixture.loop.drain();
        assertThat(fixture.effects()).containsExactly("RemoveAll");
        assertThat(fixture.world.tables()).allMatch(table -> table.size() == 0);
        assertThat(fixture.journal.rows.values()).allMatch(rows -> rows.isEmpty());
        assertThat(done).isNotDone();

        fixture.up(arn, "app");
        assertThat(fixture.effects()).containsExactly("RemoveUnknown docker-app");

        fixture.tell(new RuntimeEvent.AllRemoved());
        assertThat(done).isCompleted();
    }

    @Test
    void eachResetWaitsForItsOwnAnswer() {
        CompletableFuture<Void> first = fixture.engine.reset();
        CompletableFuture<Void> second = fixture.engine.reset();
        fixture.loop.drain();

        fixture.tell(new RuntimeEvent.AllRemoved());
        assertThat(first).isCompleted();
        assertThat(second).isNotDone();

        fixture.tell(new RuntimeEvent.AllRemoved());
        assertThat(second).isCompleted();
        fixture.tell(new RuntimeEvent.AllRemoved());
    }

    @Test
    void aJournalThatCannotBeReadStopsTheEngineBeforeItRemovesAnything() {
        stopsBeforeItRemovesAnything(new IOException("not a database"));
        stopsBeforeItRemovesAnything(new OutOfMemoryError("for a moment"));
    }

    private static void stopsBeforeItRemovesAnything(Throwable failure) {
        EngineFixture broken = new EngineFixture(1);
        broken.journal.failWith(failure);
        CompletableFuture<Void> recovered = broken.start();
        broken.journal.failWith(null);
        assertThatThrownBy(recovered::join).hasRootCause(failure);

        broken.inventory(
                List.of(EngineFixture.running(Tasks.arn("t"), "app", broken.loop.clock().now())),
                List.of());
        assertThat(broken.effects()).isEmpty();
        assertThat(broken.putToken("a")).isCompletedExceptionally();
        CompletableFuture<Void> reset = broken.engine.reset();
        broken.loop.drain();
        assertThat(reset).isCompletedExceptionally();
        broken.loop.advance(Duration.ofMinutes(5));
        assertThat(broken.journal.batches).isEmpty();
    }
}
