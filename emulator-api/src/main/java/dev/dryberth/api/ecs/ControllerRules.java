package dev.dryberth.api.ecs;

import dev.dryberth.core.model.Service.Controller;

import software.amazon.awssdk.services.ecs.model.CreateServiceRequest;
import software.amazon.awssdk.services.ecs.model.DeploymentConfiguration;
import software.amazon.awssdk.services.ecs.model.DeploymentStrategy;
import software.amazon.awssdk.services.ecs.model.UpdateServiceRequest;

/**
 * What a service whose deployments somebody else controls can't have, and what UpdateService can't
 * change of it because that somebody does.
 */
final class ControllerRules {

    private ControllerRules() {}

    /** Refuses what only the controller ECS knows. */
    static void check(CreateServiceRequest request, Controller controller, boolean daemon) {
        if (daemon) {
            throw EcsErrors.invalidParameter( // [?]
                    "The daemon scheduling strategy is not supported with the %s deployment controller."
                            .formatted(controller));
        }
        DeploymentConfiguration asked = request.deploymentConfiguration();
        if (asked == null) {
            return;
        }
        boolean breaks =
                asked.deploymentCircuitBreaker() != null
                        && Boolean.TRUE.equals(asked.deploymentCircuitBreaker().enable());
        refuse(breaks, "A deployment circuit breaker", controller);
        boolean alarmed = asked.alarms() != null && Boolean.TRUE.equals(asked.alarms().enable());
        refuse(alarmed, "alarms of deploymentConfiguration", controller);
        boolean shifts = asked.strategy() != null && asked.strategy() != DeploymentStrategy.ROLLING;
        refuse(shifts, "the deployment strategy " + asked.strategyAsString(), controller);
        refuse(!asked.lifecycleHooks().isEmpty(), "lifecycle hooks", controller);
        boolean bakes = asked.bakeTimeInMinutes() != null && asked.bakeTimeInMinutes() > 0;
        refuse(bakes, "a bake time", controller);
    }

    private static void refuse(boolean asked, String what, Controller controller) {
        if (asked) {
            throw EcsErrors.invalidParameter( // [?]
                    "%s can only be used with the ECS deployment controller, not with %s."
                            .formatted(what, controller));
        }
    }

    /** Refuses in a service of the controller EXTERNAL what belongs to its task sets. */
    static void refuseWhatTaskSetsHave(CreateServiceRequest request) {
        refuseOfService(request.taskDefinition() != null, "a task definition");
        refuseOfService(!request.loadBalancers().isEmpty(), "load balancers");
        refuseOfService(request.networkConfiguration() != null, "a network configuration");
        refuseOfService(request.launchTypeAsString() != null, "a launch type");
        refuseOfService(request.platformVersion() != null, "a platform version");
        refuseOfService(
                !request.capacityProviderStrategy().isEmpty(), "a capacity provider strategy");
    }

    private static void refuseOfService(boolean asked, String what) {
        if (asked) {
            throw EcsErrors.invalidParameter( // [?]
                    "Unable to specify %s on services with an EXTERNAL deployment controller. Specify it in CreateTaskSet instead."
                            .formatted(what));
        }
    }

    /** Refuses what UpdateService can't change. */
    static void check(UpdateServiceRequest change, Controller controller) {
        refuseUpdate(change.taskDefinition() != null, "task definition", controller);
        refuseUpdate(change.networkConfiguration() != null, "network parameters", controller);
        refuseUpdate(change.platformVersion() != null, "platform version", controller);
        refuseUpdate(change.hasLoadBalancers(), "load balancers", controller);
        refuseUpdate(
                change.hasCapacityProviderStrategy(), "capacity provider strategy", controller);
        refuseUpdate(change.hasServiceRegistries(), "service registries", controller);
        if (controller == Controller.EXTERNAL) {
            refuseUpdate(
                    change.deploymentConfiguration() != null,
                    "deployment configuration",
                    controller);
        }
        if (Boolean.TRUE.equals(change.forceNewDeployment())) {
            throw EcsErrors.invalidParameter(
                    "Cannot force a new deployment on services with %s deployment controller. %s"
                            .formatted(article(controller), instead(controller)));
        }
    }

    private static void refuseUpdate(boolean asked, String what, Controller controller) {
        if (asked) {
            throw EcsErrors.invalidParameter(
                    "Unable to update %s on services with %s deployment controller. %s"
                            .formatted(what, article(controller), instead(controller)));
        }
    }

    private static String article(Controller controller) {
        return (controller == Controller.CODE_DEPLOY ? "a " : "an ") + controller;
    }

    private static String instead(Controller controller) {
        return controller == Controller.CODE_DEPLOY
                ? "Use AWS CodeDeploy to trigger a new deployment."
                : "Use CreateTaskSet to create a new task set."; // [?]
    }
}
