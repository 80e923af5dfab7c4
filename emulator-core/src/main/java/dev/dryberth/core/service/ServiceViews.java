package dev.dryberth.core.service;

import dev.dryberth.core.balancing.RuleTraffic;
import dev.dryberth.core.model.Container;
import dev.dryberth.core.model.ContainerInstance;
import dev.dryberth.core.model.Deployment;
import dev.dryberth.core.model.Eni;
import dev.dryberth.core.model.Lifecycle;
import dev.dryberth.core.model.Membership;
import dev.dryberth.core.model.PortBinding;
import dev.dryberth.core.model.Service;
import dev.dryberth.core.model.ServiceDeployment;
import dev.dryberth.core.model.ServiceRevision;
import dev.dryberth.core.model.Target;
import dev.dryberth.core.model.TargetGroup;
import dev.dryberth.core.model.TargetGroupArn;
import dev.dryberth.core.model.Task;
import dev.dryberth.core.model.TaskStatus;
import dev.dryberth.core.model.TrafficProtocol;
import dev.dryberth.core.placement.Places;
import dev.dryberth.core.state.World;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/** Gathers what the scheduler decides on. It looks at the service's own rows only. Loop thread. */
final class ServiceViews {

    private ServiceViews() {}

    static ServiceView of(World world, Service service, Outlook outlook) {
        List<Member> members = new ArrayList<>();
        for (Task task : world.tasksOfService().of(service.arn())) {
            members.add(member(world, service, task, outlook));
        }
        ServiceDeployment rollout =
                service.deployments().isEmpty()
                        ? null
                        : world.serviceDeployments().get(service.primary().deployment());
        int desired =
                service.daemon() && service.active()
                        ? Places.active(world, service.arn().clusterArn()).size()
                        : service.desiredCount();
        return new ServiceView(
                service,
                rollout,
                members,
                desired,
                zones(world, service),
                rollout == null ? null : colours(world, rollout),
                outlook);
    }

    private static @Nullable Colours colours(World world, ServiceDeployment rollout) {
        Lifecycle lifecycle = rollout.lifecycle();
        if (lifecycle == null || rollout.status().terminal()) {
            return null;
        }
        ServiceRevision green = world.serviceRevisions().get(rollout.target());
        if (green == null) {
            throw new IllegalStateException("no revision " + rollout.target());
        }
        ServiceRevision blue =
                lifecycle.blue() == null ? null : world.serviceRevisions().get(lifecycle.blue());
        SortedMap<String, SortedMap<TargetGroupArn, Integer>> rules = new TreeMap<>();
        addRules(world, green, rules);
        return new Colours(green, blue, rules);
    }

    private static void addRules(
            World world,
            ServiceRevision revision,
            SortedMap<String, SortedMap<TargetGroupArn, Integer>> rules) {
        for (ServiceRevision.Balanced each : revision.balanced()) {
            ServiceRevision.Pair pair = each.pair();
            if (pair != null) {
                addRule(world, pair.productionRule(), rules);
                if (pair.testRule() != null) {
                    addRule(world, pair.testRule(), rules);
                }
            }
        }
    }

    private static void addRule(
            World world, String rule, SortedMap<String, SortedMap<TargetGroupArn, Integer>> rules) {
        SortedMap<TargetGroupArn, Integer> weights = RuleTraffic.weights(world, rule);
        if (weights != null) {
            rules.put(rule, weights);
        }
    }

    private static List<String> zones(World world, Service service) {
        if (!service.zoneRebalancing() || service.daemon() || !service.active()) {
            return List.of();
        }
        Deployment primary = service.leading();
        ServiceRevision newest =
                primary == null ? null : world.serviceRevisions().get(primary.revision());
        return newest == null
                ? List.of()
                : Places.zones(world, service.arn().clusterArn(), newest.template());
    }

    private static Member member(World world, Service service, Task task, Outlook outlook) {
        Membership membership = Objects.requireNonNull(task.membership());
        ServiceRevision revision = world.serviceRevisions().get(membership.revision());
        List<Member.Registered> registered = new ArrayList<>();
        for (Target.Key key : membership.targets()) {
            registered.add(new Member.Registered(key, world.targets().get(key)));
        }
        return new Member(
                task,
                membership,
                revision,
                registered,
                due(world, task, membership, revision),
                MemberHealth.of(
                        task,
                        revision,
                        registered,
                        service.healthCheckGracePeriod(),
                        outlook.timings(),
                        outlook.clock(),
                        outlook.now()));
    }

    /** A task is registered when it runs, once in each target group that there is. */
    private static List<Member.Due> due(
            World world, Task task, Membership membership, @Nullable ServiceRevision revision) {
        if (revision == null || task.stopping() || task.lastStatus() != TaskStatus.RUNNING) {
            return List.of();
        }
        List<Member.Due> due = new ArrayList<>();
        for (ServiceRevision.Balanced each : revision.balanced()) {
            Target.Key key = key(world, task, each);
            if (key != null
                    && world.targetGroups().get(each.group()) != null
                    && !membership.targets().contains(key)) {
                due.add(new Member.Due(key, task.origin().availabilityZone()));
            }
        }
        return due;
    }

    private static Target.@Nullable Key key(
            World world, Task task, ServiceRevision.Balanced balanced) {
        if (!balanced.byInstance()) {
            Eni eni = task.eni();
            return eni == null
                    ? null
                    : new Target.Key(balanced.group(), eni.address(), balanced.containerPort());
        }
        var arn = task.origin().containerInstance();
        ContainerInstance instance = arn == null ? null : world.containerInstances().get(arn);
        Integer port = hostPort(world, task, balanced);
        return instance == null || port == null
                ? null
                : new Target.Key(balanced.group(), instance.ec2InstanceId(), port);
    }

    /** A container port may be bound twice, for TCP and for UDP, to different host ports. */
    private static @Nullable Integer hostPort(
            World world, Task task, ServiceRevision.Balanced balanced) {
        TargetGroup group = world.targetGroups().get(balanced.group());
        boolean datagrams = group != null && group.protocol() == TrafficProtocol.UDP;
        Container container = task.container(balanced.container());
        for (PortBinding each : container.bindings()) {
            if (each.containerPort() == balanced.containerPort()
                    && each.protocol().equals("udp") == datagrams) {
                return each.hostPort();
            }
        }
        return null;
    }
}
