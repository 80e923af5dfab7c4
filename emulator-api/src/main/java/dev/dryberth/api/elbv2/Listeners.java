package dev.dryberth.api.elbv2;

import dev.dryberth.core.balancing.Carried;
import dev.dryberth.core.balancing.RouteTable;
import dev.dryberth.core.loop.Ids;
import dev.dryberth.core.model.Listener;
import dev.dryberth.core.model.ListenerArn;
import dev.dryberth.core.model.ListenerRule;
import dev.dryberth.core.model.LoadBalancer;
import dev.dryberth.core.model.LoadBalancerArn;
import dev.dryberth.core.model.RuleArn;
import dev.dryberth.core.model.TrafficProtocol;
import dev.dryberth.core.state.Tx;
import dev.dryberth.core.state.World;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.elasticloadbalancingv2.model.CreateListenerRequest;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.CreateListenerResponse;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.DeleteListenerRequest;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.DeleteListenerResponse;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.DescribeListenersRequest;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.DescribeListenersResponse;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.ModifyListenerRequest;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.ModifyListenerResponse;

import java.util.LinkedHashMap;
import java.util.List;

/** Listeners. Each has a default rule, which is part of it. Loop thread. */
final class Listeners {

    static final int MAX_LISTENERS = 50;

    private final Ids ids;

    Listeners(Ids ids) {
        this.ids = ids;
    }

    CreateListenerResponse createListener(Tx tx, CreateListenerRequest request) {
        World world = tx.world();
        LoadBalancer loadBalancer = References.loadBalancer(world, request.loadBalancerArn());
        TrafficProtocol protocol = protocol(loadBalancer, request);
        int port = TargetGroupRules.port(request.port());
        ListenerSecurity security =
                ListenerSecurity.checked(
                        world,
                        protocol,
                        request.certificates(),
                        request.sslPolicy(),
                        request.alpnPolicy());
        Listener wanted =
                new Listener(
                        new ListenerArn(loadBalancer.arn(), hex16()),
                        protocol,
                        port,
                        security.sslPolicy(),
                        security.certificates(),
                        security.alpnPolicy(),
                        MutualTls.checked(world, protocol, request.mutualAuthentication(), null),
                        ActionRules.checked(
                                new ActionRules.Place(
                                        world, loadBalancer.arn(), protocol, List.of()),
                                request.defaultActions()),
                        hex16(),
                        new LinkedHashMap<>(),
                        null,
                        TagRules.checked(request.tags()));
        Listener present = onPort(world, loadBalancer.arn(), port);
        if (present != null) {
            if (!sameSettings(present, wanted)) {
                throw ElbErrors.duplicateListener(loadBalancer.arn());
            }
            return CreateListenerResponse.builder().listeners(ListenerViews.view(present)).build();
        }
        if (LoadBalancers.listeners(world, loadBalancer.arn()).size() >= MAX_LISTENERS) {
            throw ElbErrors.tooManyListeners(MAX_LISTENERS);
        }
        tx.put(world.listeners(), wanted.arn(), wanted);
        return CreateListenerResponse.builder().listeners(ListenerViews.view(wanted)).build();
    }

    private String hex16() {
        return ids.hex32().substring(0, 16);
    }

    private static TrafficProtocol protocol(
            LoadBalancer loadBalancer, CreateListenerRequest request) {
        TrafficProtocol protocol =
                TargetGroupRules.protocol(request.protocol(), request.protocolAsString());
        if (protocol == null) {
            throw ElbErrors.validation("A listener protocol must be specified");
        }
        requireFitting(loadBalancer.arn(), protocol);
        return protocol;
    }

    private static void requireFitting(LoadBalancerArn loadBalancer, TrafficProtocol protocol) {
        boolean application = loadBalancer.type() == LoadBalancer.Type.APPLICATION;
        if (application != protocol.isHttp()) {
            throw ElbErrors.unsupportedProtocol(
                    "Listener protocol '%s' must be one of '%s'"
                            .formatted(
                                    protocol,
                                    application ? "HTTP, HTTPS" : "TCP, TLS, UDP, TCP_UDP"));
        }
        String refusal =
                Carried.listenerRefusal(
                        application ? RouteTable.Type.APPLICATION : RouteTable.Type.NETWORK,
                        RouteTable.Protocol.valueOf(protocol.name()));
        if (refusal != null) {
            throw ElbErrors.notBuilt("such a listener: " + refusal);
        }
    }

