package dev.dryberth.api.codedeploy;

import dev.dryberth.core.loop.Clock;
import dev.dryberth.core.loop.Ids;
import dev.dryberth.core.model.CodeDeployArn;
import dev.dryberth.core.model.CodeDeployArn.Kind;
import dev.dryberth.core.model.CodeDeployConfig;
import dev.dryberth.core.model.Scope;
import dev.dryberth.core.model.Shift.Strategy;
import dev.dryberth.core.state.Tx;
import dev.dryberth.core.state.World;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.codedeploy.model.ComputePlatform;
import software.amazon.awssdk.services.codedeploy.model.CreateDeploymentConfigRequest;
import software.amazon.awssdk.services.codedeploy.model.CreateDeploymentConfigResponse;
import software.amazon.awssdk.services.codedeploy.model.DeploymentConfigInfo;
import software.amazon.awssdk.services.codedeploy.model.GetDeploymentConfigRequest;
import software.amazon.awssdk.services.codedeploy.model.GetDeploymentConfigResponse;
import software.amazon.awssdk.services.codedeploy.model.ListDeploymentConfigsRequest;
import software.amazon.awssdk.services.codedeploy.model.ListDeploymentConfigsResponse;
import software.amazon.awssdk.services.codedeploy.model.TrafficRoutingConfig;
import software.amazon.awssdk.services.codedeploy.model.TrafficRoutingType;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** How traffic may move: what AWS defines for ECS, and what somebody made. Loop thread. */
final class DeploymentConfigs {

    static final String ALL_AT_ONCE = "CodeDeployDefault.ECSAllAtOnce";

    private static final String PREDEFINED = "CodeDeployDefault.";
    private static final int MAX_CONFIGS = 200;
    private static final int MAX_INTERVAL_MINUTES = 2880;

    private final Clock clock;
    private final Ids ids;

    DeploymentConfigs(Clock clock, Ids ids) {
        this.clock = clock;
        this.ids = ids;
    }

    /** A configuration by its name, predefined or made; null: there is none. */
    static @Nullable CodeDeployConfig find(World world, Scope scope, String name) {
        for (CodeDeployConfig each : predefined(scope)) {
            if (each.arn().name().equals(name)) {
                return each;
            }
        }
        return world.codeDeployConfigs().get(new CodeDeployArn(scope, Kind.CONFIG, name));
    }

    static CodeDeployConfig existing(World world, @Nullable String name) {
        String checked = CodeDeployErrors.name("DeploymentConfig", name);
        CodeDeployConfig found = find(world, Rows.scope(), checked);
        if (found == null) {
            throw CodeDeployErrors.of(
                    "DeploymentConfigDoesNotExist",
                    "No Deployment Configuration found for name: " + checked);
        }
        return found;
    }

    private static List<CodeDeployConfig> predefined(Scope scope) {
        return List.of(
                of(scope, "ECSAllAtOnce", Strategy.BLUE_GREEN, 100, 0),
                of(scope, "ECSCanary10Percent15Minutes", Strategy.CANARY, 10, 15),
                of(scope, "ECSCanary10Percent5Minutes", Strategy.CANARY, 10, 5),
                of(scope, "ECSLinear10PercentEvery1Minutes", Strategy.LINEAR, 10, 1),
                of(scope, "ECSLinear10PercentEvery3Minutes", Strategy.LINEAR, 10, 3));
    }

