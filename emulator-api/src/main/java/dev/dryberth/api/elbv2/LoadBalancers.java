package dev.dryberth.api.elbv2;

import dev.dryberth.core.balancing.AttributeRules;
import dev.dryberth.core.balancing.LoopbackAddresses;
import dev.dryberth.core.loop.Clock;
import dev.dryberth.core.loop.Ids;
import dev.dryberth.core.model.Listener;
import dev.dryberth.core.model.ListenerArn;
import dev.dryberth.core.model.ListenerRule;
import dev.dryberth.core.model.LoadBalancer;
import dev.dryberth.core.model.LoadBalancerArn;
import dev.dryberth.core.model.RuleArn;
import dev.dryberth.core.model.Scope;
import dev.dryberth.core.model.Target;
import dev.dryberth.core.model.Vpc;
import dev.dryberth.core.state.Tx;
import dev.dryberth.core.state.World;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.elasticloadbalancingv2.model.CreateLoadBalancerRequest;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.CreateLoadBalancerResponse;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.DeleteLoadBalancerRequest;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.DeleteLoadBalancerResponse;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.DescribeLoadBalancersRequest;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.DescribeLoadBalancersResponse;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.EnablePrefixForIpv6SourceNatEnum;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.IpAddressType;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.LoadBalancerStateEnum;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;

/**
 * Load balancers. One is ready as soon as it is durable; only the answer that creates it still says
 * {@code provisioning}, as AWS's does. Loop thread.
 */
final class LoadBalancers {

    static final int MAX_OF_A_TYPE = 50;
    private static final int MAX_NAMED = 20;
    private static final String PROTECTION = "deletion_protection.enabled";
    private static final int LEAST_DIGITS = 100_000_000;
    private static final int MOST_DIGITS = Integer.MAX_VALUE;

    private final ElbNetworks networks;
    private final Ids ids;
    private final Clock clock;

    LoadBalancers(ElbNetworks networks, Ids ids, Clock clock) {
        this.networks = networks;
        this.ids = ids;
        this.clock = clock;
    }

    CreateLoadBalancerResponse createLoadBalancer(Tx tx, CreateLoadBalancerRequest request) {
        String name = ElbNames.loadBalancer(request.name());
        LoadBalancer.Type type = type(request);
        LoadBalancer.Scheme scheme = scheme(request);
        refuseUnbuilt(request);
        Vpc vpc = networks.vpc(tx);
        List<LoadBalancer.Zone> zones =
                networks.zones(vpc, type, scheme, request.subnets(), request.subnetMappings());
        List<String> groups = ElbNetworks.securityGroups(vpc, request.securityGroups());
        if (groups.isEmpty() && type == LoadBalancer.Type.APPLICATION) {
            groups = List.of(vpc.securityGroups().getFirst().id());
        }
        World world = tx.world();
        Scope scope = References.scope();
        LoadBalancer wanted =
                new LoadBalancer(
                        new LoadBalancerArn(scope, type, name, hex16()),
                        "",
                        "",
                        scheme,
                        vpc.id(),
                        zones,
                        groups,
                        null,
                        new LinkedHashMap<>(),
                        clock.now(),
                        TagRules.checked(request.tags()));
        LoadBalancer present = named(world, name);
        if (present != null) {
            if (!sameSettings(present, wanted)) {
                throw ElbErrors.duplicateLoadBalancerName(name);
            }
            return created(LoadBalancerViews.view(world, present));
        }
        checkLimit(world, type);
        LoadBalancer made =
                new LoadBalancer(
                        wanted.arn(),
                        dnsName(wanted.arn(), scheme),
                        LoopbackAddresses.free(world),
                        scheme,
                        vpc.id(),
                        zones,
                        groups,
                        null,
                        wanted.attributes(),
                        wanted.createdAt(),
                        wanted.tags());
        tx.put(world.loadBalancers(), made.arn(), made);
        return created(
                LoadBalancerViews.view(world, made).toBuilder()
                        .state(state -> state.code(LoadBalancerStateEnum.PROVISIONING))
                        .build());
    }

    private static CreateLoadBalancerResponse created(
            software.amazon.awssdk.services.elasticloadbalancingv2.model.LoadBalancer view) {
        return CreateLoadBalancerResponse.builder().loadBalancers(view).build();
    }

