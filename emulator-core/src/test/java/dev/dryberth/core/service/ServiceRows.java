package dev.dryberth.core.service;

import dev.dryberth.core.deployment.Deployments;
import dev.dryberth.core.loop.Ids;
import dev.dryberth.core.model.ClusterArn;
import dev.dryberth.core.model.CodeDeployArn;
import dev.dryberth.core.model.CodeDeployDeployment;
import dev.dryberth.core.model.Deployment;
import dev.dryberth.core.model.Listener;
import dev.dryberth.core.model.ListenerArn;
import dev.dryberth.core.model.LoadBalancer;
import dev.dryberth.core.model.LoadBalancerArn;
import dev.dryberth.core.model.RolloutRules;
import dev.dryberth.core.model.RuleArn;
import dev.dryberth.core.model.Scope;
import dev.dryberth.core.model.Service;
import dev.dryberth.core.model.ServiceArn;
import dev.dryberth.core.model.ServiceDeployment;
import dev.dryberth.core.model.ServiceDeploymentArn;
import dev.dryberth.core.model.ServiceRevision;
import dev.dryberth.core.model.ServiceRevisionArn;
import dev.dryberth.core.model.Shift;
import dev.dryberth.core.model.Stage;
import dev.dryberth.core.model.TargetGroup;
import dev.dryberth.core.model.TargetGroupArn;
import dev.dryberth.core.model.TaskSet;
import dev.dryberth.core.model.TaskTemplate;
import dev.dryberth.core.model.TrafficProtocol;
import dev.dryberth.core.state.Tx;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.ecs.model.DeploymentConfiguration;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.Action;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.ForwardActionConfig;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.TargetGroupTuple;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/** Writes the rows that the service operations of the API write. */
public final class ServiceRows {

    private ServiceRows() {}

    /** What a test service is to be. */
    public record Wish(
            String name,
            int desiredCount,
            RolloutRules rules,
            Duration gracePeriod,
            TaskTemplate template,
            List<ServiceRevision.Balanced> balanced,
            boolean daemon) {

        public Wish withTemplate(TaskTemplate next) {
            return new Wish(name, desiredCount, rules, gracePeriod, next, balanced, daemon);
        }
    }

    public static Service create(Tx tx, ClusterArn cluster, Wish wish, Ids ids, Instant now) {
        return deploy(tx, fresh(cluster, wish, Service.Controller.ECS, now), wish, ids, now);
    }

    /** A service that has no task sets yet. */
    public static Service createExternal(Tx tx, ClusterArn cluster, Wish wish, Instant now) {
        Service fresh = fresh(cluster, wish, Service.Controller.EXTERNAL, now);
        tx.put(tx.world().services(), fresh.arn(), fresh);
        return fresh;
    }

    /** A service that CodeDeploy deploys, with its first task set. */
    public static Service createForCodeDeploy(
            Tx tx, ClusterArn cluster, Wish wish, Ids ids, Instant now) {
        Service fresh = fresh(cluster, wish, Service.Controller.CODE_DEPLOY, now);
        ServiceRevision revision = revise(tx, fresh, wish, ids.digits19(), now);
        Deployment set =
                Deployment.ofTaskSet(revision.arn(), TaskSet.fresh(100, null, List.of(), now), now)
                        .serving(true, now);
        Service made =
                fresh.copy()
                        .deployments(List.of(set))
                        .completed(new Service.Completed(set.id(), set.revision()))
                        .build();
        tx.put(tx.world().services(), made.arn(), made);
        return made;
    }

    /** Begins a deployment of CodeDeploy, as its API does. */
    public static CodeDeployDeployment replace(
            Tx tx, Service service, Wish wish, Shift shift, Ids ids, Instant now) {
        Deployment serving = service.primary();
        ServiceRevision green = revise(tx, service, wish, ids.digits19(), now);
        CodeDeployArn arn = Objects.requireNonNull(shift.codeDeploy()).deployment();
        Deployments.Begun begun =
                Deployments.replace(
                        service,
                        tx.world().serviceDeployments().get(serving.deployment()),
                        green.arn(),
                        ServiceDeploymentArn.of(service.arn(), ids.urlSafe(21)),
                        TaskSet.ofCodeDeploy(arn.name(), now),
                        shift,
                        now);
        List<CodeDeployDeployment.Step> steps = new ArrayList<>();
        for (Stage each : Stage.values()) {
            if (CodeDeployDeployment.eventOf(each) != null) {
                steps.add(
                        new CodeDeployDeployment.Step(
                                each, CodeDeployDeployment.StepStatus.PENDING, null, null));
            }
        }
        CodeDeployDeployment row =
                new CodeDeployDeployment(
                        arn,
                        CodeDeployArn.group(arn.scope(), "app", "group"),
                        begun.started().arn(),
                        service.arn(),
                        null,
                        null,
                        CodeDeployDeployment.Status.CREATED,
                        null,
                        false,
                        null,
                        null,
                        List.copyOf(steps),
                        "{}",
                        now,
                        null,
                        null,
                        now);
        tx.put(tx.world().codeDeployDeployments(), arn, row);
        tx.put(tx.world().serviceDeployments(), begun.started().arn(), begun.started());
        tx.put(tx.world().services(), service.arn(), begun.service());
        return row;
    }

    /** Adds a task set of {@code scale} per cent. */
    public static Deployment addTaskSet(
            Tx tx, Service service, Wish wish, double scale, Ids ids, Instant now) {
        ServiceRevision revision = revise(tx, service, wish, ids.digits19(), now);
        Deployment fresh =
                Deployment.ofTaskSet(
                        revision.arn(), TaskSet.fresh(scale, null, List.of(), now), now);
        List<Deployment> all = new ArrayList<>(service.deployments());
        all.addLast(fresh);
        tx.put(tx.world().services(), service.arn(), service.withDeployments(all));
        return fresh;
    }

