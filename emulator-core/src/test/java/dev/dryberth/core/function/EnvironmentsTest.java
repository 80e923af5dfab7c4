package dev.dryberth.core.function;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dryberth.core.function.Environments.Call;
import dev.dryberth.core.model.FunctionArn;
import dev.dryberth.core.model.LambdaFunction.Image;
import dev.dryberth.core.model.LambdaFunction.Recipe;
import dev.dryberth.core.model.LambdaFunction.Settings;
import dev.dryberth.core.model.Scope;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

class EnvironmentsTest {

    private static final Instant START = Instant.parse("2026-11-01T00:00:00Z");
    private static final Scope SCOPE = new Scope("us-east-1", "000000000000");
    private static final FunctionArn A = new FunctionArn(SCOPE, "a");
    private static final FunctionArn B = new FunctionArn(SCOPE, "b");
    private static final Duration TIMEOUT = Duration.ofSeconds(3);

    private Instant now = START;
    private int ids;
    private final Environments environments = new Environments(() -> Integer.toString(++ids));

    @BeforeEach
    void define() {
        assertThat(environments.define(A, recipe("sha256:1"), now)).isEmpty();
        assertThat(environments.define(B, recipe("sha256:1"), now)).isEmpty();
    }

    private static Recipe recipe(String imageId) {
        return new Recipe(
                new Image("hello:1", imageId, null),
                new Settings(
                        "role",
                        "",
                        (int) TIMEOUT.toSeconds(),
                        128,
                        512,
                        Map.of(),
                        List.of(),
                        List.of(),
                        null,
                        "x86_64"));
    }

    /** {@code start 1}, {@code deliver x to 1}, {@code finish x: …}, {@code refuse x: …}. */
    private static List<String> texts(List<Act> acts) {
        return acts.stream()
                .map(act ->
                        switch (act) {
                            case Act.Start start -> "start " + start.environmentId();
                            case Act.Remove remove -> "remove " + remove.environmentId();
                            case Act.Deliver deliver ->
                                    "deliver "
                                            + deliver.call().id()
                                            + " to "
                                            + deliver.environmentId();
                            case Act.Finish finish ->
                                    "finish " + finish.call().id() + ": " + text(finish.what());
                            case Act.Refuse refuse ->
                                    "refuse " + refuse.call().id() + ": " + text(refuse.what());
                        })
                .toList();
    }

    private static String text(Invocation what) {
        return switch (what) {
            case Invocation.Returned(byte[] payload) -> new String(payload, StandardCharsets.UTF_8);
            case Invocation.Failed(String error, byte[] payload) ->
                    error + " " + new String(payload, StandardCharsets.UTF_8);
            case Invocation.NotInvoked(Invocation.Cause cause, String message) ->
                    cause + " " + message;
        };
    }

    private List<String> call(FunctionArn function, String id) {
        return texts(environments.call(new Call(id, function), now));
    }

    /** One that has begun and asks. */
    private List<String> ready(String id) {
        environments.started(id, "10.0.0." + id, now);
        return asked(id);
    }

    private List<String> asked(String id) {
        return texts(environments.asked(id, now));
    }

    private List<String> answered(String id) {
        return texts(
                environments.answered(
                        id, FunctionErrors.result("{}".getBytes(StandardCharsets.UTF_8)), now));
    }

    private List<String> after(Duration wait) {
        now = now.plus(wait);
        return texts(environments.tick(now));
    }

    @Test
    void oneEnvironmentServesCallAfterCall() {
        assertThat(call(A, "x")).containsExactly("start 1");
        assertThat(environments.at("10.0.0.1")).isNull();
        assertThat(environments.isOneStarting()).isTrue();
        assertThat(ready("1")).containsExactly("deliver x to 1");
        assertThat(environments.at("10.0.0.1")).isEqualTo("1");
        assertThat(environments.has("1", "x")).isTrue();
        assertThat(environments.has("1", "y")).isFalse();
        assertThat(answered("1")).containsExactly("finish x: {}");
        assertThat(environments.has("1", "x")).isFalse();
        assertThat(asked("1")).isEmpty();
        assertThat(call(A, "y")).containsExactly("deliver y to 1");
    }

