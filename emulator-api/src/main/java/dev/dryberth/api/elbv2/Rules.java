package dev.dryberth.api.elbv2;

import dev.dryberth.core.loop.Ids;
import dev.dryberth.core.model.Listener;
import dev.dryberth.core.model.ListenerArn;
import dev.dryberth.core.model.ListenerRule;
import dev.dryberth.core.model.LoadBalancer;
import dev.dryberth.core.model.RuleArn;
import dev.dryberth.core.state.Tx;
import dev.dryberth.core.state.World;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.elasticloadbalancingv2.model.CreateRuleRequest;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.CreateRuleResponse;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.DeleteRuleRequest;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.DeleteRuleResponse;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.DescribeRulesRequest;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.DescribeRulesResponse;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.ModifyRuleRequest;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.ModifyRuleResponse;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.Rule;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.RulePriorityPair;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.SetRulePrioritiesRequest;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.SetRulePrioritiesResponse;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The rules of application load balancers' listeners. Loop thread. */
final class Rules {

    static final int MAX_RULES = 100;
    private static final int MAX_PRIORITY = 50_000;

    private final Ids ids;

    Rules(Ids ids) {
        this.ids = ids;
    }

    CreateRuleResponse createRule(Tx tx, CreateRuleRequest request) {
        World world = tx.world();
        Listener listener = References.listener(world, request.listenerArn());
        if (listener.arn().loadBalancer().type() != LoadBalancer.Type.APPLICATION) {
            throw ElbErrors.unsupportedProtocol(
                    "Rules are not supported for listeners with the protocol '%s'"
                            .formatted(listener.protocol()));
        }
        int priority = priority(request.priority());
        ListenerRule rule =
                new ListenerRule(
                        new RuleArn(listener.arn(), ids.hex32().substring(0, 16)),
                        priority,
                        ConditionRules.checked(request.conditions()),
                        ActionRules.checked(
                                ActionRules.Place.of(world, listener, List.of()),
                                request.actions()),
                        TransformRules.checked(request.transforms()),
                        TagRules.checked(request.tags()));
        if (Listeners.rules(world, listener.arn()).stream()
                .anyMatch(each -> each.priority() == priority)) {
            throw ElbErrors.priorityInUse(priority);
        }
        requireRoom(world, listener);
        tx.put(world.listenerRules(), rule.arn(), rule);
        return CreateRuleResponse.builder().rules(ListenerViews.view(rule)).build();
    }

    /** The limit is the load balancer's; default rules do not count. */
    private static void requireRoom(World world, Listener listener) {
        int count = 0;
        for (Listener each : LoadBalancers.listeners(world, listener.arn().loadBalancer())) {
            count += Listeners.rules(world, each.arn()).size();
        }
        if (count >= MAX_RULES) {
            throw ElbErrors.tooManyRules(MAX_RULES);
        }
    }

    private static int priority(@Nullable Integer priority) {
        if (priority == null) {
            throw ElbErrors.missing("priority");
        }
        if (priority < 1 || priority > MAX_PRIORITY) {
            throw ElbErrors.invalid("Priority", priority, "from 1 to " + MAX_PRIORITY);
        }
        return priority;
    }

    DescribeRulesResponse describeRules(Tx tx, DescribeRulesRequest request) {
        World world = tx.world();
        Pages pages = Pages.of("DescribeRules", request.pageSize(), request.marker());
        if (request.listenerArn() != null && !request.ruleArns().isEmpty()) {
            throw ElbErrors.validation("You cannot specify both listener and rule ARNs");
        }
        Pages.Page<Rule> page;
        if (request.listenerArn() != null) {
            page =
                    pages.page(
                            all(world, References.listener(world, request.listenerArn())),
                            Rules::place);
        } else if (!request.ruleArns().isEmpty()) {
            page =
                    new Pages.Page<>(
                            request.ruleArns().stream()
                                    .distinct()
                                    .map(arn -> view(world, References.ruleArn(arn)))
                                    .toList(),
                            null);
        } else {
            throw ElbErrors.validation("You must specify either listener ARNs or rule ARNs");
        }
        return DescribeRulesResponse.builder()
                .rules(page.items())
                .nextMarker(page.nextMarker())
                .build();
    }

