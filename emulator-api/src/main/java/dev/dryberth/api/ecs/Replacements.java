package dev.dryberth.api.ecs;

import dev.dryberth.core.balancing.RuleTraffic;
import dev.dryberth.core.deployment.Deployments;
import dev.dryberth.core.engine.ServiceRecords;
import dev.dryberth.core.loop.Clock;
import dev.dryberth.core.loop.Ids;
import dev.dryberth.core.model.CodeDeployDeployment.Side;
import dev.dryberth.core.model.Deployment;
import dev.dryberth.core.model.ListenerArn;
import dev.dryberth.core.model.RolloutRules;
import dev.dryberth.core.model.Service;
import dev.dryberth.core.model.ServiceArn;
import dev.dryberth.core.model.ServiceDeploymentArn;
import dev.dryberth.core.model.ServiceRevision;
import dev.dryberth.core.model.ServiceRevision.Balanced;
import dev.dryberth.core.model.ServiceRevision.Pair;
import dev.dryberth.core.model.ServiceRevisionArn;
import dev.dryberth.core.model.Shift;
import dev.dryberth.core.model.TargetGroupArn;
import dev.dryberth.core.model.TaskSet;
import dev.dryberth.core.state.Tx;
import dev.dryberth.core.state.World;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.ecs.model.CapacityProviderStrategyItem;
import software.amazon.awssdk.services.ecs.model.CreateServiceRequest;
import software.amazon.awssdk.services.ecs.model.EcsException;
import software.amazon.awssdk.services.ecs.model.LoadBalancer;
import software.amazon.awssdk.services.ecs.model.NetworkConfiguration;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Begins to replace the task set of a service of the controller CODE_DEPLOY by another one: a
 * roll-out that moves traffic, which the service scheduler takes up in the same transaction. Loop
 * thread.
 */
public final class Replacements {

    private final Clock clock;
    private final Ids ids;
    private final ServiceRevisions revisions;

    Replacements(Clock clock, Ids ids, ServiceRevisions revisions) {
        this.clock = clock;
        this.ids = ids;
        this.revisions = revisions;
    }

    /**
     * What is to be rolled out, and how.
     *
     * @param deploymentId CodeDeploy's
     * @param platformVersion null: that of the task set that serves
     * @param network null: that of the task set that serves
     * @param capacityProviders empty: as the task set that serves
     * @param groups the two target groups that take turns
     * @param testListener null: there is no test traffic
     */
    public record Wish(
            String deploymentId,
            ServiceArn service,
            String taskDefinition,
            String container,
            int containerPort,
            @Nullable String platformVersion,
            @Nullable NetworkConfiguration network,
            List<CapacityProviderStrategyItem> capacityProviders,
            List<TargetGroupArn> groups,
            ListenerArn productionListener,
            @Nullable ListenerArn testListener,
            Shift shift,
            RolloutRules.Alarms alarms) {}

    /** What has begun, or why it can't: one of CodeDeploy's error codes with a message. */
    public sealed interface Outcome {

        /** It has. */
        record Begun(ServiceDeploymentArn rollout, Side blue, Side green) implements Outcome {}

        /** It can't. */
        record Refused(String code, String message) implements Outcome {}
    }