    /** One port has one listener; TCP and UDP on the same port are TCP_UDP. */
    private static @Nullable Listener onPort(World world, LoadBalancerArn arn, int port) {
        for (Listener each : LoadBalancers.listeners(world, arn)) {
            if (each.port() == port) {
                return each;
            }
        }
        return null;
    }

    private static boolean sameSettings(Listener present, Listener wanted) {
        return new Listener(
                        present.arn(),
                        wanted.protocol(),
                        wanted.port(),
                        wanted.sslPolicy(),
                        wanted.certificates(),
                        wanted.alpnPolicy(),
                        wanted.clients(),
                        wanted.defaultActions(),
                        present.defaultRuleId(),
                        present.attributes(),
                        present.problem(),
                        present.tags())
                .equals(present);
    }

    DescribeListenersResponse describeListeners(Tx tx, DescribeListenersRequest request) {
        World world = tx.world();
        Pages pages = Pages.of("DescribeListeners", request.pageSize(), request.marker());
        Pages.Page<Listener> page;
        if (!request.listenerArns().isEmpty()) {
            if (request.loadBalancerArn() != null) {
                throw ElbErrors.validation(
                        "You cannot specify both listener ARNs and a load balancer ARN");
            }
            page =
                    new Pages.Page<>(
                            request.listenerArns().stream()
                                    .distinct()
                                    .map(arn -> References.listener(world, arn))
                                    .toList(),
                            null);
        } else if (request.loadBalancerArn() != null) {
            LoadBalancer of = References.loadBalancer(world, request.loadBalancerArn());
            page =
                    pages.page(
                            LoadBalancers.listeners(world, of.arn()),
                            listener -> listener.arn().id());
        } else {
            throw ElbErrors.validation(
                    "You must specify either listener ARNs or a load balancer ARN");
        }
        return DescribeListenersResponse.builder()
                .listeners(page.items().stream().map(ListenerViews::view).toList())
                .nextMarker(page.nextMarker())
                .build();
    }

    ModifyListenerResponse modifyListener(Tx tx, ModifyListenerRequest request) {
        World world = tx.world();
        Listener present = References.listener(world, request.listenerArn());
        LoadBalancerArn loadBalancer = present.arn().loadBalancer();
        TrafficProtocol protocol =
                TargetGroupRules.protocol(request.protocol(), request.protocolAsString());
        protocol = protocol == null ? present.protocol() : protocol;
        requireFitting(loadBalancer, protocol);
        int port =
                request.port() == null
                        ? present.port()
                        : TargetGroupRules.checkedPort(request.port());
        Listener occupant = onPort(world, loadBalancer, port);
        if (occupant != null && !occupant.arn().equals(present.arn())) {
            throw ElbErrors.duplicateListener(loadBalancer);
        }
        ListenerSecurity security =
                ListenerSecurity.modified(
                        world,
                        present,
                        protocol,
                        request.certificates(),
                        request.sslPolicy(),
                        request.hasAlpnPolicy() ? request.alpnPolicy() : null);
        ActionRules.Place place =
                new ActionRules.Place(world, loadBalancer, protocol, present.defaultActions());
        if (protocol != present.protocol()) {
            requireStillFitting(place, present);
        }
        Listener next =
                new Listener(
                        present.arn(),
                        protocol,
                        port,
                        security.sslPolicy(),
                        security.certificates(),
                        security.alpnPolicy(),
                        MutualTls.checked(
                                world, protocol, request.mutualAuthentication(), present.clients()),
                        ActionRules.checked(
                                place,
                                request.hasDefaultActions()
                                        ? request.defaultActions()
                                        : present.defaultActions()),
                        present.defaultRuleId(),
                        present.attributes(),
                        port == present.port() ? present.problem() : null,
                        present.tags());
        tx.put(world.listeners(), next.arn(), next);
        return ModifyListenerResponse.builder().listeners(ListenerViews.view(next)).build();
    }

    /** Rules that were right for the old protocol need not be for the new one. */
    private static void requireStillFitting(ActionRules.Place place, Listener listener) {
        for (ListenerRule each : rules(place.world(), listener.arn())) {
            ActionRules.checked(place, each.actions());
        }
    }

    static List<ListenerRule> rules(World world, ListenerArn listener) {
        return List.copyOf(
                world.listenerRules()
                        .between(RuleArn.firstOf(listener), RuleArn.afterAllOf(listener)));
    }

    DeleteListenerResponse deleteListener(Tx tx, DeleteListenerRequest request) {
        Listener present = References.listener(tx.world(), request.listenerArn());
        LoadBalancers.deleteListener(tx, present.arn());
        return DeleteListenerResponse.builder().build();
    }
}
