package dev.dryberth.api.elbv2;

import software.amazon.awssdk.services.elasticloadbalancingv2.model.DescribeAccountLimitsRequest;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.DescribeAccountLimitsResponse;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.Limit;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The quotas of an account, which are those that are held to here. */
final class AccountLimits {

    private static final Map<String, Integer> LIMITS = limits();

    private AccountLimits() {}

    private static Map<String, Integer> limits() {
        Map<String, Integer> limits = new TreeMap<>();
        limits.put("application-load-balancers", LoadBalancers.MAX_OF_A_TYPE);
        limits.put("condition-values-per-alb-rule", ConditionRules.MAX_VALUES);
        limits.put("condition-wildcards-per-alb-rule", ConditionRules.MAX_WILDCARDS);
        limits.put("listeners-per-application-load-balancer", Listeners.MAX_LISTENERS);
        limits.put("listeners-per-network-load-balancer", Listeners.MAX_LISTENERS);
        limits.put("network-load-balancers", LoadBalancers.MAX_OF_A_TYPE);
        limits.put("rules-per-application-load-balancer", Rules.MAX_RULES);
        limits.put("target-groups", TargetGroups.MAX_GROUPS);
        limits.put(
                "target-groups-per-action-on-application-load-balancer", ForwardRules.MAX_GROUPS);
        limits.put("target-groups-per-action-on-network-load-balancer", ForwardRules.MAX_GROUPS);
        limits.put(
                "target-groups-per-application-load-balancer",
                ForwardRules.MAX_GROUPS_OF_LOAD_BALANCER);
        limits.put("targets-per-target-group", Targets.MAX_TARGETS);
        return limits;
    }

    static DescribeAccountLimitsResponse describeAccountLimits(
            DescribeAccountLimitsRequest request) {
        Pages pages = Pages.of("DescribeAccountLimits", request.pageSize(), request.marker());
        Pages.Page<Map.Entry<String, Integer>> page =
                pages.page(LIMITS.entrySet(), Map.Entry::getKey);
        List<Limit> limits =
                page.items().stream()
                        .map(each ->
                                Limit.builder()
                                        .name(each.getKey())
                                        .max(each.getValue().toString())
                                        .build())
                        .toList();
        return DescribeAccountLimitsResponse.builder()
                .limits(limits)
                .nextMarker(page.nextMarker())
                .build();
    }
}