    private static LoadBalancer.Type type(CreateLoadBalancerRequest request) {
        if (request.type() == null) {
            return LoadBalancer.Type.APPLICATION;
        }
        return switch (request.type()) {
            case APPLICATION -> LoadBalancer.Type.APPLICATION;
            case NETWORK -> LoadBalancer.Type.NETWORK;
            case GATEWAY -> throw ElbErrors.notBuilt("gateway load balancers");
            case UNKNOWN_TO_SDK_VERSION ->
                    throw ElbErrors.invalid(
                            "Type", request.typeAsString(), "application, network or gateway");
        };
    }

    private static LoadBalancer.Scheme scheme(CreateLoadBalancerRequest request) {
        if (request.scheme() == null) {
            return LoadBalancer.Scheme.INTERNET_FACING;
        }
        return switch (request.scheme()) {
            case INTERNET_FACING -> LoadBalancer.Scheme.INTERNET_FACING;
            case INTERNAL -> LoadBalancer.Scheme.INTERNAL;
            case UNKNOWN_TO_SDK_VERSION ->
                    throw ElbErrors.invalid(
                            "Scheme", request.schemeAsString(), "internet-facing or internal");
        };
    }

    private static void refuseUnbuilt(CreateLoadBalancerRequest request) {
        requireIpv4(request.ipAddressType(), request.ipAddressTypeAsString());
        if (request.customerOwnedIpv4Pool() != null) {
            throw ElbErrors.notBuilt("customer-owned address pools");
        }
        if (request.ipamPools() != null) {
            throw ElbErrors.notBuilt("IPAM pools");
        }
        requireNoSourceNat(request.enablePrefixForIpv6SourceNat());
    }

    /** No subnet here has an IPv6 range, and AWS refuses dualstack in such subnets too. */
    static void requireIpv4(@Nullable IpAddressType type, @Nullable String text) {
        if (type == null) {
            return;
        }
        switch (type) {
            case IPV4 -> {}
            case DUALSTACK, DUALSTACK_WITHOUT_PUBLIC_IPV4 ->
                    throw ElbErrors.configuration(
                            "You must specify subnets with an associated IPv6 CIDR block");
            case UNKNOWN_TO_SDK_VERSION ->
                    throw ElbErrors.invalid(
                            "IpAddressType",
                            text,
                            "ipv4, dualstack or dualstack-without-public-ipv4");
        }
    }

    static void requireNoSourceNat(@Nullable EnablePrefixForIpv6SourceNatEnum choice) {
        if (choice == EnablePrefixForIpv6SourceNatEnum.ON) {
            throw ElbErrors.configuration(
                    "EnablePrefixForIpv6SourceNat needs the IP address type dualstack");
        }
    }

    private static @Nullable LoadBalancer named(World world, String name) {
        for (LoadBalancer each : inScope(world)) {
            if (each.arn().name().equals(name)) {
                return each;
            }
        }
        return null;
    }

    /** The caller's load balancers by name; both types share one space of names. */
    private static Iterable<LoadBalancer> inScope(World world) {
        Scope scope = References.scope();
        return world.loadBalancers()
                .between(
                        new LoadBalancerArn(scope, LoadBalancer.Type.APPLICATION, "", ""),
                        new LoadBalancerArn(scope, LoadBalancer.Type.NETWORK, "~", "~"));
    }

    private static boolean sameSettings(LoadBalancer present, LoadBalancer wanted) {
        return present.arn().type() == wanted.arn().type()
                && present.scheme() == wanted.scheme()
                && List.copyOf(present.zones()).containsAll(wanted.zones())
                && wanted.zones().size() == present.zones().size()
                && present.securityGroups().equals(wanted.securityGroups());
    }

    private static void checkLimit(World world, LoadBalancer.Type type) {
        int count = 0;
        for (LoadBalancer each : inScope(world)) {
            count += each.arn().type() == type ? 1 : 0;
        }
        if (count >= MAX_OF_A_TYPE) {
            throw ElbErrors.tooManyLoadBalancers(
                    type.name().toLowerCase(Locale.ROOT) + " load balancers", MAX_OF_A_TYPE);
        }
    }

    private String hex16() {
        return ids.hex32().substring(0, 16);
    }

