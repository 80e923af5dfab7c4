package dev.dryberth.api.elbv2;

import dev.dryberth.core.balancing.AttributeRule;
import dev.dryberth.core.balancing.AttributeRules;
import dev.dryberth.core.model.Listener;
import dev.dryberth.core.model.LoadBalancer;
import dev.dryberth.core.model.TargetGroup;
import dev.dryberth.core.state.Tx;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.elasticloadbalancingv2.model.DescribeListenerAttributesRequest;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.DescribeListenerAttributesResponse;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.DescribeLoadBalancerAttributesRequest;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.DescribeLoadBalancerAttributesResponse;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.DescribeTargetGroupAttributesRequest;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.DescribeTargetGroupAttributesResponse;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.ListenerAttribute;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.LoadBalancerAttribute;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.ModifyListenerAttributesRequest;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.ModifyListenerAttributesResponse;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.ModifyLoadBalancerAttributesRequest;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.ModifyLoadBalancerAttributesResponse;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.ModifyTargetGroupAttributesRequest;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.ModifyTargetGroupAttributesResponse;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.TargetGroupAttribute;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;

/** The attributes of load balancers, listeners and target groups. Loop thread. */
final class Attributes {

    DescribeLoadBalancerAttributesResponse describeLoadBalancerAttributes(
            Tx tx, DescribeLoadBalancerAttributesRequest request) {
        LoadBalancer row = References.loadBalancer(tx.world(), request.loadBalancerArn());
        return DescribeLoadBalancerAttributesResponse.builder()
                .attributes(view(AttributeRules.complete(row), Attributes::ofLoadBalancer))
                .build();
    }

    ModifyLoadBalancerAttributesResponse modifyLoadBalancerAttributes(
            Tx tx, ModifyLoadBalancerAttributesRequest request) {
        LoadBalancer row = References.loadBalancer(tx.world(), request.loadBalancerArn());
        LoadBalancer next =
                row.withAttributes(
                        changed(
                                "Load balancer",
                                AttributeRules.of(row),
                                row.attributes(),
                                request.attributes(),
                                LoadBalancerAttribute::key,
                                LoadBalancerAttribute::value));
        AttributeConflicts.check(next);
        tx.put(tx.world().loadBalancers(), row.arn(), next);
        return ModifyLoadBalancerAttributesResponse.builder()
                .attributes(view(AttributeRules.complete(next), Attributes::ofLoadBalancer))
                .build();
    }

    private static LoadBalancerAttribute ofLoadBalancer(String key, String value) {
        return LoadBalancerAttribute.builder().key(key).value(value).build();
    }

    DescribeListenerAttributesResponse describeListenerAttributes(
            Tx tx, DescribeListenerAttributesRequest request) {
        Listener row = References.listener(tx.world(), request.listenerArn());
        return DescribeListenerAttributesResponse.builder()
                .attributes(view(AttributeRules.complete(row), Attributes::ofListener))
                .build();
    }

    ModifyListenerAttributesResponse modifyListenerAttributes(
            Tx tx, ModifyListenerAttributesRequest request) {
        Listener row = References.listener(tx.world(), request.listenerArn());
        Listener next =
                row.withAttributes(
                        changed(
                                "Listener",
                                AttributeRules.of(row),
                                row.attributes(),
                                request.attributes(),
                                ListenerAttribute::key,
                                ListenerAttribute::value));
        tx.put(tx.world().listeners(), row.arn(), next);
        return ModifyListenerAttributesResponse.builder()
                .attributes(view(AttributeRules.complete(next), Attributes::ofListener))
                .build();
    }

    private static ListenerAttribute ofListener(String key, String value) {
        return ListenerAttribute.builder().key(key).value(value).build();
    }

    DescribeTargetGroupAttributesResponse describeTargetGroupAttributes(
            Tx tx, DescribeTargetGroupAttributesRequest request) {
        TargetGroup row = References.targetGroup(tx.world(), request.targetGroupArn());
        return DescribeTargetGroupAttributesResponse.builder()
                .attributes(view(AttributeRules.complete(row), Attributes::ofTargetGroup))
                .build();
    }

    ModifyTargetGroupAttributesResponse modifyTargetGroupAttributes(
            Tx tx, ModifyTargetGroupAttributesRequest request) {
        TargetGroup row = References.targetGroup(tx.world(), request.targetGroupArn());
        TargetGroup next =
                row.withAttributes(
                        changed(
                                "Target group",
                                AttributeRules.of(row),
                                row.attributes(),
                                request.attributes(),
                                TargetGroupAttribute::key,
                                TargetGroupAttribute::value));
        AttributeConflicts.check(next);
        tx.put(tx.world().targetGroups(), row.arn(), next);
        return ModifyTargetGroupAttributesResponse.builder()
                .attributes(view(AttributeRules.complete(next), Attributes::ofTargetGroup))
                .build();
    }

    private static TargetGroupAttribute ofTargetGroup(String key, String value) {
        return TargetGroupAttribute.builder().key(key).value(value).build();
    }

    private static <A> List<A> view(
            Map<String, String> attributes, BiFunction<String, String, A> attribute) {
        List<A> view = new ArrayList<>();
        attributes.forEach((key, value) -> view.add(attribute.apply(key, value)));
        return view;
    }

    private static <A> Map<String, String> changed(
            String what,
            List<AttributeRule> rules,
            Map<String, String> present,
            List<A> wanted,
            Function<A, @Nullable String> key,
            Function<A, @Nullable String> value) {
        if (wanted.isEmpty()) {
            throw ElbErrors.validation("At least one attribute must be specified");
        }
        Map<String, String> next = new LinkedHashMap<>(present);
        for (A each : wanted) {
            String name = key.apply(each);
            if (name == null) {
                throw ElbErrors.missing("attributes.key");
            }
            AttributeRule rule =
                    rules.stream()
                            .filter(candidate -> candidate.key().equals(name))
                            .findFirst()
                            .orElseThrow(() ->
                                    ElbErrors.configuration(
                                            "%s attribute key '%s' is not recognized"
                                                    .formatted(what, name)));
            String given = value.apply(each);
            String text = given == null ? "" : given;
            if (!rule.accepts().test(text)) {
                throw ElbErrors.configuration(
                        "%s attribute '%s' has the value '%s' (expected: %s)"
                                .formatted(what, name, text, rule.expected()));
            }
            next.put(name, text);
        }
        return next;
    }
}
