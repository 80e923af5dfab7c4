package dev.dryberth.core.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dryberth.core.balancing.ProbeResult;
import dev.dryberth.core.balancing.RuleTraffic;
import dev.dryberth.core.function.FunctionInvoker;
import dev.dryberth.core.function.Invocation;
import dev.dryberth.core.model.Deployment;
import dev.dryberth.core.model.Hook;
import dev.dryberth.core.model.HookRun;
import dev.dryberth.core.model.Lifecycle;
import dev.dryberth.core.model.RolloutRules;
import dev.dryberth.core.model.ServiceDeployment;
import dev.dryberth.core.model.ServiceRevision;
import dev.dryberth.core.model.Shift;
import dev.dryberth.core.model.Stage;
import dev.dryberth.core.model.TargetGroupArn;
import dev.dryberth.core.model.TargetState;
import dev.dryberth.core.model.Task;
import dev.dryberth.core.task.Tasks;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * A service whose deployments move traffic between two target groups, whose targets pass every
 * check, and whose hooks' functions answer what the test says.
 */
final class ShiftRun {

    static final TargetGroupArn ONE = group("one");
    static final TargetGroupArn TWO = group("two");
    static final String FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:check";

    final ServiceRun run;

    /** What functions were called with, oldest first. */
    final List<String> calls = new ArrayList<>();

    /** What they answer. */
    private FunctionInvoker answers = answering(() -> "{\"hookStatus\":\"SUCCEEDED\"}");

    /** Every stage, and with each step its traffic, in the order in which they were seen. */
    final List<String> stages = new ArrayList<>();

    String production = "";
    String test = "";

    ShiftRun(int desired, Shift shift) {
        this(desired, shift, RolloutRules.Breaker.OFF);
    }

    ShiftRun(int desired, Shift shift, RolloutRules.Breaker breaker) {
        run =
                new ServiceRun(
                        desired,
                        new RolloutRules(100, 200, breaker, RolloutRules.Alarms.OFF, null, shift));
        run.engine.invokeFunctionsThrough((function, payload) -> {
            calls.add(new String(payload, StandardCharsets.UTF_8));
            return answers.invoke(function, payload);
        });
        run.command(tx -> {
            ServiceRows.group(tx, ONE);
            ServiceRows.group(tx, TWO);
            production =
                    ServiceRows.listener(
                            tx, Tasks.SCOPE, "1b", new TreeMap<>(Map.of(ONE, 1, TWO, 0)));
            test =
                    ServiceRows.listener(
                            tx, Tasks.SCOPE, "3d", new TreeMap<>(Map.of(ONE, 1, TWO, 0)));
            return true;
        });
        run.balanced(
                Duration.ofSeconds(20),
                new ServiceRevision.Balanced(
                        ONE, false, "app", 80, new ServiceRevision.Pair(TWO, production, test)));
    }

    private static FunctionInvoker answering(Supplier<String> answer) {
        return (function, payload) ->
                CompletableFuture.completedFuture(
                        new Invocation.Returned(answer.get().getBytes(StandardCharsets.UTF_8)));
    }

    /** From now on functions answer with what {@code answer} says when they are called. */
    void answer(Supplier<String> answer) {
        answers = answering(answer);
    }

    /** From now on nobody hears of a function again. */
    void neverAnswer() {
        answers = (function, payload) -> new CompletableFuture<>();
    }

    /** From now on no function is found. */
    void unreachable(String why) {
        answers =
                (function, payload) ->
                        CompletableFuture.completedFuture(
                                new Invocation.NotInvoked(Invocation.Cause.NOT_FOUND, why));
    }

    private static TargetGroupArn group(String name) {
        return TargetGroupArn.parse(
                "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/" + name + "/0a");
    }

    static Shift blueGreen(Duration bake, Hook... hooks) {
        return new Shift(Shift.Strategy.BLUE_GREEN, Shift.ALL, Duration.ZERO, bake, List.of(hooks));
    }

    static Hook function(Stage... stages) {
        return new Hook(
                FUNCTION,
                "arn:aws:iam::123456789012:role/hooks",
                List.of(stages),
                "{\"team\":\"web\"}",
                Duration.ofMinutes(10),
                Hook.OnTimeout.ROLLBACK);
    }

    static Hook pause(Hook.OnTimeout onTimeout, Stage... stages) {
        return new Hook(null, null, List.of(stages), null, Duration.ofMinutes(10), onTimeout);
    }

    /** One whose first deployment is over. */
    ShiftRun created() {
        run.create(ServiceRun.GOOD);
        passSeconds(120);
        assertThat(lifecycle().stage()).isEqualTo(Stage.CLEAN_UP);
        assertThat(rollout().status()).isEqualTo(ServiceDeployment.Status.SUCCESSFUL);
        calls.clear();
        stages.clear();
        return this;
    }

    ShiftRun deploy(String image) {
        run.deploy(image);
        return this;
    }

    /** Lets time pass; targets that run pass their checks. */
    ShiftRun passSeconds(int seconds) {
        for (int i = 0; i < seconds * 10; i++) {
            watch();
            run.pass(Duration.ofMillis(100));
            watch();
            probe();
        }
        return this;
    }

    /** Targets that run pass a check. */
    void probe() {
        for (Task task : run.running()) {
            if (isInitial(task)) {
                run.probe(task, new ProbeResult.Passed());
            }
        }
    }

    private boolean isInitial(Task task) {
        return Objects.requireNonNull(task.membership()).targets().stream()
                .map(run.world.targets()::get)
                .anyMatch(each -> each != null && each.state() == TargetState.INITIAL);
    }

    private void watch() {
        Lifecycle now = lifecycle();
        String seen =
                "%s%s %d/%d"
                        .formatted(
                                now.goesBack() ? "back: " : "",
                                now.stage(),
                                now.test(),
                                now.production());
        if (stages.isEmpty() || !stages.getLast().equals(seen)) {
            stages.add(seen);
        }
    }

    ServiceDeployment rollout() {
        return run.rollout();
    }

    Lifecycle lifecycle() {
        return Objects.requireNonNull(rollout().lifecycle());
    }

    @Nullable SortedMap<TargetGroupArn, Integer> weights(String rule) {
        return RuleTraffic.weights(run.world, rule);
    }

    /** How many tasks of each image are targets of each group. */
    Map<String, Integer> registered() {
        Map<String, Integer> registered = new TreeMap<>();
        for (Task task : run.running()) {
            Objects.requireNonNull(task.membership())
                    .targets()
                    .forEach(each ->
                            registered.merge(
                                    each.group().name()
                                            + " "
                                            + task.container("app").recipe().image(),
                                    1,
                                    Integer::sum));
        }
        return registered;
    }

    HookRun waiting() {
        return lifecycle().runs().stream().filter(each -> !each.ended()).findFirst().orElseThrow();
    }

    void write(ServiceDeployment next) {
        run.command(tx -> {
            tx.put(run.world.serviceDeployments(), next.arn(), next);
            return true;
        });
    }

    List<Deployment> deployments() {
        return run.service().deployments();
    }
}