    private static CodeDeployConfig of(
            Scope scope, String name, Strategy strategy, int percent, int minutes) {
        CodeDeployArn arn = new CodeDeployArn(scope, Kind.CONFIG, PREDEFINED + name);
        return new CodeDeployConfig(
                arn,
                UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.US_ASCII)).toString(),
                strategy,
                percent,
                Duration.ofMinutes(minutes),
                Instant.EPOCH);
    }

    CreateDeploymentConfigResponse createDeploymentConfig(
            Tx tx, CreateDeploymentConfigRequest request) {
        String name = CodeDeployErrors.name("DeploymentConfig", request.deploymentConfigName());
        Applications.requireEcs(request.computePlatform());
        CodeDeployArn arn = new CodeDeployArn(Rows.scope(), Kind.CONFIG, name);
        if (name.startsWith(PREDEFINED)) {
            throw CodeDeployErrors.of(
                    "InvalidDeploymentConfigName",
                    "Names that begin with " + PREDEFINED + " are CodeDeploy's own.");
        }
        var table = tx.world().codeDeployConfigs();
        if (table.get(arn) != null) {
            throw CodeDeployErrors.of(
                    "DeploymentConfigAlreadyExists",
                    "A deployment configuration with the name " + name + " exists.");
        }
        if (table.size() >= MAX_CONFIGS) {
            throw CodeDeployErrors.of(
                    "DeploymentConfigLimitExceeded",
                    "More than " + MAX_CONFIGS + " deployment configurations are not allowed.");
        }
        if (request.minimumHealthyHosts() != null || request.zonalConfig() != null) {
            throw CodeDeployErrors.of(
                    "InvalidTrafficRoutingConfiguration",
                    "minimumHealthyHosts and zonalConfig are not allowed for the compute platform"
                            + " ECS.");
        }
        CodeDeployConfig row = made(arn, request.trafficRoutingConfig());
        tx.put(table, arn, row);
        return CreateDeploymentConfigResponse.builder().deploymentConfigId(row.id()).build();
    }

    private CodeDeployConfig made(CodeDeployArn arn, @Nullable TrafficRoutingConfig asked) {
        if (asked == null || asked.type() == null) {
            throw invalid("trafficRoutingConfig with a type is required for ECS");
        }
        return switch (asked.type()) {
            case ALL_AT_ONCE -> made(arn, Strategy.BLUE_GREEN, 100, 0);
            case TIME_BASED_CANARY -> {
                if (asked.timeBasedCanary() == null) {
                    throw invalid("timeBasedCanary is required");
                }
                yield made(
                        arn,
                        Strategy.CANARY,
                        asked.timeBasedCanary().canaryPercentage(),
                        asked.timeBasedCanary().canaryInterval());
            }
            case TIME_BASED_LINEAR -> {
                if (asked.timeBasedLinear() == null) {
                    throw invalid("timeBasedLinear is required");
                }
                yield made(
                        arn,
                        Strategy.LINEAR,
                        asked.timeBasedLinear().linearPercentage(),
                        asked.timeBasedLinear().linearInterval());
            }
            case UNKNOWN_TO_SDK_VERSION -> throw invalid("its type is unknown");
        };
    }

    private CodeDeployConfig made(
            CodeDeployArn arn,
            Strategy strategy,
            @Nullable Integer percent,
            @Nullable Integer minutes) {
        boolean moves = strategy == Strategy.BLUE_GREEN;
        if (percent == null || percent < 1 || percent > (moves ? 100 : 99)) {
            throw invalid("the percentage must be between 1 and 99");
        }
        if (minutes == null || minutes < (moves ? 0 : 1) || minutes > MAX_INTERVAL_MINUTES) {
            throw invalid("the interval must be between 1 and " + MAX_INTERVAL_MINUTES);
        }
        return new CodeDeployConfig(
                arn, ids.uuid(), strategy, percent, Duration.ofMinutes(minutes), clock.now());
    }

    private static RuntimeException invalid(String why) {
        return CodeDeployErrors.of(
                "InvalidTrafficRoutingConfiguration",
                "The traffic routing configuration is invalid: " + why + ".");
    }

    GetDeploymentConfigResponse getDeploymentConfig(Tx tx, GetDeploymentConfigRequest request) {
        CodeDeployConfig row = existing(tx.world(), request.deploymentConfigName());
        return GetDeploymentConfigResponse.builder()
                .deploymentConfigInfo(
                        DeploymentConfigInfo.builder()
                                .deploymentConfigId(row.id())
                                .deploymentConfigName(row.arn().name())
                                .createTime(row.createdAt())
                                .computePlatform(ComputePlatform.ECS)
                                .trafficRoutingConfig(routing(row))
                                .build())
                .build();
    }

    private static TrafficRoutingConfig routing(CodeDeployConfig row) {
        int minutes = (int) row.interval().toMinutes();
        TrafficRoutingConfig.Builder routing = TrafficRoutingConfig.builder();
        return switch (row.strategy()) {
            case BLUE_GREEN -> routing.type(TrafficRoutingType.ALL_AT_ONCE).build();
            case CANARY ->
                    routing.type(TrafficRoutingType.TIME_BASED_CANARY)
                            .timeBasedCanary(each ->
                                    each.canaryPercentage(row.percent()).canaryInterval(minutes))
                            .build();
            case LINEAR ->
                    routing.type(TrafficRoutingType.TIME_BASED_LINEAR)
                            .timeBasedLinear(each ->
                                    each.linearPercentage(row.percent()).linearInterval(minutes))
                            .build();
        };
    }

    ListDeploymentConfigsResponse listDeploymentConfigs(
            Tx tx, ListDeploymentConfigsRequest request) {
        List<String> names = new ArrayList<>();
        predefined(Rows.scope()).forEach(each -> names.add(each.arn().name()));
        tx.world().codeDeployConfigs().all().stream()
                .map(CodeDeployConfig::arn)
                .filter(each -> each.scope().equals(Rows.scope()))
                .forEach(each -> names.add(each.name()));
        Listing page = Listing.of("ListDeploymentConfigs", names, request.nextToken());
        return ListDeploymentConfigsResponse.builder()
                .deploymentConfigsList(page.names())
                .nextToken(page.nextToken())
                .build();
    }
}
