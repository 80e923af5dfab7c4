package dev.dryberth.core.simulation;

import dev.dryberth.core.balancing.RuleTraffic;
import dev.dryberth.core.deployment.Deployments;
import dev.dryberth.core.model.Hook;
import dev.dryberth.core.model.HookRun;
import dev.dryberth.core.model.Lifecycle;
import dev.dryberth.core.model.ServiceArn;
import dev.dryberth.core.model.ServiceDeployment;
import dev.dryberth.core.model.ServiceRevision;
import dev.dryberth.core.model.Shift;
import dev.dryberth.core.model.Stage;
import dev.dryberth.core.model.TargetGroupArn;
import dev.dryberth.core.service.ServiceRows;
import dev.dryberth.core.state.Tx;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;

/** What users do with deployments that move traffic. */
final class ShiftWorkload {

    private static final List<Shift.Strategy> STRATEGIES = List.of(Shift.Strategy.values());
    private static final int[] STEPS = {1, 55, 250, 333, 500, Shift.ALL};

    private final Faults faults;

    ShiftWorkload(Faults faults) {
        this.faults = faults;
    }

    /** Some way to move traffic, short enough to come to an end while nothing goes wrong. */
    Shift shift() {
        Shift.Strategy strategy = STRATEGIES.get(faults.below(STRATEGIES.size()));
        int step = STEPS[faults.below(STEPS.length)];
        List<Hook> hooks = new ArrayList<>();
        for (int i = faults.below(3); i > 0; i--) {
            hooks.add(hook());
        }
        return switch (strategy) {
            case BLUE_GREEN -> new Shift(strategy, Shift.ALL, Duration.ZERO, bake(), hooks);
            case CANARY -> new Shift(strategy, step, bake(), bake(), hooks);
            case LINEAR -> new Shift(strategy, Math.max(step, 250), bake(), bake(), hooks);
        };
    }

    private Duration bake() {
        return Duration.ofSeconds(faults.below(20));
    }

    private Hook hook() {
        boolean pause = faults.below(2) == 0;
        List<Stage> stages =
                Stream.of(Stage.values())
                        .filter(each -> pause ? each.takesPauses() : each.takesFunctions())
                        .toList();
        Stage stage = stages.get(faults.below(stages.size()));
        return new Hook(
                pause ? null : "arn:aws:lambda:eu-west-1:123456789012:function:check",
                null,
                List.of(stage),
                null,
                Duration.ofSeconds(30),
                faults.below(2) == 0 ? Hook.OnTimeout.CONTINUE : Hook.OnTimeout.ROLLBACK);
    }

    /** The two target groups of a service, with a rule for production traffic and one for tests. */
    static ServiceRevision.Balanced pair(Tx tx, ServiceArn service) {
        TargetGroupArn one = group(service, "one");
        TargetGroupArn two = group(service, "two");
        String production = rule(tx, service, "1b", one, two);
        String test = rule(tx, service, "3d", one, two);
        return new ServiceRevision.Balanced(
                one, false, "app", 80, new ServiceRevision.Pair(two, production, test));
    }

    private static TargetGroupArn group(ServiceArn service, String which) {
        return new TargetGroupArn(service.scope(), service.name() + "-" + which, "0a");
    }

    private static String rule(
            Tx tx, ServiceArn service, String id, TargetGroupArn one, TargetGroupArn two) {
        if (tx.world().targetGroups().get(one) == null) {
            ServiceRows.group(tx, one);
            ServiceRows.group(tx, two);
        }
        String listener = id + service.name();
        String known = ServiceRows.defaultRule(service.scope(), listener);
        if (RuleTraffic.weights(tx.world(), known) == null) {
            ServiceRows.listener(
                    tx, service.scope(), listener, new TreeMap<>(Map.of(one, 1, two, 0)));
        }
        return known;
    }

    /** Ends a pause of a roll-out, if there is one, this way or that. */
    @Nullable String act(Tx tx, @Nullable ServiceDeployment rollout) {
        Lifecycle lifecycle = rollout == null ? null : rollout.lifecycle();
        if (lifecycle == null || Objects.requireNonNull(rollout).status().terminal()) {
            return null;
        }
        for (HookRun each : lifecycle.runs()) {
            boolean on = faults.below(3) > 0;
            ServiceDeployment next = Deployments.continued(rollout, each.id(), on);
            if (next != null) {
                tx.put(tx.world().serviceDeployments(), next.arn(), next);
                return (on ? "continue " : "refuse ") + each.stage();
            }
        }
        return null;
    }
}
