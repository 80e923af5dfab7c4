package dev.dryberth.api.codedeploy;

import dev.dryberth.api.ecs.Replacements;
import dev.dryberth.core.engine.CodeDeployRecords;
import dev.dryberth.core.loop.Clock;
import dev.dryberth.core.loop.Ids;
import dev.dryberth.core.model.CodeDeployArn;
import dev.dryberth.core.model.CodeDeployArn.Kind;
import dev.dryberth.core.model.CodeDeployConfig;
import dev.dryberth.core.model.CodeDeployDeployment;
import dev.dryberth.core.model.CodeDeployDeployment.Failure;
import dev.dryberth.core.model.CodeDeployDeployment.Status;
import dev.dryberth.core.model.CodeDeployDeployment.Step;
import dev.dryberth.core.model.CodeDeployDeployment.StepStatus;
import dev.dryberth.core.model.CodeDeployGroup;
import dev.dryberth.core.model.CodeDeployRules;
import dev.dryberth.core.model.Hook;
import dev.dryberth.core.model.ListenerArn;
import dev.dryberth.core.model.RolloutRules;
import dev.dryberth.core.model.Scope;
import dev.dryberth.core.model.Shift;
import dev.dryberth.core.model.Stage;
import dev.dryberth.core.model.TargetGroup;
import dev.dryberth.core.model.TargetGroupArn;
import dev.dryberth.core.state.Tx;
import dev.dryberth.core.state.World;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.codedeploy.model.AlarmConfiguration;
import software.amazon.awssdk.services.codedeploy.model.AutoRollbackConfiguration;
import software.amazon.awssdk.services.codedeploy.model.AutoRollbackEvent;
import software.amazon.awssdk.services.codedeploy.model.CreateDeploymentRequest;
import software.amazon.awssdk.services.codedeploy.model.CreateDeploymentResponse;
import software.amazon.awssdk.services.codedeploy.model.DeploymentGroupInfo;
import software.amazon.awssdk.services.codedeploy.model.DeploymentInfo;
import software.amazon.awssdk.services.codedeploy.model.RevisionLocation;
import software.amazon.awssdk.services.codedeploy.model.TargetGroupInfo;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * CreateDeployment: makes of an AppSpec file and a deployment group the roll-out that the service
 * scheduler carries out. What can't be rolled out is a deployment that has failed at once, as on
 * AWS; only a request that makes no sense is refused. Loop thread.
 */
final class DeploymentRequests {

    private static final int MAX_DESCRIPTION_LENGTH = 1000;

    private final Clock clock;
    private final Ids ids;
    private final Replacements replacements;

    DeploymentRequests(Clock clock, Ids ids, Replacements replacements) {
        this.clock = clock;
        this.ids = ids;
        this.replacements = replacements;
    }

    CreateDeploymentResponse createDeployment(Tx tx, CreateDeploymentRequest request) {
        World world = tx.world();
        CodeDeployGroup group =
                Rows.group(world, request.applicationName(), request.deploymentGroupName());
        if (request.description() != null
                && request.description().length() > MAX_DESCRIPTION_LENGTH) {
            throw CodeDeployErrors.of("DescriptionTooLong", "The description is too long.");
        }
        if (request.targetInstances() != null) {
            throw CodeDeployErrors.of(
                    "InvalidTargetInstances", "Instances can't be targets of an ECS deployment.");
        }
        DeploymentGroupInfo info = GroupDocuments.of(group);
        CodeDeployConfig config =
                DeploymentConfigs.existing(
                        world,
                        Objects.requireNonNullElse(
                                request.deploymentConfigName(), info.deploymentConfigName()));
        AppSpec spec = AppSpec.parse(content(request.revision()), Rows.scope());
        requireIdle(world, group);
        CodeDeployArn arn =
                new CodeDeployArn(Rows.scope(), Kind.DEPLOYMENT, CodeDeployRecords.id(ids));
        AutoRollbackConfiguration rollback =
                request.autoRollbackConfiguration() == null
                        ? info.autoRollbackConfiguration()
                        : request.autoRollbackConfiguration();
        AlarmConfiguration alarms =
                request.overrideAlarmConfiguration() == null
                        ? info.alarmConfiguration()
                        : request.overrideAlarmConfiguration();
        Replacements.Wish wish = wish(world, arn, group, info, config, spec, rollback, alarms);
        Replacements.Outcome outcome =
                wish == null
                        ? new Replacements.Outcome.Refused(
                                "ELASTIC_LOAD_BALANCING_INVALID", // [?] the code
                                "The target groups of the deployment group do not exist.")
                        : replacements.begin(tx, wish);
        CodeDeployDeployment row =
                row(
                        arn,
                        group,
                        outcome,
                        wish != null && wish.testListener() != null,
                        document(request, info, config, rollback));
        tx.put(world.codeDeployDeployments(), arn, row);
        CodeDeployRecords.prune(tx, group.arn());
        return CreateDeploymentResponse.builder().deploymentId(arn.name()).build();
    }

