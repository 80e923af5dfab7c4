package dev.dryberth.api.ecs;

import dev.dryberth.core.loop.Clock;
import dev.dryberth.core.model.Cluster;
import dev.dryberth.core.model.Service;
import dev.dryberth.core.model.ServiceRevision;
import dev.dryberth.core.state.Tx;
import dev.dryberth.core.state.World;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.ecs.model.CreateServiceRequest;
import software.amazon.awssdk.services.ecs.model.UpdateServiceRequest;
import software.amazon.awssdk.services.ecs.model.UpdateServiceResponse;

import java.util.Objects;

/**
 * UpdateService. The service as it is and the changes asked for make up the request that would
 * create the service as it is to be; that one is checked as CreateService checks it, so that both
 * refuse the same things. A deployment begins only when what tasks are made of really differs, or
 * when it is forced; everything else takes effect at once. Loop thread.
 */
final class ServiceUpdates {

    private final Clock clock;
    private final Services services;
    private final ServiceRevisions revisions;

    ServiceUpdates(Clock clock, Services services, ServiceRevisions revisions) {
        this.clock = clock;
        this.services = services;
        this.revisions = revisions;
    }

    UpdateServiceResponse updateService(Tx tx, UpdateServiceRequest request) {
        World world = tx.world();
        Cluster cluster = Identifiers.activeCluster(world, request.cluster());
        Service service = Identifiers.service(world, request.service(), cluster.arn());
        if (!service.active()) {
            throw EcsErrors.serviceNotActive();
        }
        requireSameController(service, request);
        if (service.hasTaskSets()) {
            return updateSettings(tx, service, request);
        }
        ServiceRevision newest =
                Objects.requireNonNull(ServiceViews.newestRevision(world, service));
        CreateServiceRequest wanted =
                merged(ServiceDocuments.asRequest(service, newest), request, newest);
        ServiceSettings settings = ServiceSettings.check(wanted);
        if (request.deploymentConfiguration() != null) {
            AdvancedConfigurations.check(
                    world, wanted.loadBalancers(), settings.rules().shift() != null);
        }
        boolean forced = Boolean.TRUE.equals(request.forceNewDeployment());
        ServiceRevisions.Draft draft = null;
        if (forced || namesWhatTasksAreMadeOf(request)) {
            ServiceRevisions.Draft made = revisions.draft(tx, cluster, wanted, settings);
            boolean differs = !made.sameAs(newest);
            if (differs && !forced) {
                requireSameCapacity(made, newest);
            }
            draft = differs || forced ? made : null;
        }
        Service next =
                settings.into(service)
                        .document(
                                ServiceDocuments.updated(
                                        service.document(),
                                        wanted,
                                        settings,
                                        draft == null ? newest.document() : draft.document()))
                        .build();
        Service written =
                draft == null ? scaled(tx, service, next) : services.begin(tx, next, draft);
        return UpdateServiceResponse.builder()
                .service(ServiceViews.view(world, written, false))
                .build();
    }

    private static void requireSameController(Service service, UpdateServiceRequest request) {
        if (request.deploymentController() != null
                && !service.controller()
                        .name()
                        .equals(request.deploymentController().typeAsString())) {
            throw EcsErrors.notBuilt("another deployment controller for a service that exists");
        }
    }

    /** Of a service whose task sets are somebody else's to change: what they have in common. */
    private static UpdateServiceResponse updateSettings(
            Tx tx, Service service, UpdateServiceRequest request) {
        ControllerRules.check(request, service.controller());
        CreateServiceRequest wanted = merged(ServiceDocuments.asRequest(service), request, null);
        ServiceSettings settings = ServiceSettings.check(wanted);
        Service next =
                settings.into(service)
                        // CodeDeploy's, for as long as it deploys.
                        .rules(settings.rules().watchedBy(service.rules().alarms()))
                        .document(
                                service.document().toBuilder()
                                        .deploymentConfiguration(settings.deploymentConfiguration())
                                        .healthCheckGracePeriodSeconds(
                                                wanted.healthCheckGracePeriodSeconds())
                                        .build())
                        .build();
        if (!next.equals(service)) {
            tx.put(tx.world().services(), next.arn(), next);
        }
        return UpdateServiceResponse.builder()
                .service(ServiceViews.view(tx.world(), next, false))
                .build();
    }

