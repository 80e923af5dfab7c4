package dev.dryberth.api.ecs;

import dev.dryberth.core.deployment.HookCall;
import dev.dryberth.core.model.Hook;
import dev.dryberth.core.model.Shift;
import dev.dryberth.core.model.Stage;
import dev.dryberth.core.wire.SdkJson;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.core.document.Document;
import software.amazon.awssdk.services.ecs.model.CanaryConfiguration;
import software.amazon.awssdk.services.ecs.model.DeploymentConfiguration;
import software.amazon.awssdk.services.ecs.model.DeploymentLifecycleHook;
import software.amazon.awssdk.services.ecs.model.DeploymentLifecycleHookTargetType;
import software.amazon.awssdk.services.ecs.model.DeploymentLifecycleHookTimeoutConfiguration;
import software.amazon.awssdk.services.ecs.model.DeploymentStrategy;
import software.amazon.awssdk.services.ecs.model.LinearConfiguration;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * The part of a deploymentConfiguration that says how traffic moves: BLUE_GREEN, LINEAR and CANARY
 * with their hooks.
 */
final class ShiftRules {

    /** Of each kind, in one service. */
    private static final int MAX_HOOKS = 10;

    private static final int MAX_BAKE_MINUTES = 1440;
    private static final int MAX_FUNCTION_MINUTES = 1440;
    private static final int MAX_PAUSE_MINUTES = 20_160;
    private static final int USUAL_HOOK_MINUTES = 1440;
    private static final double USUAL_CANARY_PERCENT = 5;
    private static final double LEAST_CANARY_PERCENT = 0.1;
    private static final int USUAL_CANARY_BAKE_MINUTES = 10;
    private static final double USUAL_STEP_PERCENT = 10;
    private static final double LEAST_STEP_PERCENT = 3;
    private static final int USUAL_STEP_BAKE_MINUTES = 6;

    private static final List<String> STAGES =
            List.of(
                    "RECONCILE_SERVICE",
                    "PRE_SCALE_UP",
                    "POST_SCALE_UP",
                    "TEST_TRAFFIC_SHIFT",
                    "POST_TEST_TRAFFIC_SHIFT",
                    "PRE_PRODUCTION_TRAFFIC_SHIFT",
                    "PRODUCTION_TRAFFIC_SHIFT",
                    "POST_PRODUCTION_TRAFFIC_SHIFT");

    private ShiftRules() {}

    /**
     * How traffic moves; null: the strategy is ROLLING.
     *
     * @param daemon whether the service has one task on every instance, which can only roll
     */
    static @Nullable Shift check(DeploymentConfiguration asked, boolean daemon) {
        DeploymentStrategy strategy = strategy(asked);
        if (asked.linearConfiguration() != null && strategy != DeploymentStrategy.LINEAR) {
            throw EcsErrors.invalidParameter(
                    "linearConfiguration is only valid for the LINEAR deployment strategy."); // [?]
        }
        if (asked.canaryConfiguration() != null && strategy != DeploymentStrategy.CANARY) {
            throw EcsErrors.invalidParameter(
                    "canaryConfiguration is only valid for the CANARY deployment strategy."); // [?]
        }
        List<Hook> hooks = hooks(asked.lifecycleHooks());
        if (strategy == DeploymentStrategy.ROLLING) {
            if (!hooks.isEmpty()) {
                throw EcsErrors.invalidParameter(
                        "lifecycleHooks are not supported for the ROLLING deployment strategy."); // [?]
            }
            return null;
        }
        if (daemon) {
            throw EcsErrors.invalidParameter(
                    "The daemon scheduling strategy does not support the deployment strategy "
                            + strategy
                            + "."); // [?]
        }
        Duration bake =
                asked.bakeTimeInMinutes() == null
                        ? null
                        : Duration.ofMinutes(asked.bakeTimeInMinutes());
        return switch (strategy) {
            case CANARY -> canary(asked.canaryConfiguration(), bake, hooks);
            case LINEAR -> linear(asked.linearConfiguration(), bake, hooks);
            case BLUE_GREEN, ROLLING, UNKNOWN_TO_SDK_VERSION ->
                    new Shift(Shift.Strategy.BLUE_GREEN, Shift.ALL, Duration.ZERO, bake, hooks);
        };
    }

