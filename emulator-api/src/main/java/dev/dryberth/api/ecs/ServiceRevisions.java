package dev.dryberth.api.ecs;

import dev.dryberth.core.model.Cluster;
import dev.dryberth.core.model.LaunchType;
import dev.dryberth.core.model.ProviderShare;
import dev.dryberth.core.model.ServiceRevision;
import dev.dryberth.core.model.ServiceRevision.Balanced;
import dev.dryberth.core.model.ServiceRevisionArn;
import dev.dryberth.core.model.TaskTemplate;
import dev.dryberth.core.state.Tx;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.ecs.model.AssignPublicIp;
import software.amazon.awssdk.services.ecs.model.CapacityProviderStrategyItem;
import software.amazon.awssdk.services.ecs.model.CreateServiceRequest;
import software.amazon.awssdk.services.ecs.model.NetworkConfiguration;
import software.amazon.awssdk.services.ecs.model.RunTaskRequest;

import java.time.Instant;
import java.util.List;
import java.util.Objects;

/**
 * Makes of a service's request what its tasks are to be. The rules are those of RunTask, so that
 * what could not be run by hand is no service either. Loop thread.
 */
final class ServiceRevisions {

    private final LaunchRules rules;

    ServiceRevisions(LaunchRules rules) {
        this.rules = rules;
    }

    /**
     * A revision without a name yet.
     *
     * @param document without its own ARN and time
     */
    record Draft(
            TaskTemplate template,
            List<Balanced> balanced,
            software.amazon.awssdk.services.ecs.model.ServiceRevision document) {

        ServiceRevision named(ServiceRevisionArn arn, Instant now) {
            return new ServiceRevision(
                    arn,
                    template,
                    balanced,
                    List.of(),
                    document.toBuilder()
                            .serviceRevisionArn(arn.text())
                            .serviceArn(arn.serviceArn().text())
                            .clusterArn(arn.serviceArn().clusterArn().text())
                            .createdAt(now)
                            .build(),
                    now);
        }

        /** Whether tasks of it would be the same as those of a revision that exists. */
        boolean sameAs(ServiceRevision present) {
            return named(present.arn(), present.createdAt()).document().equals(present.document());
        }
    }

    Draft draft(Tx tx, Cluster cluster, CreateServiceRequest request, ServiceSettings settings) {
        // A group that is not forwarded to yet is found out when a deployment begins.
        return draft(tx, cluster, request, settings, settings.rules().shift() == null);
    }

    /**
     * The same.
     *
     * @param forwarded whether listeners must forward to its target groups already
     */
    Draft draft(
            Tx tx,
            Cluster cluster,
            CreateServiceRequest request,
            ServiceSettings settings,
            boolean forwarded) {
        TaskTemplate template = rules.template(tx, cluster, asRunTask(request));
        if (settings.daemon() && !template.capacityProviders().isEmpty()) {
            throw EcsErrors.invalidParameter(
                    "Specifying a capacity provider strategy is not supported when you create a"
                            + " service using the DAEMON scheduling strategy.");
        }
        List<Balanced> balanced =
                ServiceLoadBalancers.check(
                        tx.world(),
                        cluster.arn().scope(),
                        Objects.requireNonNull(
                                tx.world().taskDefinitions().get(template.taskDefinition())),
                        request.loadBalancers(),
                        settings.rules().shift() != null,
                        forwarded);
        checkRole(request, template);
        return new Draft(template, balanced, document(request, template));
    }

    private static RunTaskRequest asRunTask(CreateServiceRequest request) {
        RunTaskRequest.Builder same =
                RunTaskRequest.builder()
                        .taskDefinition(request.taskDefinition())
                        .launchType(request.launchTypeAsString())
                        .platformVersion(request.platformVersion())
                        .networkConfiguration(request.networkConfiguration())
                        .placementConstraints(request.placementConstraints())
                        .placementStrategy(request.placementStrategy());
        if (request.hasCapacityProviderStrategy()) {
            same.capacityProviderStrategy(request.capacityProviderStrategy());
        }
        return same.build();
    }

    private static void checkRole(CreateServiceRequest request, TaskTemplate template) {
        if (request.role() == null || request.role().isEmpty()) {
            return;
        }
        if (request.loadBalancers().isEmpty()) {
            throw EcsErrors.invalidParameter(
                    "IAM role is only valid for services configured to use load"
                            + " balancers."); // [?]
        }
        if (template.subnets() != null || request.loadBalancers().size() > 1) {
            throw EcsErrors.invalidParameter(
                    "You cannot specify an IAM role for services that require a service linked"
                            + " role.");
        }
    }

    private static software.amazon.awssdk.services.ecs.model.ServiceRevision document(
            CreateServiceRequest request, TaskTemplate template) {
        var document =
                software.amazon.awssdk.services.ecs.model.ServiceRevision.builder()
                        .taskDefinition(template.taskDefinition().text())
                        .platformVersion(template.platformVersion())
                        .platformFamily(
                                template.launchType() == LaunchType.FARGATE ? "Linux" : null)
                        // A copy, for the SDK tells a list that is empty from one never set.
                        .loadBalancers(List.copyOf(request.loadBalancers()))
                        .serviceRegistries(List.of())
                        .networkConfiguration(network(request.networkConfiguration()))
                        .guardDutyEnabled(false);
        if (template.capacityProviders().isEmpty()) {
            document.launchType(template.launchType().name());
        } else {
            document.capacityProviderStrategy(
                    template.capacityProviders().stream().map(ServiceRevisions::item).toList());
        }
        return document.build();
    }

    private static CapacityProviderStrategyItem item(ProviderShare share) {
        return CapacityProviderStrategyItem.builder()
                .capacityProvider(share.provider())
                .weight(share.weight())
                .base(share.base())
                .build();
    }

    /** A network configuration as it is shown: complete. */
    private static @Nullable NetworkConfiguration network(@Nullable NetworkConfiguration asked) {
        if (asked == null || asked.awsvpcConfiguration() == null) {
            return null;
        }
        var awsvpc = asked.awsvpcConfiguration();
        return NetworkConfiguration.builder()
                .awsvpcConfiguration(
                        awsvpc.toBuilder()
                                .securityGroups(List.copyOf(awsvpc.securityGroups()))
                                .assignPublicIp(
                                        awsvpc.assignPublicIp() == null
                                                ? AssignPublicIp.DISABLED
                                                : awsvpc.assignPublicIp())
                                .build())
                .build();
    }
}
