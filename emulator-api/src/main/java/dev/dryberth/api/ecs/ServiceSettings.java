package dev.dryberth.api.ecs;

import dev.dryberth.core.model.RolloutRules;
import dev.dryberth.core.model.Service;
import dev.dryberth.core.model.Service.Controller;
import dev.dryberth.core.model.Service.PropagateTags;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.ecs.model.AvailabilityZoneRebalancing;
import software.amazon.awssdk.services.ecs.model.CreateServiceRequest;
import software.amazon.awssdk.services.ecs.model.DeploymentConfiguration;
import software.amazon.awssdk.services.ecs.model.SchedulingStrategy;

import java.time.Duration;
import java.util.List;

/**
 * What a service has of its own, apart from the revision its tasks are made of: it may change
 * without a deployment.
 *
 * @param controller who decides what is deployed
 * @param desiredCount 0 for daemons, whose count nobody sets
 * @param deploymentConfiguration as it is shown
 */
record ServiceSettings(
        Controller controller,
        boolean daemon,
        int desiredCount,
        RolloutRules rules,
        DeploymentConfiguration deploymentConfiguration,
        Duration healthCheckGracePeriod,
        boolean zoneRebalancing,
        PropagateTags propagateTags,
        boolean managedTags,
        boolean enableExecuteCommand) {

    /** The most tasks of one service, as AWS's quota has it. */
    private static final int MAX_DESIRED_COUNT = 5000;

    /** Checks a request and completes it with the defaults. */
    static ServiceSettings check(CreateServiceRequest request) {
        boolean daemon = daemon(request);
        Controller controller = ServiceRefusals.check(request, daemon);
        DeploymentConfigurationRules.Checked configuration =
                DeploymentConfigurationRules.check(request.deploymentConfiguration(), daemon);
        return new ServiceSettings(
                controller,
                daemon,
                desiredCount(request, controller, daemon),
                configuration.rules(),
                configuration.echo(),
                gracePeriod(request.healthCheckGracePeriodSeconds()),
                zoneRebalancing(request, controller, daemon, configuration.rules()),
                propagateTags(request),
                Boolean.TRUE.equals(request.enableECSManagedTags()),
                Boolean.TRUE.equals(request.enableExecuteCommand()));
    }

    /** Those of a service as it is. */
    static ServiceSettings of(Service service) {
        return new ServiceSettings(
                service.controller(),
                service.daemon(),
                service.daemon() ? 0 : service.desiredCount(),
                service.rules(),
                service.document().deploymentConfiguration(),
                service.healthCheckGracePeriod(),
                service.zoneRebalancing(),
                service.propagateTags(),
                service.managedTags(),
                service.enableExecuteCommand());
    }

    /** Writes them into a service; a daemon's desired count is not theirs to write. */
    Service.Copy into(Service service) {
        return service.copy()
                .desiredCount(daemon ? service.desiredCount() : desiredCount)
                .rules(rules)
                .healthCheckGracePeriod(healthCheckGracePeriod)
                .zoneRebalancing(zoneRebalancing)
                .propagateTags(propagateTags)
                .managedTags(managedTags)
                .enableExecuteCommand(enableExecuteCommand);
    }

    private static boolean daemon(CreateServiceRequest request) {
        SchedulingStrategy strategy = request.schedulingStrategy();
        return strategy != null
                && switch (strategy) {
                    case REPLICA -> false;
                    case DAEMON -> true;
                    case UNKNOWN_TO_SDK_VERSION ->
                            throw EcsErrors.notOneOf(
                                    "schedulingStrategy", List.of("REPLICA", "DAEMON"));
                };
    }

    private static int desiredCount(
            CreateServiceRequest request, Controller controller, boolean daemon) {
        Integer asked = request.desiredCount();
        if (daemon) {
            if (asked != null) {
                throw EcsErrors.desiredCountOfDaemon();
            }
            return 0;
        }
        if (asked == null && controller == Controller.EXTERNAL) {
            return 0; // Nothing but the name has to be given. [?]
        }
        if (asked == null) {
            throw EcsErrors.invalidParameter("desiredCount can not be null."); // [?]
        }
        if (asked < 0 || asked > MAX_DESIRED_COUNT) {
            throw EcsErrors.outOfRange("desiredCount", 0, MAX_DESIRED_COUNT);
        }
        return asked;
    }

    private static Duration gracePeriod(@Nullable Integer seconds) {
        if (seconds == null) {
            return Duration.ZERO;
        }
        if (seconds < 0) {
            throw EcsErrors.outOfRange("healthCheckGracePeriodSeconds", 0, Integer.MAX_VALUE);
        }
        return Duration.ofSeconds(seconds);
    }

    /** On when nothing is said, where it can be; to ask for it where it can't be is an error. */
    private static boolean zoneRebalancing(
            CreateServiceRequest request,
            Controller controller,
            boolean daemon,
            RolloutRules rules) {
        String problem =
                daemon
                        ? "the DAEMON scheduling strategy"
                        : controller != Controller.ECS
                                ? "the %s deployment controller".formatted(controller)
                                : rules.maximumPercent() <= 100
                                        ? "a maximumPercent of 100"
                                        : "EXTERNAL".equals(request.launchTypeAsString())
                                                ? "the EXTERNAL launch type"
                                                : null;
        AvailabilityZoneRebalancing asked = request.availabilityZoneRebalancing();
        if (asked == null) {
            return problem == null;
        }
        return switch (asked) {
            case ENABLED -> {
                if (problem != null) {
                    throw EcsErrors.invalidParameter(
                            "Availability Zone rebalancing is not supported with "
                                    + problem
                                    + "."); // [?]
                }
                yield true;
            }
            case DISABLED -> false;
            case UNKNOWN_TO_SDK_VERSION ->
                    throw EcsErrors.notOneOf(
                            "availabilityZoneRebalancing", List.of("ENABLED", "DISABLED"));
        };
    }

    private static PropagateTags propagateTags(CreateServiceRequest request) {
        var asked = request.propagateTags();
        if (asked == null) {
            return PropagateTags.NONE;
        }
        return switch (asked) {
            case NONE -> PropagateTags.NONE;
            case SERVICE -> PropagateTags.SERVICE;
            case TASK_DEFINITION -> PropagateTags.TASK_DEFINITION;
            case UNKNOWN_TO_SDK_VERSION ->
                    throw EcsErrors.notOneOf(
                            "propagateTags", List.of("TASK_DEFINITION", "SERVICE", "NONE"));
        };
    }
}
