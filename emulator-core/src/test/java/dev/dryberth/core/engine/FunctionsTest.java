package dev.dryberth.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dryberth.core.function.Called;
import dev.dryberth.core.function.Invocation;
import dev.dryberth.core.function.RuntimeApi;
import dev.dryberth.core.function.RuntimeApi.Next;
import dev.dryberth.core.function.RuntimeApi.Reply;
import dev.dryberth.core.function.RuntimeDoor;
import dev.dryberth.core.model.FunctionArn;
import dev.dryberth.core.model.LambdaFunction;
import dev.dryberth.core.model.LambdaFunction.Settings;
import dev.dryberth.core.model.LambdaFunction.State;
import dev.dryberth.core.runtime.Effect;
import dev.dryberth.core.runtime.FunctionEffect;
import dev.dryberth.core.runtime.FunctionEvent;
import dev.dryberth.core.runtime.FunctionEvent.ObservedEnvironment;
import dev.dryberth.core.runtime.FunctionSpec;
import dev.dryberth.core.runtime.RuntimeEvent;
import dev.dryberth.core.task.Tasks;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;

/** Functions between a fake runtime and a fake door. */
class FunctionsTest {

    private static final FunctionArn HELLO = new FunctionArn(Tasks.SCOPE, "hello");
    private static final String GATEWAY = "172.30.0.1";

    private static final Called NOTHING = new Called(new Invocation.Returned(new byte[0]), null);

    private final Door door = new Door();
    private EngineFixture fixture;
    private Functions functions;

    private static final class Door implements RuntimeDoor {
        final List<String> said = new ArrayList<>();
        @Nullable String problem;

        @Override
        public CompletableFuture<String> open(String address, RuntimeApi api) {
            said.add("open " + address);
            return problem == null
                    ? CompletableFuture.completedFuture(address + ":9001")
                    : CompletableFuture.failedFuture(new IOException(problem));
        }

        @Override
        public void close() {
            said.add("close");
        }
    }

    @BeforeEach
    void start() {
        fixture = EngineFixture.started(0);
        prepare();
    }