    /** Without a new deployment, the one there is gets the new count. */
    private Service scaled(Tx tx, Service before, Service next) {
        Service written = next;
        if (next.desiredCount() != before.desiredCount()) {
            written =
                    next.with(next.primary().withDesiredCount(next.desiredCount(), clock.now()))
                            .copy()
                            .steady(false)
                            .build();
        }
        if (!written.equals(before)) {
            tx.put(tx.world().services(), written.arn(), written);
        }
        return written;
    }

    private static boolean namesWhatTasksAreMadeOf(UpdateServiceRequest request) {
        return request.taskDefinition() != null
                || request.networkConfiguration() != null
                || request.platformVersion() != null
                || request.hasLoadBalancers()
                || request.hasCapacityProviderStrategy()
                || !request.placementConstraints().isEmpty()
                || !request.placementStrategy().isEmpty();
    }

    private static void requireSameCapacity(ServiceRevisions.Draft made, ServiceRevision newest) {
        var wanted = made.document();
        var present = newest.document();
        boolean same =
                wanted.launchType() == present.launchType()
                        && wanted.capacityProviderStrategy()
                                .equals(present.capacityProviderStrategy());
        if (!same) {
            throw EcsErrors.invalidParameter(
                    "When switching from launch type to capacity provider strategy on an existing"
                            + " service, or making a change to a capacity provider strategy on a"
                            + " service that is already using one, you must force a new"
                            + " deployment.");
        }
    }

    private static CreateServiceRequest merged(
            CreateServiceRequest present,
            UpdateServiceRequest change,
            @Nullable ServiceRevision newest) {
        CreateServiceRequest.Builder merged =
                present.toBuilder()
                        .deploymentConfiguration(
                                DeploymentConfigurationRules.merged(
                                        present.deploymentConfiguration(),
                                        change.deploymentConfiguration()))
                        .serviceConnectConfiguration(change.serviceConnectConfiguration())
                        .monitoring(change.monitoring())
                        .serviceRegistries(change.serviceRegistries())
                        .volumeConfigurations(change.volumeConfigurations())
                        .vpcLatticeConfigurations(change.vpcLatticeConfigurations())
                        .placementConstraints(
                                change.placementConstraints().stream()
                                        .filter(each -> each.typeAsString() != null)
                                        .toList())
                        // An empty rule is how AWS's own page says that the strategy goes.
                        .placementStrategy(
                                change.placementStrategy().stream()
                                        .filter(each -> each.typeAsString() != null)
                                        .toList());
        if (change.desiredCount() != null) {
            merged.desiredCount(change.desiredCount());
        }
        if (change.taskDefinition() != null) {
            merged.taskDefinition(change.taskDefinition());
        }
        if (change.networkConfiguration() != null) {
            merged.networkConfiguration(change.networkConfiguration());
        }
        if (change.platformVersion() != null) {
            merged.platformVersion(change.platformVersion());
        }
        if (change.hasLoadBalancers()) {
            merged.loadBalancers(change.loadBalancers());
        }
        if (change.healthCheckGracePeriodSeconds() != null) {
            merged.healthCheckGracePeriodSeconds(change.healthCheckGracePeriodSeconds());
        }
        if (change.deploymentController() != null) {
            merged.deploymentController(change.deploymentController());
        }
        if (change.availabilityZoneRebalancingAsString() != null) {
            merged.availabilityZoneRebalancing(change.availabilityZoneRebalancingAsString());
        }
        if (change.propagateTagsAsString() != null) {
            merged.propagateTags(change.propagateTagsAsString());
        }
        if (change.enableECSManagedTags() != null) {
            merged.enableECSManagedTags(change.enableECSManagedTags());
        }
        if (change.enableExecuteCommand() != null) {
            merged.enableExecuteCommand(change.enableExecuteCommand());
        }
        return capacity(merged, change, newest).build();
    }

    /** A strategy takes the place of the launch type, an empty one gives it back. */
    private static CreateServiceRequest.Builder capacity(
            CreateServiceRequest.Builder merged,
            UpdateServiceRequest change,
            @Nullable ServiceRevision newest) {
        if (newest == null || !change.hasCapacityProviderStrategy()) {
            return merged;
        }
        boolean none = change.capacityProviderStrategy().isEmpty();
        return merged.launchType(none ? newest.template().launchType().name() : null)
                .capacityProviderStrategy(change.capacityProviderStrategy());
    }
}
