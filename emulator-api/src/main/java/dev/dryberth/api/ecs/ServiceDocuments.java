package dev.dryberth.api.ecs;

import dev.dryberth.core.model.Caller;
import dev.dryberth.core.model.Scope;
import dev.dryberth.core.model.Service;
import dev.dryberth.core.model.ServiceArn;
import dev.dryberth.core.model.ServiceRevision;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.ecs.model.CreateServiceRequest;
import software.amazon.awssdk.services.ecs.model.LaunchType;
import software.amazon.awssdk.services.ecs.model.ResourceManagementType;
import software.amazon.awssdk.services.ecs.model.SchedulingStrategy;

import java.util.List;

/**
 * Between a service's request and the document that is carried with its row. What belongs to a
 * revision is kept with the revision and shown from there, because a rollback goes back to an older
 * one; the document keeps a copy for the time when no deployment is left.
 */
final class ServiceDocuments {

    private static final String LATEST = "LATEST";

    private ServiceDocuments() {}

    /** The document of a service that is created. */
    static software.amazon.awssdk.services.ecs.model.Service document(
            ServiceArn arn,
            CreateServiceRequest request,
            ServiceSettings settings,
            ServiceRevisions.@Nullable Draft draft) {
        Caller caller = Caller.CURRENT.get();
        var document =
                software.amazon.awssdk.services.ecs.model.Service.builder()
                        .serviceArn(arn.text())
                        .serviceName(arn.name())
                        .clusterArn(arn.clusterArn().text())
                        .schedulingStrategy(
                                settings.daemon()
                                        ? SchedulingStrategy.DAEMON
                                        : SchedulingStrategy.REPLICA)
                        .deploymentController(request.deploymentController())
                        .roleArn(role(arn.scope(), request.role()))
                        .createdBy(caller.principalArn())
                        .placementConstraints(List.of())
                        .placementStrategy(List.of())
                        .resourceManagementType(ResourceManagementType.CUSTOMER)
                        .build();
        return updated(document, request, settings, draft == null ? NOTHING : draft.document());
    }

    /** What a service shows of the revision that it has not got yet. */
    private static final software.amazon.awssdk.services.ecs.model.ServiceRevision NOTHING =
            software.amazon.awssdk.services.ecs.model.ServiceRevision.builder()
                    .launchType(LaunchType.EC2)
                    .loadBalancers(List.of())
                    .serviceRegistries(List.of())
                    .build();

    /** The document after {@code request} changed the service's settings and revision. */
    static software.amazon.awssdk.services.ecs.model.Service updated(
            software.amazon.awssdk.services.ecs.model.Service document,
            CreateServiceRequest request,
            ServiceSettings settings,
            software.amazon.awssdk.services.ecs.model.ServiceRevision revision) {
        Integer grace = request.healthCheckGracePeriodSeconds();
        boolean shown = grace != null || !revision.loadBalancers().isEmpty();
        String platform = request.platformVersion();
        boolean fargate = revision.platformVersion() != null;
        return withRevision(
                document.toBuilder()
                        .deploymentConfiguration(settings.deploymentConfiguration())
                        .healthCheckGracePeriodSeconds(
                                shown ? (int) settings.healthCheckGracePeriod().toSeconds() : null)
                        .platformVersion(
                                fargate
                                        ? platform == null || platform.isEmpty() ? LATEST : platform
                                        : null)
                        .build(),
                revision);
    }

    /** The same document as it is to be shown while {@code revision} is the newest. */
    static software.amazon.awssdk.services.ecs.model.Service withRevision(
            software.amazon.awssdk.services.ecs.model.Service document,
            software.amazon.awssdk.services.ecs.model.ServiceRevision revision) {
        var shown =
                document.toBuilder()
                        .taskDefinition(revision.taskDefinition())
                        .launchType(revision.launchTypeAsString())
                        .platformVersion(platform(document.platformVersion(), revision))
                        .platformFamily(revision.platformFamily())
                        .loadBalancers(revision.loadBalancers())
                        .serviceRegistries(revision.serviceRegistries())
                        .networkConfiguration(revision.networkConfiguration());
        shown.capacityProviderStrategy(
                revision.hasCapacityProviderStrategy()
                        ? revision.capacityProviderStrategy()
                        : null);
        return shown.build();
    }

    /** {@code LATEST} stays as it was asked for while the revision has the latest. */
    private static @Nullable String platform(
            @Nullable String asked,
            software.amazon.awssdk.services.ecs.model.ServiceRevision revision) {
        return LATEST.equals(asked)
                        && LaunchRules.LATEST_PLATFORM.equals(revision.platformVersion())
                ? LATEST
                : revision.platformVersion();
    }

    /** A request that would create the service as it is now. */
    static CreateServiceRequest asRequest(Service service, ServiceRevision revision) {
        var document = withRevision(service.document(), revision.document());
        var request =
                asRequest(service).toBuilder()
                        .taskDefinition(document.taskDefinition())
                        .loadBalancers(document.loadBalancers())
                        .launchType(document.launchTypeAsString())
                        .platformVersion(document.platformVersion())
                        .networkConfiguration(document.networkConfiguration());
        if (document.hasCapacityProviderStrategy()) {
            request.capacityProviderStrategy(document.capacityProviderStrategy());
        }
        return request.build();
    }

    /** The same without what belongs to a revision. */
    static CreateServiceRequest asRequest(Service service) {
        var document = service.document();
        return CreateServiceRequest.builder()
                .cluster(service.arn().clusterArn().text())
                .serviceName(service.arn().name())
                .healthCheckGracePeriodSeconds(document.healthCheckGracePeriodSeconds())
                .schedulingStrategy(document.schedulingStrategyAsString())
                .deploymentController(document.deploymentController())
                .deploymentConfiguration(document.deploymentConfiguration())
                .desiredCount(service.daemon() ? null : service.desiredCount())
                .availabilityZoneRebalancing(service.zoneRebalancing() ? "ENABLED" : "DISABLED")
                .propagateTags(service.propagateTags().name())
                .enableECSManagedTags(service.managedTags())
                .enableExecuteCommand(service.enableExecuteCommand())
                .build();
    }

    private static String role(Scope scope, @Nullable String asked) {
        String prefix = "arn:aws:iam::" + scope.account() + ":role/";
        if (asked == null || asked.isEmpty()) {
            return prefix + "aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS";
        }
        return Identifiers.isArn(asked) ? asked : prefix + asked;
    }
}