    private static Service fresh(
            ClusterArn cluster, Wish wish, Service.Controller controller, Instant now) {
        return new Service(
                ServiceArn.of(cluster, wish.name()),
                Service.Status.ACTIVE,
                controller,
                wish.daemon(),
                wish.desiredCount(),
                wish.rules(),
                wish.gracePeriod(),
                false,
                Service.PropagateTags.NONE,
                false,
                false,
                List.of(),
                null,
                false,
                null,
                null,
                false,
                now,
                null,
                software.amazon.awssdk.services.ecs.model.Service.builder().build(),
                List.of());
    }

    private static ServiceRevision revise(
            Tx tx, Service service, Wish wish, String number, Instant now) {
        ServiceRevision revision =
                new ServiceRevision(
                        ServiceRevisionArn.of(service.arn(), number),
                        wish.template(),
                        wish.balanced(),
                        List.of(),
                        software.amazon.awssdk.services.ecs.model.ServiceRevision.builder().build(),
                        now);
        tx.put(tx.world().serviceRevisions(), revision.arn(), revision);
        return revision;
    }

    /** Begins to roll a new revision out. */
    public static Service deploy(Tx tx, Service service, Wish wish, Ids ids, Instant now) {
        String number = ids.digits19();
        ServiceRevision revision = revise(tx, service, wish, number, now);
        Deployments.Begun begun =
                Deployments.begin(
                        service.copy().rules(wish.rules()).build(),
                        rollout(tx, service),
                        revision.arn(),
                        ServiceDeploymentArn.of(service.arn(), ids.urlSafe(21)),
                        number,
                        DeploymentConfiguration.builder().build(),
                        now);
        ServiceDeployment stopped = begun.stopped();
        if (stopped != null) {
            tx.put(tx.world().serviceDeployments(), stopped.arn(), stopped);
        }
        tx.put(tx.world().serviceDeployments(), begun.started().arn(), begun.started());
        tx.put(tx.world().services(), service.arn(), begun.service());
        return begun.service();
    }

    /** The record of the newest roll-out; null: there is none. */
    public static @Nullable ServiceDeployment rollout(Tx tx, Service service) {
        return service.deployments().isEmpty()
                ? null
                : tx.world().serviceDeployments().get(service.primary().deployment());
    }

    public static Service scale(Tx tx, ServiceArn arn, int desiredCount) {
        Service next = service(tx, arn).copy().desiredCount(desiredCount).steady(false).build();
        tx.put(tx.world().services(), arn, next);
        return next;
    }

    public static Service delete(Tx tx, ServiceArn arn) {
        Service next =
                service(tx, arn).copy().status(Service.Status.DRAINING).desiredCount(0).build();
        tx.put(tx.world().services(), arn, next);
        return next;
    }

    public static Service service(Tx tx, ServiceArn arn) {
        return Objects.requireNonNull(tx.world().services().get(arn));
    }

    /** Makes a target group of addresses, and a listener that forwards to it. */
    public static void balance(Tx tx, TargetGroupArn group) {
        group(tx, group);
        listener(tx, group.scope(), "1b", new TreeMap<>(Map.of(group, 1)));
    }

    /** Makes a target group of addresses. */
    public static void group(Tx tx, TargetGroupArn group) {
        tx.put(
                tx.world().targetGroups(),
                group,
                new TargetGroup(
                        group,
                        TargetGroup.TargetType.IP,
                        TrafficProtocol.HTTP,
                        TargetGroup.ProtocolVersion.HTTP1,
                        80,
                        "vpc-1",
                        new TargetGroup.HealthCheck(
                                true,
                                TrafficProtocol.HTTP,
                                null,
                                "/",
                                Duration.ofSeconds(5),
                                Duration.ofSeconds(2),
                                2,
                                2,
                                "200"),
                        Map.of("deregistration_delay.timeout_seconds", "20"),
                        List.of()));
    }

    private static ListenerArn listener(Scope scope, String id) {
        return new ListenerArn(
                new LoadBalancerArn(scope, LoadBalancer.Type.APPLICATION, "web", "0a"), id);
    }

    /** The ARN of the default rule of a listener that {@link #listener} made or would make. */
    public static String defaultRule(Scope scope, String id) {
        return new RuleArn(listener(scope, id), "2c").text();
    }

    /**
     * Makes a listener that forwards by weights.
     *
     * @return the ARN of its default rule
     */
    public static String listener(
            Tx tx, Scope scope, String id, SortedMap<TargetGroupArn, Integer> weights) {
        ListenerArn arn = listener(scope, id);
        List<TargetGroupTuple> groups =
                weights.entrySet().stream()
                        .map(each ->
                                TargetGroupTuple.builder()
                                        .targetGroupArn(each.getKey().text())
                                        .weight(each.getValue())
                                        .build())
                        .toList();
        Action forward =
                Action.builder()
                        .type("forward")
                        .forwardConfig(ForwardActionConfig.builder().targetGroups(groups).build())
                        .build();
        Listener listener =
                new Listener(
                        arn,
                        TrafficProtocol.HTTP,
                        80,
                        null,
                        List.of(),
                        null,
                        null,
                        List.of(forward),
                        "2c",
                        Map.of(),
                        null,
                        List.of());
        tx.put(tx.world().listeners(), arn, listener);
        return listener.defaultRule().text();
    }
}