    @Test
    void callsAtOnceGetEnvironmentsOfTheirOwnUnlessOneIsAboutToAsk() {
        assertThat(call(A, "x")).containsExactly("start 1");
        assertThat(call(A, "y")).containsExactly("start 2");
        assertThat(ready("2")).containsExactly("deliver x to 2");
        assertThat(ready("1")).containsExactly("deliver y to 1");
        assertThat(answered("1")).containsExactly("finish y: {}");
        assertThat(call(A, "z")).isEmpty();
        assertThat(asked("1")).containsExactly("deliver z to 1");
    }

    @Test
    void whoAnswersAndDoesNotAskAgainIsReplaced() {
        call(A, "x");
        ready("1");
        answered("1");
        assertThat(call(A, "y")).isEmpty();
        assertThat(after(Environments.RETURN_LIMIT)).containsExactly("remove 1", "start 2");
        assertThat(ready("2")).containsExactly("deliver y to 2");
    }

    @Test
    void callsBeyondTheLimitAreThrottled() {
        for (int i = 1; i <= Environments.MAX_ENVIRONMENTS; i++) {
            assertThat(call(A, "x" + i)).containsExactly("start " + i);
        }
        assertThat(call(A, "y")).containsExactly("refuse y: THROTTLED Rate Exceeded.");
        assertThat(call(B, "z")).containsExactly("refuse z: THROTTLED Rate Exceeded.");
    }

    @Test
    void theOneThatWasIdleForLongestMakesRoom() {
        for (int i = 1; i <= Environments.MAX_ENVIRONMENTS; i++) {
            call(A, "x" + i);
        }
        for (int i = 1; i <= Environments.MAX_ENVIRONMENTS; i++) {
            ready(Integer.toString(i));
        }
        for (int i = Environments.MAX_ENVIRONMENTS; i >= 1; i--) {
            answered(Integer.toString(i));
            now = now.plusMillis(1);
            asked(Integer.toString(i));
        }
        assertThat(call(B, "y"))
                .containsExactly("remove " + Environments.MAX_ENVIRONMENTS, "start 11");
        assertThat(call(A, "z")).containsExactly("deliver z to 1");
    }

    @Test
    void nobodyStaysIdleForEver() {
        call(A, "x");
        ready("1");
        answered("1");
        asked("1");
        assertThat(after(Environments.IDLE_LIMIT.minusMillis(1))).isEmpty();
        assertThat(environments.wakeAt()).isEqualTo(now.plusMillis(1));
        assertThat(after(Duration.ofMillis(1))).containsExactly("remove 1");
        assertThat(environments.wakeAt()).isNull();
    }

    @Test
    void aCallThatTakesTooLongFailsWithItsEnvironment() {
        call(A, "x");
        ready("1");
        assertThat(after(TIMEOUT))
                .containsExactly(
                        "finish x: Unhandled {\"errorType\":\"Sandbox.Timedout\",\"errorMessage\":\"RequestId: x Error: Task timed out after 3.00 seconds\"}",
                        "remove 1");
        assertThat(environments.at("10.0.0.1")).isNull();
        assertThat(answered("1")).isEmpty();
    }

    @Test
    void oneThatNeverAsksFailsTheCallThatWaitsForIt() {
        call(A, "x");
        environments.started("1", "10.0.0.1", now);
        assertThat(after(Environments.INIT_LIMIT)).isEmpty();
        assertThat(after(TIMEOUT))
                .containsExactly(
                        "finish x: Unhandled {\"errorType\":\"Sandbox.Timedout\",\"errorMessage\":\"RequestId: x Error: Task timed out after 3.00 seconds\"}",
                        "remove 1");
    }