    private void prepare() {
        functions = fixture.engine.functions();
        functions.serveThrough(door);
        fixture.runtime.take();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private void create() {
        var _ =
                fixture.submit(tx -> {
                    LambdaFunction row =
                            new LambdaFunction(
                                    HELLO,
                                    "hello:1",
                                    true,
                                    null,
                                    null,
                                    settings(3),
                                    fixture.loop.clock().now(),
                                    "r",
                                    List.of());
                    tx.put(tx.world().functions(), HELLO, row);
                    return row;
                });
    }

    private static Settings settings(int timeout) {
        return new Settings(
                "role",
                "",
                timeout,
                256,
                512,
                Map.of("COLOUR", "blue"),
                List.of(),
                List.of("app.handler"),
                null,
                "x86_64");
    }

    private void createActive() {
        create();
        tell(new FunctionEvent.ImageFound(HELLO, "hello:1", "sha256:one", null));
        fixture.runtime.take();
    }

    private void tell(FunctionEvent event) {
        fixture.tell(new RuntimeEvent.OfFunctions(event));
    }

    private List<FunctionEffect> effects() {
        return fixture.runtime.take().stream()
                .map(effect -> ((Effect.ForFunctions) effect).effect())
                .toList();
    }

    private CompletableFuture<Called> call(String payload) {
        CompletableFuture<Called> result = functions.call(HELLO, bytes(payload), null, false);
        fixture.loop.drain();
        return result;
    }

    /** The container that was asked for last, running at an address. */
    private FunctionSpec started(String address) {
        FunctionSpec spec = ((FunctionEffect.StartEnvironment) effects().getLast()).spec();
        tell(new FunctionEvent.EnvironmentStarted(spec.environmentId(), address));
        return spec;
    }

    private CompletableFuture<@Nullable Next> next(String address) {
        CompletableFuture<@Nullable Next> next = functions.next(address);
        fixture.loop.drain();
        return next;
    }

    private Reply respond(String address, String id, String payload) {
        CompletableFuture<Reply> reply = functions.respond(address, id, bytes(payload));
        fixture.loop.drain();
        return reply.getNow(Reply.FORBIDDEN);
    }

    private FunctionSpec firstStarted(String address) {
        assertThat(effects()).containsExactly(new FunctionEffect.MakeNetwork());
        tell(new FunctionEvent.NetworkReady(GATEWAY));
        return started(address);
    }

    @Test
    void aFunctionIsActiveWhenItsImageIsFound() {
        create();
        assertThat(effects()).containsExactly(new FunctionEffect.FindImage(HELLO, "hello:1"));
        assertThat(row().state()).isEqualTo(State.PENDING);
        tell(new FunctionEvent.ImageFound(HELLO, "hello:0", "sha256:zero", null));
        assertThat(row().state()).isEqualTo(State.PENDING);
        tell(new FunctionEvent.ImageFound(HELLO, "hello:1", "sha256:one", null));
        assertThat(row().state()).isEqualTo(State.ACTIVE);
    }

    private LambdaFunction row() {
        return Objects.requireNonNull(fixture.world.functions().get(HELLO));
    }

    @Test
    void aFunctionWithoutItsImageHasFailedAndSaysWhy() {
        create();
        tell(new FunctionEvent.ImageNotFound(HELLO, "hello:1", "no such image"));
        assertThat(row().state()).isEqualTo(State.FAILED);
        assertThat(call("{}").getNow(NOTHING).what())
                .isEqualTo(
                        new Invocation.NotInvoked(
                                Invocation.Cause.SERVICE_FAILED,
                                "function hello is FAILED: no such image"));
    }

    @Test
    void aCallGoesThroughAContainerAndComesBack() {
        createActive();
        CompletableFuture<Called> result = call("{\"a\":1}");
        FunctionSpec spec = firstStarted("172.30.0.2");
        assertThat(door.said).containsExactly("open " + GATEWAY);
        assertThat(spec.imageId()).isEqualTo("sha256:one");
        assertThat(spec.memoryMiB()).isEqualTo(256);
        assertThat(spec.environment())
                .contains(
                        "COLOUR=blue",
                        "AWS_LAMBDA_RUNTIME_API=" + GATEWAY + ":9001",
                        "AWS_LAMBDA_FUNCTION_NAME=hello",
                        "AWS_LAMBDA_FUNCTION_VERSION=$LATEST",
                        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE=256",
                        "AWS_REGION=" + Tasks.SCOPE.region());

        Next next = Objects.requireNonNull(next("172.30.0.2").getNow(null));
        assertThat(next.payload()).isEqualTo(bytes("{\"a\":1}"));
        assertThat(next.functionArn()).isEqualTo(HELLO.text());
        assertThat(next.deadline()).isEqualTo(fixture.loop.clock().now().plusSeconds(3));
        assertThat(next.traceId())
                .matches("Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=[0-9a-f]{16};.*");

        assertThat(respond("172.30.0.3", next.callId(), "{}")).isEqualTo(Reply.FORBIDDEN);
        assertThat(respond("172.30.0.2", "other", "{}")).isEqualTo(Reply.UNKNOWN_CALL);
        assertThat(result).isNotDone();
        assertThat(respond("172.30.0.2", next.callId(), "\"hi\"")).isEqualTo(Reply.ACCEPTED);
        assertThat(((Invocation.Returned) result.getNow(NOTHING).what()).payload())
                .isEqualTo(bytes("\"hi\""));
        assertThat(respond("172.30.0.2", next.callId(), "\"hi\"")).isEqualTo(Reply.UNKNOWN_CALL);
    }

    @Test
    void whoAsksBeforeItsAddressIsKnownIsRememberedAndAnybodyElseRefused() {
        createActive();
        assertThat(next("172.30.0.2").getNow(null)).isNull();
        CompletableFuture<Called> result = call("{}");
        assertThat(effects()).containsExactly(new FunctionEffect.MakeNetwork());
        tell(new FunctionEvent.NetworkReady(GATEWAY));
        CompletableFuture<@Nullable Next> itself = next("172.30.0.2");
        CompletableFuture<@Nullable Next> other = next("172.30.0.9");
        started("172.30.0.2");
        assertThat(itself.getNow(null)).isNotNull();
        assertThat(other.getNow(null)).isNull();
        assertThat(result).isNotDone();
    }

    @Test
    void theLogComesWithTheAnswerWhenItIsAskedFor() {
        createActive();
        CompletableFuture<Called> result = functions.call(HELLO, bytes("{}"), null, true);
        fixture.loop.drain();
        FunctionSpec spec = firstStarted("172.30.0.2");
        String id = Objects.requireNonNull(next("172.30.0.2").getNow(null)).callId();
        respond("172.30.0.2", id, "{}");
        assertThat(result).isNotDone();
        FunctionEffect.ReadLog read = (FunctionEffect.ReadLog) effects().getLast();
        assertThat(read.environmentId()).isEqualTo(spec.environmentId());
        tell(new FunctionEvent.LogRead(id, "x".repeat(5000) + "\nlast words\n"));
        String tail =
                new String(
                        Objects.requireNonNull(result.getNow(NOTHING).logTail()),
                        StandardCharsets.UTF_8);
        assertThat(tail)
                .hasSize(4096)
                .contains("x\nlast words\nEND RequestId: " + id + "\nREPORT RequestId: " + id);
    }

    @Test
    void aTimeoutAnswersAndRemovesTheContainer() {
        createActive();
        CompletableFuture<Called> result = call("{}");
        FunctionSpec spec = firstStarted("172.30.0.2");
        assertThat(next("172.30.0.2")).isDone();
        fixture.loop.advance(Duration.ofSeconds(3));
        assertThat(
                        new String(
                                ((Invocation.Failed) result.getNow(NOTHING).what()).payload(),
                                StandardCharsets.UTF_8))
                .contains("Task timed out after 3.00 seconds");
        assertThat(effects())
                .extracting(Object::getClass)
                .containsExactly(
                        FunctionEffect.ReadLog.class, FunctionEffect.RemoveEnvironment.class);
        assertThat(next("172.30.0.2").getNow(null)).isNull();
        assertThat(spec.function()).isEqualTo(HELLO);
    }

    @Test
    void aDoorThatCannotBeOpenedIsTheAnswer() {
        createActive();
        door.problem = "Cannot listen on 172.30.0.1";
        CompletableFuture<Called> result = call("{}");
        tell(new FunctionEvent.NetworkReady(GATEWAY));
        assertThat(((Invocation.NotInvoked) result.getNow(NOTHING).what()).message())
                .contains("Cannot listen on 172.30.0.1", "a Docker engine whose networks are");
        // And the next call tries again.
        door.problem = null;
        fixture.runtime.take();
        CompletableFuture<Called> again = call("{}");
        firstStarted("172.30.0.2");
        assertThat(next("172.30.0.2").getNow(null)).isNotNull();
        assertThat(again).isNotDone();
    }

    @Test
    void callsOfFunctionsThatAreNotHereAreHandedOn() {
        List<String> handedOn = new ArrayList<>();
        fixture.engine.invokeFunctionsThrough((arn, payload) -> {
            handedOn.add(arn);
            return CompletableFuture.completedFuture(new Invocation.Returned(payload));
        });
        CompletableFuture<Invocation> elsewhere = functions.invoke(HELLO.text(), bytes("{}"));
        fixture.loop.drain();
        assertThat(elsewhere).isCompleted();
        assertThat(functions.invoke(HELLO.text() + ":live", bytes("{}"))).isCompleted();
        assertThat(handedOn).containsExactly(HELLO.text(), HELLO.text() + ":live");

        createActive();
        CompletableFuture<Invocation> here =
                functions.invoke(HELLO.text() + ":$LATEST", bytes("{}"));
        fixture.loop.drain();
        assertThat(handedOn).hasSize(2);
        firstStarted("172.30.0.2");
        String id = Objects.requireNonNull(next("172.30.0.2").getNow(null)).callId();
        respond("172.30.0.2", id, "1");
        assertThat(here.getNow(null)).isInstanceOf(Invocation.Returned.class);
    }

    @Test
    void anEventIsTriedThreeTimes() {
        createActive();
        CompletableFuture<Boolean> taken = functions.event(HELLO, bytes("{}"), null);
        fixture.loop.drain();
        assertThat(taken.getNow(null)).isTrue();
        firstStarted("172.30.0.2");
        CompletableFuture<@Nullable Next> asking = next("172.30.0.2");
        for (int wait : new int[] {60, 120}) {
            fail(asking);
            asking = next("172.30.0.2");
            fixture.loop.advance(Duration.ofSeconds(wait - 1));
            assertThat(asking).isNotDone();
            fixture.loop.advance(Duration.ofSeconds(1));
        }
        fail(asking);
        fixture.loop.drain();
        assertThat(fixture.loop.timerTags()).noneMatch(tag -> tag.startsWith("function event"));
    }

    @Test
    void anEventIsForgottenWithItsFunctionAndByAReset() {
        createActive();
        var _ = functions.event(HELLO, bytes("{}"), null);
        fixture.loop.drain();
        firstStarted("172.30.0.2");
        fail(next("172.30.0.2"));
        assertThat(fixture.loop.timerTags()).anyMatch(tag -> tag.startsWith("function event"));
        var _ =
                fixture.submit(tx -> {
                    tx.delete(tx.world().functions(), HELLO);
                    return true;
                });
        fixture.loop.drain();
        assertThat(fixture.loop.timerTags()).noneMatch(tag -> tag.startsWith("function event"));
    }

    @Test
    void whoAsksAgainIsGivenTheCallOnceMore() {
        createActive();
        CompletableFuture<Called> result = call("{\"a\":1}");
        firstStarted("172.30.0.2");
        Next lost = Objects.requireNonNull(next("172.30.0.2").getNow(null));
        Next again = Objects.requireNonNull(next("172.30.0.2").getNow(null));
        assertThat(again.callId()).isEqualTo(lost.callId());
        assertThat(again.deadline()).isEqualTo(lost.deadline());
        assertThat(new String(again.payload(), StandardCharsets.UTF_8)).isEqualTo("{\"a\":1}");
        respond("172.30.0.2", again.callId(), "2");
        assertThat(result).isDone();
    }

    private void fail(CompletableFuture<@Nullable Next> asking) {
        String id = Objects.requireNonNull(asking.getNow(null)).callId();
        CompletableFuture<Reply> reply =
                functions.fail("172.30.0.2", id, bytes("{\"errorType\":\"Oops\"}"));
        fixture.loop.drain();
        assertThat(reply).isCompletedWithValue(Reply.ACCEPTED);
    }

    @Test
    void containersOfADaemonBeforeAreRemoved() {
        createActive();
        fixture = fixture.killed();
        prepare();
        fixture.inventory(List.of(), List.of());
        tell(
                new FunctionEvent.Observed(
                        fixture.loop.clock().now(),
                        List.of(new ObservedEnvironment("old", "docker-old", true))));
        assertThat(fixture.effects()).containsExactly("RemoveUnknown docker-old");
        assertThat(row().state()).isEqualTo(State.ACTIVE);
        CompletableFuture<Called> result = call("{}");
        firstStarted("172.30.0.2");
        assertThat(result).isNotDone();
        // And one that ended while nobody listened is noticed.
        assertThat(next("172.30.0.2")).isDone();
        tell(new FunctionEvent.Observed(fixture.loop.clock().now(), List.of()));
        assertThat(result.getNow(NOTHING).what()).isInstanceOf(Invocation.Failed.class);
    }

    @Test
    void aLookUpThatTheDaemonDidNotSurviveIsMadeAgain() {
        create();
        fixture = fixture.killed();
        prepare();
        fixture.inventory(List.of(), List.of());
        assertThat(effects()).containsExactly(new FunctionEffect.FindImage(HELLO, "hello:1"));
    }

    @Test
    void deletingRemovesTheContainer() {
        createActive();
        var _ = call("{}");
        FunctionSpec spec = firstStarted("172.30.0.2");
        String id = Objects.requireNonNull(next("172.30.0.2").getNow(null)).callId();
        respond("172.30.0.2", id, "1");
        CompletableFuture<@Nullable Next> asking = next("172.30.0.2");
        var _ =
                fixture.submit(tx -> {
                    tx.delete(tx.world().functions(), HELLO);
                    return true;
                });
        assertThat(effects())
                .containsExactly(new FunctionEffect.RemoveEnvironment(spec.environmentId()));
        assertThat(asking.getNow(null)).isNull();
    }

    @Test
    void aResetEndsCallsAndClosesTheDoor() {
        createActive();
        CompletableFuture<Called> result = call("{}");
        firstStarted("172.30.0.2");
        CompletableFuture<Void> reset = fixture.engine.reset();
        fixture.loop.drain();
        fixture.tell(new RuntimeEvent.AllRemoved());
        assertThat(reset).isCompleted();
        assertThat(result.getNow(NOTHING).what()).isInstanceOf(Invocation.NotInvoked.class);
        assertThat(door.said).containsExactly("open " + GATEWAY, "close");
    }

    @Test
    void theEndOfTheDaemonWaitsForTheContainers() {
        createActive();
        CompletableFuture<Called> result = call("{}");
        FunctionSpec spec = firstStarted("172.30.0.2");
        CompletableFuture<Void> released = fixture.engine.releasePool();
        fixture.loop.drain();
        assertThat(released).isNotDone();
        CompletableFuture<Called> late = call("{}");
        tell(new FunctionEvent.EnvironmentRemoved(spec.environmentId()));
        assertThat(released).isCompleted();
        assertThat(List.of(result, late))
                .as("calls, which the next daemon makes again")
                .allMatch(each -> !each.isDone());
    }
}