    /** Begins it, or says why not and writes nothing. */
    public Outcome begin(Tx tx, Wish wish) {
        World world = tx.world();
        Service service = world.services().get(wish.service());
        Deployment serving = service == null ? null : service.leading();
        if (service == null
                || !service.active()
                || serving == null
                || service.controller() != Service.Controller.CODE_DEPLOY) {
            return new Outcome.Refused(
                    "INVALID_ECS_SERVICE",
                    "Deployment group's ECSService must be configured for a CODE_DEPLOY deployment"
                            + " controller.");
        }
        ServiceRevision blue =
                Objects.requireNonNull(world.serviceRevisions().get(serving.revision()));
        TargetGroupArn present = blue.balanced().getFirst().group();
        int index = wish.groups().indexOf(present);
        List<String> production = RuleTraffic.forwarding(world, wish.productionListener(), present);
        if (index < 0 || production.isEmpty()) {
            return behind(wish.productionListener());
        }
        TargetGroupArn other = wish.groups().get(1 - index);
        String test = null;
        ListenerArn testListener = wish.testListener();
        if (testListener != null) {
            List<String> rules = new ArrayList<>();
            wish.groups()
                    .forEach(each ->
                            rules.addAll(RuleTraffic.forwarding(world, testListener, each)));
            if (rules.isEmpty()) {
                return behind(testListener);
            }
            test = rules.getFirst();
        }
        ServiceRevisions.Draft draft;
        try {
            draft = draft(tx, service, blue, wish, other);
        } catch (EcsException refused) {
            return new Outcome.Refused("ECS_UPDATE_ERROR", String.valueOf(refused.getMessage()));
        }
        List<String> more = production.subList(1, production.size());
        Pair pairOfGreen = new Pair(present, production.getFirst(), test, List.copyOf(more));
        Pair pairOfBlue = new Pair(other, production.getFirst(), test, List.copyOf(more));
        ServiceRevision green =
                paired(
                        draft.named(
                                ServiceRevisionArn.of(service.arn(), ids.digits19()), clock.now()),
                        pairOfGreen);
        tx.put(world.serviceRevisions(), blue.arn(), paired(blue, pairOfBlue));
        tx.put(world.serviceRevisions(), green.arn(), green);
        Deployment begun = write(tx, service, serving, green, wish);
        return new Outcome.Begun(
                begun.deployment(),
                new Side(serving.id(), blue.arn(), present),
                new Side(begun.id(), green.arn(), other));
    }

    private static Outcome behind(ListenerArn listener) {
        return new Outcome.Refused(
                "ELASTIC_LOAD_BALANCING_INVALID", // [?] the code
                "The ELB could not be updated due to the following error: Primary taskset target"
                        + " group must be behind listener "
                        + listener.text());
    }

    private ServiceRevisions.Draft draft(
            Tx tx, Service service, ServiceRevision blue, Wish wish, TargetGroupArn group) {
        var document = blue.document();
        CreateServiceRequest.Builder same =
                CreateServiceRequest.builder()
                        .taskDefinition(wish.taskDefinition())
                        .loadBalancers(
                                LoadBalancer.builder()
                                        .targetGroupArn(group.text())
                                        .containerName(wish.container())
                                        .containerPort(wish.containerPort())
                                        .build())
                        .platformVersion(
                                wish.platformVersion() == null
                                        ? document.platformVersion()
                                        : wish.platformVersion())
                        .networkConfiguration(
                                wish.network() == null
                                        ? document.networkConfiguration()
                                        : wish.network());
        if (!wish.capacityProviders().isEmpty()) {
            same.capacityProviderStrategy(wish.capacityProviders());
        } else if (document.hasCapacityProviderStrategy()) {
            same.capacityProviderStrategy(document.capacityProviderStrategy());
        } else {
            same.launchType(document.launchTypeAsString());
        }
        return revisions.draft(
                tx,
                Objects.requireNonNull(tx.world().clusters().get(service.arn().clusterArn())),
                same.build(),
                ServiceSettings.of(service),
                false);
    }

    private static ServiceRevision paired(ServiceRevision revision, Pair pair) {
        Balanced first = revision.balanced().getFirst();
        return revision.in(
                List.of(
                        new Balanced(
                                first.group(),
                                first.byInstance(),
                                first.container(),
                                first.containerPort(),
                                pair)));
    }

    private Deployment write(
            Tx tx, Service service, Deployment serving, ServiceRevision green, Wish wish) {
        World world = tx.world();
        Instant now = clock.now();
        Deployments.Begun begun =
                Deployments.replace(
                        service.copy()
                                .rules(service.rules().watchedBy(wish.alarms()))
                                .completed(new Service.Completed(serving.id(), serving.revision()))
                                .build(),
                        world.serviceDeployments().get(serving.deployment()),
                        green.arn(),
                        ServiceDeploymentArn.of(service.arn(), ids.urlSafe(21)),
                        TaskSet.ofCodeDeploy(wish.deploymentId(), now),
                        wish.shift(),
                        now);
        tx.put(world.serviceDeployments(), begun.started().arn(), begun.started());
        tx.put(world.services(), service.arn(), begun.service());
        ServiceRecords.prune(tx, begun.service());
        return begun.service().primary();
    }
}