    @Test
    void aContainerThatEndsFailsWhatItHadOrWasMadeFor() {
        call(A, "x");
        call(A, "y");
        environments.started("1", "10.0.0.1", now);
        assertThat(texts(environments.exited("1", 1, now)))
                .containsExactly(
                        "finish x: Unhandled {\"errorType\":\"Runtime.ExitError\",\"errorMessage\":\"RequestId: x Error: Runtime exited with error: exit status 1\"}",
                        "remove 1");
        ready("2");
        assertThat(texts(environments.exited("2", 0, now)))
                .containsExactly(
                        "finish y: Unhandled {\"errorType\":\"Runtime.ExitError\",\"errorMessage\":\"RequestId: y Error: Runtime exited without providing a reason\"}",
                        "remove 2");
        assertThat(texts(environments.exited("2", 137, now))).isEmpty();
        call(A, "z");
        ready("3");
        assertThat(texts(environments.exited("3", 137, now)).getFirst())
                .contains("Runtime exited with error: signal: killed");
    }

    @Test
    void whoWaitedForTheNextOneGetsItWhenAnIdleOneEnds() {
        call(A, "x");
        ready("1");
        answered("1");
        call(A, "y");
        assertThat(texts(environments.exited("1", 0, now))).containsExactly("remove 1", "start 2");
    }

    @Test
    void oneThatSaysItCannotBeginFailsInItsOwnWords() {
        call(A, "x");
        assertThat(environments.mayFailToBegin("1")).isFalse();
        environments.started("1", "10.0.0.1", now);
        assertThat(environments.mayFailToBegin("1")).isTrue();
        Invocation why =
                FunctionErrors.unhandled(
                        "{\"errorMessage\":\"no\"}".getBytes(StandardCharsets.UTF_8));
        assertThat(texts(environments.couldNotBegin("1", why, now)))
                .containsExactly("finish x: Unhandled {\"errorMessage\":\"no\"}", "remove 1");
    }

    @Test
    void oneThatCannotBeMadeFailsItsCall() {
        call(A, "x");
        assertThat(texts(environments.failed("1", false, "no such image", now)))
                .containsExactly("finish x: SERVICE_FAILED no such image", "remove 1");
        call(A, "y");
        assertThat(
                        texts(environments.failed("2", true, "exec: \"/no\": not found", now))
                                .getFirst())
                .startsWith("finish y: Unhandled {\"errorType\":\"Runtime.InvalidEntrypoint\"");
    }

    @Test
    void aChangedFunctionLeavesNoneOfTheOldBehind() {
        call(A, "x");
        call(A, "y");
        call(A, "z");
        ready("1");
        ready("2");
        answered("2");
        asked("2");
        assertThat(texts(environments.define(A, recipe("sha256:2"), now)))
                .containsExactly("remove 3");
        assertThat(answered("1")).containsExactly("finish x: {}", "remove 1");
        assertThat(answered("2")).containsExactly("finish z: {}", "remove 2");
        assertThat(call(A, "w")).containsExactly("start 4");
    }

    @Test
    void callsThatWaitForAnOldOneGetANewOne() {
        call(A, "x");
        assertThat(texts(environments.define(A, recipe("sha256:2"), now)))
                .containsExactly("remove 1", "start 2");
        assertThat(ready("2")).containsExactly("deliver x to 2");
    }

    @Test
    void aDeletedFunctionIsCalledNoMore() {
        call(A, "x");
        ready("1");
        call(A, "y");
        assertThat(texts(environments.forget(A)))
                .containsExactly("remove 2", "refuse y: NOT_FOUND Function not found: " + A.text());
        assertThat(call(A, "z"))
                .containsExactly("refuse z: NOT_FOUND Function not found: " + A.text());
        assertThat(answered("1")).containsExactly("finish x: {}", "remove 1");
    }

    @Test
    void clearingEndsEveryCall() {
        call(A, "x");
        ready("1");
        call(B, "y");
        assertThat(texts(environments.clear()))
                .containsExactly(
                        "refuse x: NOT_FOUND Function not found: " + A.text(),
                        "remove 1",
                        "remove 2",
                        "refuse y: NOT_FOUND Function not found: " + B.text());
        assertThat(environments.running()).isEmpty();
    }
}