    /** By priority, the default rule last. */
    private static List<Rule> all(World world, Listener listener) {
        List<ListenerRule> rows = new ArrayList<>(Listeners.rules(world, listener.arn()));
        rows.sort(Comparator.comparingInt(ListenerRule::priority));
        List<Rule> rules = new ArrayList<>();
        rows.forEach(row -> rules.add(ListenerViews.view(row)));
        rules.add(ListenerViews.defaultRule(listener));
        return rules;
    }

    /** A text that sorts as the rules do; letters come after digits. */
    private static String place(Rule rule) {
        return rule.isDefault()
                ? rule.priority()
                : "%05d".formatted(Integer.parseInt(rule.priority()));
    }

    private static Rule view(World world, RuleArn arn) {
        ListenerRule row = References.rule(world, arn);
        return row == null
                ? ListenerViews.defaultRule(References.listener(world, arn.listener().text()))
                : ListenerViews.view(row);
    }

    ModifyRuleResponse modifyRule(Tx tx, ModifyRuleRequest request) {
        World world = tx.world();
        ListenerRule row = changeable(world, References.ruleArn(request.ruleArn()), "modified");
        boolean reset = Boolean.TRUE.equals(request.resetTransforms());
        if (reset && request.hasTransforms()) {
            throw ElbErrors.validation("You cannot specify both transforms and ResetTransforms");
        }
        Listener listener = References.listener(world, row.arn().listener().text());
        ListenerRule next =
                row.with(
                        request.hasConditions()
                                ? ConditionRules.checked(request.conditions())
                                : row.conditions(),
                        request.hasActions()
                                ? ActionRules.checked(
                                        ActionRules.Place.of(world, listener, row.actions()),
                                        request.actions())
                                : row.actions(),
                        reset
                                ? List.of()
                                : request.hasTransforms()
                                        ? TransformRules.checked(request.transforms())
                                        : row.transforms());
        tx.put(world.listenerRules(), next.arn(), next);
        return ModifyRuleResponse.builder().rules(ListenerViews.view(next)).build();
    }

    private static ListenerRule changeable(World world, RuleArn arn, String how) {
        ListenerRule row = References.rule(world, arn);
        if (row == null) {
            throw ElbErrors.notPermitted("Default rule '" + arn + "' cannot be " + how);
        }
        return row;
    }

    DeleteRuleResponse deleteRule(Tx tx, DeleteRuleRequest request) {
        RuleArn arn = References.ruleArn(request.ruleArn());
        ListenerRule row = changeable(tx.world(), arn, "deleted");
        tx.delete(tx.world().listenerRules(), row.arn());
        return DeleteRuleResponse.builder().build();
    }

    /** All at once, so two rules can change places. */
    SetRulePrioritiesResponse setRulePriorities(Tx tx, SetRulePrioritiesRequest request) {
        World world = tx.world();
        if (request.rulePriorities().isEmpty()) {
            throw ElbErrors.validation("At least one rule priority must be specified");
        }
        Map<RuleArn, ListenerRule> moved = new LinkedHashMap<>();
        for (RulePriorityPair each : request.rulePriorities()) {
            RuleArn arn = References.ruleArn(each.ruleArn());
            ListenerRule row = changeable(world, arn, "given a priority");
            if (moved.put(arn, row.withPriority(priority(each.priority()))) != null) {
                throw ElbErrors.validation("The rule '" + arn + "' is specified more than once");
            }
        }
        moved.forEach((arn, row) -> tx.put(world.listenerRules(), arn, row));
        Set<ListenerArn> listeners = new HashSet<>();
        for (RuleArn arn : moved.keySet()) {
            if (listeners.add(arn.listener())) {
                requireDistinct(world, arn.listener());
            }
        }
        return SetRulePrioritiesResponse.builder()
                .rules(moved.values().stream().map(ListenerViews::view).toList())
                .build();
    }

    private static void requireDistinct(World world, ListenerArn listener) {
        Set<Integer> taken = new HashSet<>();
        for (ListenerRule each : Listeners.rules(world, listener)) {
            if (!taken.add(each.priority())) {
                throw ElbErrors.priorityInUse(each.priority());
            }
        }
    }
}
