package dev.dryberth.api.ecs;

import dev.dryberth.core.model.Service.Controller;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.ecs.model.CreateServiceRequest;
import software.amazon.awssdk.services.ecs.model.DeploymentController;
import software.amazon.awssdk.services.ecs.model.ServiceConnectConfiguration;

import java.util.List;

/** What a service can not be here or anywhere, whatever else it is. */
final class ServiceRefusals {

    private ServiceRefusals() {}

    /**
     * Refuses it.
     *
     * @return the controller that the service has otherwise
     */
    static Controller check(CreateServiceRequest request, boolean daemon) {
        Controller controller = controller(request.deploymentController());
        if (!request.serviceRegistries().isEmpty()) {
            throw EcsErrors.notBuilt("service discovery (serviceRegistries)");
        }
        serviceConnect(request.serviceConnectConfiguration());
        if (!request.volumeConfigurations().isEmpty()) {
            throw EcsErrors.notBuilt("Amazon EBS volumes (volumeConfigurations)");
        }
        if (!request.vpcLatticeConfigurations().isEmpty()) {
            throw EcsErrors.notBuilt("VPC Lattice (vpcLatticeConfigurations)");
        }
        if (request.monitoring() != null
                && !request.monitoring().metricConfigurations().isEmpty()) {
            throw EcsErrors.notBuilt("metric configurations (monitoring)");
        }
        if (daemon) {
            daemon(request);
        }
        switch (controller) {
            case ECS -> {}
            case CODE_DEPLOY -> ControllerRules.check(request, controller, daemon);
            case EXTERNAL -> {
                ControllerRules.check(request, controller, daemon);
                ControllerRules.refuseWhatTaskSetsHave(request);
            }
        }
        return controller;
    }

    private static Controller controller(@Nullable DeploymentController asked) {
        if (asked == null) {
            return Controller.ECS;
        }
        return switch (asked.type()) {
            case null ->
                    throw EcsErrors.invalidParameter(
                            "deploymentController.type can not be null."); // [?]
            case ECS -> Controller.ECS;
            case CODE_DEPLOY -> Controller.CODE_DEPLOY;
            case EXTERNAL -> Controller.EXTERNAL;
            case UNKNOWN_TO_SDK_VERSION ->
                    throw EcsErrors.notOneOf(
                            "deploymentController.type", List.of("ECS", "CODE_DEPLOY", "EXTERNAL"));
        };
    }

    private static void serviceConnect(@Nullable ServiceConnectConfiguration asked) {
        if (asked != null && Boolean.TRUE.equals(asked.enabled())) {
            throw EcsErrors.notBuilt("Service Connect (serviceConnectConfiguration)");
        }
    }

    private static void daemon(CreateServiceRequest request) {
        if (!request.placementStrategy().isEmpty()) {
            throw EcsErrors.invalidParameter(
                    "The daemon scheduling strategy does not support placement strategies. Remove"
                            + " the placement strategy and try again");
        }
        if ("FARGATE".equals(request.launchTypeAsString())) {
            throw EcsErrors.invalidParameter(
                    "The daemon scheduling strategy is not supported for the FARGATE launch"
                            + " type."); // [?]
        }
    }
}