    /**
     * AWS's forms of the name below {@code localhost}, which every system resolves to this machine.
     */
    private String dnsName(LoadBalancerArn arn, LoadBalancer.Scheme scheme) {
        String region = arn.scope().region();
        String prefix = scheme == LoadBalancer.Scheme.INTERNAL ? "internal-" : "";
        return switch (arn.type()) {
            case APPLICATION ->
                    "%s%s-%d.%s.elb.localhost"
                            .formatted(
                                    prefix,
                                    arn.name(),
                                    ids.random().nextInt(LEAST_DIGITS, MOST_DIGITS),
                                    region);
            case NETWORK -> "%s-%s.elb.%s.localhost".formatted(arn.name(), arn.id(), region);
        };
    }

    DescribeLoadBalancersResponse describeLoadBalancers(
            Tx tx, DescribeLoadBalancersRequest request) {
        World world = tx.world();
        if (!request.names().isEmpty() && !request.loadBalancerArns().isEmpty()) {
            throw ElbErrors.validation(
                    "Load balancer names and load balancer ARNs cannot be specified at the same time");
        }
        if (request.names().size() + request.loadBalancerArns().size() > MAX_NAMED) {
            throw ElbErrors.validation(
                    "The maximum number of load balancers that can be described by name is "
                            + MAX_NAMED);
        }
        Pages pages = Pages.of("DescribeLoadBalancers", request.pageSize(), request.marker());
        Pages.Page<LoadBalancer> page;
        if (!request.names().isEmpty()) {
            page = new Pages.Page<>(byName(world, request.names()), null);
        } else if (!request.loadBalancerArns().isEmpty()) {
            page = new Pages.Page<>(byArn(world, request.loadBalancerArns()), null);
        } else {
            page = pages.page(inScope(world), row -> row.arn().name());
        }
        return DescribeLoadBalancersResponse.builder()
                .loadBalancers(
                        page.items().stream()
                                .map(row -> LoadBalancerViews.view(world, row))
                                .toList())
                .nextMarker(page.nextMarker())
                .build();
    }

    private static List<LoadBalancer> byName(World world, List<String> names) {
        List<LoadBalancer> found = new ArrayList<>();
        for (String name : names.stream().distinct().toList()) {
            LoadBalancer row = named(world, name);
            if (row == null) {
                throw ElbErrors.loadBalancersNotFound(List.of(name));
            }
            found.add(row);
        }
        return found;
    }

    private static List<LoadBalancer> byArn(World world, List<String> arns) {
        return arns.stream().distinct().map(arn -> References.loadBalancer(world, arn)).toList();
    }

    DeleteLoadBalancerResponse deleteLoadBalancer(Tx tx, DeleteLoadBalancerRequest request) {
        World world = tx.world();
        LoadBalancerArn arn = References.loadBalancerArn(request.loadBalancerArn());
        LoadBalancer present = world.loadBalancers().get(arn);
        if (present != null && !References.isForeign(arn)) {
            if ("true".equals(AttributeRules.complete(present).get(PROTECTION))) {
                throw ElbErrors.notPermitted(
                        "Load balancer '%s' cannot be deleted because deletion protection is enabled"
                                .formatted(arn));
            }
            for (Target target : world.targets().all()) {
                if (target.id().equals(arn.text())) {
                    throw ElbErrors.resourceInUse(
                            "Load balancer '%s' cannot be deleted because it is a target of the target group '%s'"
                                    .formatted(arn, target.group()));
                }
            }
            for (Listener listener : listeners(world, arn)) {
                deleteListener(tx, listener.arn());
            }
            tx.delete(world.loadBalancers(), arn);
        }
        return DeleteLoadBalancerResponse.builder().build();
    }

    static List<Listener> listeners(World world, LoadBalancerArn arn) {
        return List.copyOf(
                world.listeners().between(ListenerArn.firstOf(arn), ListenerArn.afterAllOf(arn)));
    }

    static void deleteListener(Tx tx, ListenerArn arn) {
        World world = tx.world();
        for (ListenerRule rule :
                List.copyOf(
                        world.listenerRules()
                                .between(RuleArn.firstOf(arn), RuleArn.afterAllOf(arn)))) {
            tx.delete(world.listenerRules(), rule.arn());
        }
        tx.delete(world.listeners(), arn);
    }
}