    static DeploymentStrategy strategy(DeploymentConfiguration asked) {
        DeploymentStrategy strategy = asked.strategy();
        if (strategy == null) {
            return DeploymentStrategy.ROLLING;
        }
        if (strategy == DeploymentStrategy.UNKNOWN_TO_SDK_VERSION) {
            throw EcsErrors.notOneOf(
                    "strategy", List.of("ROLLING", "BLUE_GREEN", "LINEAR", "CANARY"));
        }
        return strategy;
    }

    private static Shift canary(
            @Nullable CanaryConfiguration asked, @Nullable Duration bake, List<Hook> hooks) {
        Double percent = asked == null ? null : asked.canaryPercent();
        Integer minutes = asked == null ? null : asked.canaryBakeTimeInMinutes();
        return new Shift(
                Shift.Strategy.CANARY,
                thousandths("canaryPercent", percent, USUAL_CANARY_PERCENT, LEAST_CANARY_PERCENT),
                minutes("canaryBakeTimeInMinutes", minutes, USUAL_CANARY_BAKE_MINUTES),
                bake,
                hooks);
    }

    private static Shift linear(
            @Nullable LinearConfiguration asked, @Nullable Duration bake, List<Hook> hooks) {
        Double percent = asked == null ? null : asked.stepPercent();
        Integer minutes = asked == null ? null : asked.stepBakeTimeInMinutes();
        return new Shift(
                Shift.Strategy.LINEAR,
                thousandths("stepPercent", percent, USUAL_STEP_PERCENT, LEAST_STEP_PERCENT),
                minutes("stepBakeTimeInMinutes", minutes, USUAL_STEP_BAKE_MINUTES),
                bake,
                hooks);
    }

    /** The configuration of the strategy as it is shown: complete. */
    static DeploymentConfiguration.Builder completed(
            DeploymentConfiguration.Builder echo, @Nullable Shift shift) {
        if (shift == null) {
            return echo.strategy(DeploymentStrategy.ROLLING);
        }
        int bake = Math.toIntExact(shift.stepBake().toMinutes());
        double percent = shift.step() / 10.0;
        return switch (shift.strategy()) {
            case BLUE_GREEN -> echo.strategy(DeploymentStrategy.BLUE_GREEN);
            case CANARY ->
                    echo.strategy(DeploymentStrategy.CANARY)
                            .canaryConfiguration(canary ->
                                    canary.canaryPercent(percent).canaryBakeTimeInMinutes(bake));
            case LINEAR ->
                    echo.strategy(DeploymentStrategy.LINEAR)
                            .linearConfiguration(linear ->
                                    linear.stepPercent(percent).stepBakeTimeInMinutes(bake));
        };
    }

    private static int thousandths(
            String member, @Nullable Double given, double usual, double least) {
        double percent = given == null ? usual : given;
        double thousandths = percent * 10;
        boolean step = Math.abs(thousandths - Math.rint(thousandths)) < 1e-6;
        if (!(percent >= least && percent <= 100) || !step) {
            throw EcsErrors.invalidParameter(
                    "%s must be a multiple of 0.1 from %s to 100.0, but was %s"
                            .formatted(member, least, percent)); // [?]
        }
        return (int) Math.rint(thousandths);
    }

    private static Duration minutes(String member, @Nullable Integer given, int usual) {
        int minutes = given == null ? usual : given;
        if (minutes < 0 || minutes > MAX_BAKE_MINUTES) {
            throw EcsErrors.outOfRange(member, 0, MAX_BAKE_MINUTES);
        }
        return Duration.ofMinutes(minutes);
    }

    private static List<Hook> hooks(List<DeploymentLifecycleHook> asked) {
        List<Hook> hooks = new ArrayList<>();
        for (DeploymentLifecycleHook each : asked) {
            hooks.add(hook(each));
        }
        long pauses = hooks.stream().filter(each -> each.function() == null).count();
        if (pauses > MAX_HOOKS || hooks.size() - pauses > MAX_HOOKS) {
            throw EcsErrors.invalidParameter(
                    "lifecycleHooks can have at most "
                            + MAX_HOOKS
                            + " hooks of each targetType."); // [?]
        }
        return List.copyOf(hooks);
    }

