package dev.dryberth.api.elbv2;

import dev.dryberth.core.model.Listener;
import dev.dryberth.core.model.ListenerRule;
import dev.dryberth.core.model.TrafficProtocol;

import software.amazon.awssdk.services.elasticloadbalancingv2.model.Certificate;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.Rule;

import java.util.List;

/** Listeners and rules as AWS shows them. */
final class ListenerViews {

    static final String DEFAULT_PRIORITY = "default";

    private ListenerViews() {}

    static software.amazon.awssdk.services.elasticloadbalancingv2.model.Listener view(
            Listener row) {
        var view =
                software.amazon.awssdk.services.elasticloadbalancingv2.model.Listener.builder()
                        .listenerArn(row.arn().text())
                        .loadBalancerArn(row.arn().loadBalancer().text())
                        .port(row.port())
                        .protocol(row.protocol().name())
                        .sslPolicy(row.sslPolicy())
                        .defaultActions(AuthenticateRules.shown(row.defaultActions()));
        if (!row.certificates().isEmpty()) {
            view.certificates(
                    Certificate.builder().certificateArn(row.certificates().getFirst()).build());
        }
        if (row.alpnPolicy() != null) {
            view.alpnPolicy(row.alpnPolicy());
        }
        if (row.protocol() == TrafficProtocol.HTTPS) {
            view.mutualAuthentication(MutualTls.view(row.mutualAuthentication()));
        }
        return view.build();
    }

    static Rule view(ListenerRule row) {
        return Rule.builder()
                .ruleArn(row.arn().text())
                .priority(Integer.toString(row.priority()))
                .conditions(row.conditions())
                .actions(AuthenticateRules.shown(row.actions()))
                .transforms(row.transforms())
                .isDefault(false)
                .build();
    }

    static Rule defaultRule(Listener row) {
        return Rule.builder()
                .ruleArn(row.defaultRule().text())
                .priority(DEFAULT_PRIORITY)
                .conditions(List.of())
                .actions(AuthenticateRules.shown(row.defaultActions()))
                .isDefault(true)
                .build();
    }
}