    private static void requireIdle(World world, CodeDeployGroup group) {
        for (CodeDeployDeployment each : CodeDeployRecords.of(world, group.arn())) {
            if (!each.status().terminal()) {
                throw CodeDeployErrors.of(
                        "DeploymentLimitExceeded",
                        "The Deployment Group '%s' already has an active Deployment '%s'"
                                .formatted(group.name(), each.arn().name()));
            }
        }
    }

    private static String content(@Nullable RevisionLocation revision) {
        if (revision == null) {
            throw CodeDeployErrors.of("RevisionRequired", "The revision ID was not specified.");
        }
        String type = revision.revisionTypeAsString();
        if ("AppSpecContent".equals(type) && revision.appSpecContent() != null) {
            String content = revision.appSpecContent().content();
            checkDigest(content, revision.appSpecContent().sha256());
            return Objects.requireNonNullElse(content, "");
        }
        if ("String".equals(type) && revision.string() != null) {
            checkDigest(revision.string().content(), revision.string().sha256());
            return Objects.requireNonNullElse(revision.string().content(), "");
        }
        if ("S3".equals(type)) {
            throw CodeDeployErrors.notBuilt("revisions in S3 (use AppSpecContent)");
        }
        throw CodeDeployErrors.of(
                "InvalidRevision",
                "The revision must be an AppSpecContent for the compute platform ECS.");
    }

    private static void checkDigest(@Nullable String content, @Nullable String sha256) {
        if (content == null || sha256 == null || sha256.isEmpty()) {
            return;
        }
        String actual = HexFormat.of().formatHex(Digests.sha256(content));
        if (!actual.equals(sha256.toLowerCase(Locale.ROOT))) {
            throw CodeDeployErrors.of(
                    "InvalidRevision", "The sha256 is not that of the content: " + sha256);
        }
    }

    /** What the scheduler is asked for; null: a target group does not exist. */
    private static Replacements.@Nullable Wish wish(
            World world,
            CodeDeployArn arn,
            CodeDeployGroup group,
            DeploymentGroupInfo info,
            CodeDeployConfig config,
            AppSpec spec,
            @Nullable AutoRollbackConfiguration rollback,
            @Nullable AlarmConfiguration alarms) {
        var pair = GroupRules.pairOf(info);
        List<TargetGroupArn> groups = new ArrayList<>();
        for (TargetGroupInfo each : pair.targetGroups()) {
            TargetGroupArn found = targetGroup(world, arn.scope(), each.name());
            if (found == null) {
                return null;
            }
            groups.add(found);
        }
        ListenerArn production =
                Objects.requireNonNull(
                        GroupRules.listener("prodTrafficRoute", pair.prodTrafficRoute()));
        CodeDeployRules rules =
                new CodeDeployRules(
                        arn,
                        rollsBack(rollback, AutoRollbackEvent.DEPLOYMENT_FAILURE),
                        rollsBack(rollback, AutoRollbackEvent.DEPLOYMENT_STOP_ON_ALARM));
        return new Replacements.Wish(
                arn.name(),
                group.service(),
                spec.taskDefinition(),
                spec.container(),
                spec.containerPort(),
                spec.platformVersion(),
                spec.network(),
                spec.capacityProviders(),
                groups,
                production,
                GroupRules.listener("testTrafficRoute", pair.testTrafficRoute()),
                shift(info, config, spec, rules),
                alarms(alarms, rules));
    }

    private static @Nullable TargetGroupArn targetGroup(World world, Scope scope, String name) {
        for (TargetGroup each : world.targetGroups().all()) {
            if (each.arn().scope().equals(scope) && each.arn().name().equals(name)) {
                return each.arn();
            }
        }
        return null;
    }

    static boolean rollsBack(@Nullable AutoRollbackConfiguration asked, AutoRollbackEvent event) {
        return asked != null
                && Boolean.TRUE.equals(asked.enabled())
                && asked.events().contains(event);
    }