    private static Hook hook(DeploymentLifecycleHook asked) {
        DeploymentLifecycleHookTargetType type = asked.targetType();
        if (type == DeploymentLifecycleHookTargetType.UNKNOWN_TO_SDK_VERSION) {
            throw EcsErrors.invalidParameter(
                    "Invalid targetType. Valid values are: AWS_LAMBDA, PAUSE");
        }
        boolean pause = type == DeploymentLifecycleHookTargetType.PAUSE;
        if (pause && (asked.hookTargetArn() != null || asked.roleArn() != null)) {
            throw EcsErrors.invalidParameter(
                    "hookTargetArn and roleArn are not allowed for hooks of the targetType PAUSE."); // [?]
        }
        if (!pause) {
            requireArn("hookTargetArn", asked.hookTargetArn(), ":lambda:");
            requireArn("roleArn", asked.roleArn(), ":iam:");
        }
        return new Hook(
                pause ? null : asked.hookTargetArn(),
                asked.roleArn(),
                stages(asked, pause),
                details(asked.hookDetails()),
                timeout(asked.timeoutConfiguration(), pause),
                onTimeout(asked.timeoutConfiguration()));
    }

    private static @Nullable String details(@Nullable Document asked) {
        if (asked == null) {
            return null;
        }
        String text = asked.isMap() ? SdkJson.text(asked) : null;
        if (text == null || text.length() > HookCall.MAX_DETAILS) {
            throw EcsErrors.invalidParameter(
                    "hookDetails must be an object of at most %d characters of JSON"
                            .formatted(HookCall.MAX_DETAILS)); // [?]
        }
        return text;
    }

    private static void requireArn(String member, @Nullable String text, String service) {
        if (text == null || !text.startsWith("arn:") || !text.contains(service)) {
            throw EcsErrors.invalidParameter(
                    "%s must be an ARN, but was %s".formatted(member, text)); // [?]
        }
    }

    private static List<Stage> stages(DeploymentLifecycleHook asked, boolean pause) {
        List<String> named = asked.lifecycleStagesAsStrings();
        if (named.isEmpty()) {
            throw EcsErrors.invalidParameter(
                    "lifecycleStages can not be empty for a lifecycle hook."); // [?]
        }
        List<Stage> stages = new ArrayList<>();
        for (String each : named) {
            if (!STAGES.contains(each)) {
                throw EcsErrors.notOneOf("lifecycleStages", STAGES);
            }
            Stage stage = Stage.valueOf(each);
            if (pause && !stage.takesPauses()) {
                throw EcsErrors.invalidParameter("Invalid lifecycle stage provided for Pause Hook");
            }
            stages.add(stage);
        }
        return List.copyOf(stages);
    }

    private static Duration timeout(
            @Nullable DeploymentLifecycleHookTimeoutConfiguration asked, boolean pause) {
        Integer minutes = asked == null ? null : asked.timeoutInMinutes();
        int most = pause ? MAX_PAUSE_MINUTES : MAX_FUNCTION_MINUTES;
        if (minutes != null && (minutes < 1 || minutes > most)) {
            throw EcsErrors.outOfRange("timeoutConfiguration.timeoutInMinutes", 1, most);
        }
        return Duration.ofMinutes(Objects.requireNonNullElse(minutes, USUAL_HOOK_MINUTES));
    }

    private static Hook.OnTimeout onTimeout(
            @Nullable DeploymentLifecycleHookTimeoutConfiguration asked) {
        if (asked == null || asked.actionAsString() == null) {
            return Hook.OnTimeout.ROLLBACK;
        }
        for (Hook.OnTimeout each : Hook.OnTimeout.values()) {
            if (each.name().equals(asked.actionAsString())) {
                return each;
            }
        }
        throw EcsErrors.notOneOf("timeoutConfiguration.action", List.of("ROLLBACK", "CONTINUE"));
    }
}
