package dev.dryberth.api.elbv2;

import dev.dryberth.core.balancing.Forwards;
import dev.dryberth.core.loop.Ids;
import dev.dryberth.core.model.LoadBalancerArn;
import dev.dryberth.core.model.Scope;
import dev.dryberth.core.model.Target;
import dev.dryberth.core.model.TargetGroup;
import dev.dryberth.core.model.TargetGroup.TargetType;
import dev.dryberth.core.model.TargetGroupArn;
import dev.dryberth.core.model.TrafficProtocol;
import dev.dryberth.core.state.Tx;
import dev.dryberth.core.state.World;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.elasticloadbalancingv2.model.CreateTargetGroupRequest;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.CreateTargetGroupResponse;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.DeleteTargetGroupRequest;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.DeleteTargetGroupResponse;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.DescribeTargetGroupsRequest;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.DescribeTargetGroupsResponse;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.ModifyTargetGroupRequest;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.ModifyTargetGroupResponse;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;

/** Target groups. Loop thread. */
final class TargetGroups {

    static final int MAX_GROUPS = 3000;
    private static final int MAX_NAMED = 20;
    static final int MAX_PORT = 65_535;

    private final ElbNetworks networks;
    private final Ids ids;

    TargetGroups(ElbNetworks networks, Ids ids) {
        this.networks = networks;
        this.ids = ids;
    }

    CreateTargetGroupResponse createTargetGroup(Tx tx, CreateTargetGroupRequest request) {
        World world = tx.world();
        TargetGroup wanted = wanted(tx, request);
        TargetGroup present = named(world, wanted.arn().name());
        if (present != null) {
            if (!sameSettings(present, wanted)) {
                throw ElbErrors.duplicateTargetGroupName(wanted.arn().name());
            }
            return created(world, present);
        }
        if (inScope(world).size() >= MAX_GROUPS) {
            throw ElbErrors.tooManyTargetGroups("a region", MAX_GROUPS);
        }
        tx.put(world.targetGroups(), wanted.arn(), wanted);
        return created(world, wanted);
    }

    private static CreateTargetGroupResponse created(World world, TargetGroup group) {
        return CreateTargetGroupResponse.builder()
                .targetGroups(TargetGroupViews.view(group, Forwards.users(world)))
                .build();
    }

    private TargetGroup wanted(Tx tx, CreateTargetGroupRequest request) {
        String name = ElbNames.targetGroup(request.name());
        TargetType type = TargetGroupRules.targetType(request);
        TrafficProtocol protocol = TargetGroupRules.protocol(request, type);
        TargetGroup.ProtocolVersion version = TargetGroupRules.version(request, protocol);
        if (request.targetControlPort() != null) {
            throw ElbErrors.notBuilt("the target optimizer");
        }
        TargetGroupRules.requireIpv4(request);
        return new TargetGroup(
                new TargetGroupArn(References.scope(), name, ids.hex32().substring(0, 16)),
                type,
                protocol,
                version,
                protocol == null ? null : TargetGroupRules.port(request.port()),
                protocol == null ? null : vpcId(tx, request.vpcId()),
                HealthCheckRules.created(request, type, protocol, version),
                new LinkedHashMap<>(),
                TagRules.checked(request.tags()));
    }

    private String vpcId(Tx tx, @Nullable String id) {
        if (id == null) {
            throw ElbErrors.validation("A VPC ID must be specified");
        }
        if (!id.equals(networks.vpc(tx).id())) {
            throw ElbErrors.validation("The VPC ID '" + id + "' is not found");
        }
        return id;
    }

    private static boolean sameSettings(TargetGroup present, TargetGroup wanted) {
        return wanted.withAttributes(present.attributes())
                .withTags(present.tags())
                .equals(
                        new TargetGroup(
                                wanted.arn(),
                                present.targetType(),
                                present.protocol(),
                                present.protocolVersion(),
                                present.port(),
                                present.vpcId(),
                                present.healthCheck(),
                                present.attributes(),
                                present.tags()));
    }

    private static @Nullable TargetGroup named(World world, String name) {
        Scope scope = References.scope();
        var found =
                world.targetGroups()
                        .between(
                                new TargetGroupArn(scope, name, ""),
                                new TargetGroupArn(scope, name, "~"));
        return found.isEmpty() ? null : found.getFirst();
    }

    private static Collection<TargetGroup> inScope(World world) {
        Scope scope = References.scope();
        return world.targetGroups()
                .between(new TargetGroupArn(scope, "", ""), new TargetGroupArn(scope, "~", ""));
    }