    private static RolloutRules.Alarms alarms(
            @Nullable AlarmConfiguration asked, CodeDeployRules rules) {
        if (asked == null || !Boolean.TRUE.equals(asked.enabled())) {
            return RolloutRules.Alarms.OFF;
        }
        return new RolloutRules.Alarms(
                true,
                rules.rollBackOnAlarm(),
                asked.alarms().stream().map(each -> String.valueOf(each.name())).toList());
    }

    private static Shift shift(
            DeploymentGroupInfo info,
            CodeDeployConfig config,
            AppSpec spec,
            CodeDeployRules rules) {
        var waits = info.blueGreenDeploymentConfiguration();
        Duration termination =
                minutes(
                        waits.terminateBlueInstancesOnDeploymentSuccess()
                                .terminationWaitTimeInMinutes());
        Duration ready = minutes(waits.deploymentReadyOption().waitTimeInMinutes());
        List<Hook> hooks = new ArrayList<>();
        for (Map.Entry<Stage, String> each : spec.hooks().entrySet()) {
            hooks.add(hook(each.getValue(), each.getKey(), CodeDeployRules.MAX_WAIT));
        }
        if (!ready.isZero()) {
            hooks.add(hook(null, Stage.POST_TEST_TRAFFIC_SHIFT, ready));
        }
        return new Shift(
                config.strategy(),
                config.percent() * Shift.ALL / 100,
                config.interval(),
                termination,
                List.copyOf(hooks),
                rules);
    }

    private static Hook hook(@Nullable String function, Stage stage, Duration timeout) {
        return new Hook(function, null, List.of(stage), null, timeout, Hook.OnTimeout.ROLLBACK);
    }

    private static Duration minutes(@Nullable Integer minutes) {
        return minutes == null ? Duration.ZERO : Duration.ofMinutes(minutes);
    }

    private CodeDeployDeployment row(
            CodeDeployArn arn,
            CodeDeployGroup group,
            Replacements.Outcome outcome,
            boolean tests,
            String document) {
        Instant now = clock.now();
        return switch (outcome) {
            case Replacements.Outcome.Begun begun ->
                    new CodeDeployDeployment(
                            arn,
                            group.arn(),
                            begun.rollout(),
                            group.service(),
                            begun.blue(),
                            begun.green(),
                            Status.CREATED,
                            null,
                            false,
                            null,
                            null,
                            steps(tests, StepStatus.PENDING),
                            document,
                            now,
                            null,
                            null,
                            now);
            case Replacements.Outcome.Refused(String code, String message) ->
                    new CodeDeployDeployment(
                            arn,
                            group.arn(),
                            null,
                            group.service(),
                            null,
                            null,
                            Status.FAILED,
                            new Failure(code, message),
                            false,
                            null,
                            null,
                            steps(tests, StepStatus.SKIPPED),
                            document,
                            now,
                            now,
                            now,
                            now);
        };
    }

    /** The lifecycle events of a deployment, in their order. */
    private static List<Step> steps(boolean tests, StepStatus status) {
        List<Step> steps = new ArrayList<>();
        for (Stage each : Stage.values()) {
            boolean ofTests =
                    each == Stage.TEST_TRAFFIC_SHIFT || each == Stage.POST_TEST_TRAFFIC_SHIFT;
            if (CodeDeployDeployment.eventOf(each) != null && (tests || !ofTests)) {
                steps.add(new Step(each, status, null, null));
            }
        }
        return List.copyOf(steps);
    }

    private static String document(
            CreateDeploymentRequest request,
            DeploymentGroupInfo info,
            CodeDeployConfig config,
            @Nullable AutoRollbackConfiguration rollback) {
        return GroupDocuments.text(
                DeploymentInfo.builder()
                        .applicationName(info.applicationName())
                        .deploymentGroupName(info.deploymentGroupName())
                        .deploymentConfigName(config.arn().name())
                        .revision(request.revision())
                        .description(request.description())
                        .autoRollbackConfiguration(rollback)
                        .deploymentStyle(info.deploymentStyle())
                        .blueGreenDeploymentConfiguration(info.blueGreenDeploymentConfiguration())
                        .loadBalancerInfo(info.loadBalancerInfo())
                        .overrideAlarmConfiguration(request.overrideAlarmConfiguration())
                        .computePlatform(info.computePlatform())
                        .build());
    }
}
