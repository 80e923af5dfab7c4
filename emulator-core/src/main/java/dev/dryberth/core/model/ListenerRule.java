package dev.dryberth.core.model;

import software.amazon.awssdk.services.elasticloadbalancingv2.model.Action;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.RuleCondition;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.RuleTransform;

import java.util.List;

/**
 * A rule of an application load balancer's listener, but for the default one, which is part of the
 * listener. Conditions, actions and transforms are kept as AWS writes them, checked and complete;
 * what traffic is carried by is made of them when the route table is.
 */
public record ListenerRule(
        RuleArn arn,
        int priority,
        List<RuleCondition> conditions,
        List<Action> actions,
        List<RuleTransform> transforms,
        List<Tag> tags) {

    public ListenerRule withPriority(int next) {
        return new ListenerRule(arn, next, conditions, actions, transforms, tags);
    }

    public ListenerRule with(
            List<RuleCondition> newConditions,
            List<Action> newActions,
            List<RuleTransform> newTransforms) {
        return new ListenerRule(arn, priority, newConditions, newActions, newTransforms, tags);
    }

    public ListenerRule withTags(List<Tag> next) {
        return new ListenerRule(arn, priority, conditions, actions, transforms, next);
    }
}