    DescribeTargetGroupsResponse describeTargetGroups(Tx tx, DescribeTargetGroupsRequest request) {
        World world = tx.world();
        Pages pages = Pages.of("DescribeTargetGroups", request.pageSize(), request.marker());
        SortedMap<TargetGroupArn, SortedSet<LoadBalancerArn>> users = Forwards.users(world);
        Pages.Page<TargetGroup> page = page(world, request, pages, users);
        return DescribeTargetGroupsResponse.builder()
                .targetGroups(
                        page.items().stream()
                                .map(group -> TargetGroupViews.view(group, users))
                                .toList())
                .nextMarker(page.nextMarker())
                .build();
    }

    private static Pages.Page<TargetGroup> page(
            World world,
            DescribeTargetGroupsRequest request,
            Pages pages,
            SortedMap<TargetGroupArn, SortedSet<LoadBalancerArn>> users) {
        int ways = 0;
        ways += request.loadBalancerArn() == null ? 0 : 1;
        ways += request.targetGroupArns().isEmpty() ? 0 : 1;
        ways += request.names().isEmpty() ? 0 : 1;
        if (ways > 1) {
            throw ElbErrors.validation(
                    "Only one of a load balancer ARN, target group ARNs or target group names can be specified");
        }
        if (request.names().size() + request.targetGroupArns().size() > MAX_NAMED) {
            throw ElbErrors.validation(
                    "At most " + MAX_NAMED + " target groups can be specified by name");
        }
        if (!request.names().isEmpty()) {
            return new Pages.Page<>(byName(world, request.names()), null);
        }
        if (!request.targetGroupArns().isEmpty()) {
            return new Pages.Page<>(
                    request.targetGroupArns().stream()
                            .distinct()
                            .map(arn -> found(world, arn))
                            .toList(),
                    null);
        }
        if (request.loadBalancerArn() == null) {
            return pages.page(inScope(world), group -> group.arn().name());
        }
        LoadBalancerArn user = References.loadBalancer(world, request.loadBalancerArn()).arn();
        List<TargetGroup> used = new ArrayList<>();
        for (TargetGroup each : inScope(world)) {
            SortedSet<LoadBalancerArn> by = users.get(each.arn());
            if (by != null && by.contains(user)) {
                used.add(each);
            }
        }
        return pages.page(used, group -> group.arn().name());
    }

    private static TargetGroup found(World world, String arn) {
        TargetGroup group = world.targetGroups().get(References.targetGroupArn(arn));
        if (group == null || References.isForeign(group.arn())) {
            throw ElbErrors.targetGroupsNotFound();
        }
        return group;
    }

    private static List<TargetGroup> byName(World world, List<String> names) {
        List<TargetGroup> groups = new ArrayList<>();
        for (String name : names.stream().distinct().toList()) {
            TargetGroup group = named(world, name);
            if (group == null) {
                throw ElbErrors.targetGroupsNotFound();
            }
            groups.add(group);
        }
        return groups;
    }

    ModifyTargetGroupResponse modifyTargetGroup(Tx tx, ModifyTargetGroupRequest request) {
        World world = tx.world();
        TargetGroup group = References.targetGroup(world, request.targetGroupArn());
        TargetGroup next = group.withHealthCheck(HealthCheckRules.modified(request, group));
        tx.put(world.targetGroups(), next.arn(), next);
        return ModifyTargetGroupResponse.builder()
                .targetGroups(TargetGroupViews.view(next, Forwards.users(world)))
                .build();
    }

    DeleteTargetGroupResponse deleteTargetGroup(Tx tx, DeleteTargetGroupRequest request) {
        World world = tx.world();
        TargetGroupArn arn = References.targetGroupArn(request.targetGroupArn());
        if (world.targetGroups().get(arn) != null && !References.isForeign(arn)) {
            if (Forwards.users(world).containsKey(arn)) {
                throw ElbErrors.targetGroupInUse(arn);
            }
            for (Target target : targets(world, arn)) {
                tx.delete(world.targets(), target.key());
            }
            tx.delete(world.targetGroups(), arn);
        }
        return DeleteTargetGroupResponse.builder().build();
    }

    /** A copy, so that targets may be deleted while it is walked. */
    static List<Target> targets(World world, TargetGroupArn group) {
        return List.copyOf(
                world.targets().between(Target.Key.firstOf(group), Target.Key.afterAllOf(group)));
    }
}
