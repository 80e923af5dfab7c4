package dev.dryberth.core.model;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.elasticloadbalancingv2.model.Action;

import java.util.List;
import java.util.Map;

/**
 * A port of a load balancer.
 *
 * @param certificates their ARNs, the default one first; empty unless it answers with TLS
 * @param clients what is asked of clients' certificates; null: nothing
 * @param defaultActions in order, checked and complete; what is done where no rule holds
 * @param defaultRuleId the last part of the default rule's ARN; that rule has no row of its own
 * @param attributes those that were set; all others have their defaults
 * @param problem why no traffic comes in on its port; null: as far as is known, it does
 */
public record Listener(
        ListenerArn arn,
        TrafficProtocol protocol,
        int port,
        @Nullable String sslPolicy,
        List<String> certificates,
        @Nullable String alpnPolicy,
        @Nullable MutualAuthentication clients,
        List<Action> defaultActions,
        String defaultRuleId,
        Map<String, String> attributes,
        @Nullable String problem,
        List<Tag> tags) {

    /** What is asked of clients' certificates. */
    public MutualAuthentication mutualAuthentication() {
        return clients == null ? MutualAuthentication.OFF : clients;
    }

    public RuleArn defaultRule() {
        return new RuleArn(arn, defaultRuleId);
    }

    public Listener withCertificates(List<String> next) {
        return new Listener(
                arn,
                protocol,
                port,
                sslPolicy,
                next,
                alpnPolicy,
                clients,
                defaultActions,
                defaultRuleId,
                attributes,
                problem,
                tags);
    }

    public Listener withDefaultActions(List<Action> next) {
        return new Listener(
                arn,
                protocol,
                port,
                sslPolicy,
                certificates,
                alpnPolicy,
                clients,
                next,
                defaultRuleId,
                attributes,
                problem,
                tags);
    }

    public Listener withAttributes(Map<String, String> next) {
        return new Listener(
                arn,
                protocol,
                port,
                sslPolicy,
                certificates,
                alpnPolicy,
                clients,
                defaultActions,
                defaultRuleId,
                next,
                problem,
                tags);
    }

    public Listener withProblem(@Nullable String next) {
        return new Listener(
                arn,
                protocol,
                port,
                sslPolicy,
                certificates,
                alpnPolicy,
                clients,
                defaultActions,
                defaultRuleId,
                attributes,
                next,
                tags);
    }

    public Listener withTags(List<Tag> next) {
        return new Listener(
                arn,
                protocol,
                port,
                sslPolicy,
                certificates,
                alpnPolicy,
                clients,
                defaultActions,
                defaultRuleId,
                attributes,
                problem,
                next);
    }
}
