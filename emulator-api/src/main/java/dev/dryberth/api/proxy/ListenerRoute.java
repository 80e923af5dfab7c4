package dev.dryberth.api.proxy;

import dev.dryberth.core.balancing.RequestHead;
import dev.dryberth.core.balancing.RouteTable;
import dev.dryberth.core.balancing.RouteTable.Action;
import dev.dryberth.core.balancing.RouteTable.Listener;
import dev.dryberth.core.balancing.RouteTable.Rule;
import dev.dryberth.core.balancing.RouteTable.Transform;
import dev.dryberth.core.balancing.RuleMatcher;
import dev.dryberth.core.balancing.WeightedForward;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/** A listener with its rules, ready to route. Immutable but for the turns it counts. */
final class ListenerRoute {

    private final BalancerSettings settings;
    private final Listener listener;
    private final RuleMatcher matcher;
    private final Map<String, Decision> byRule = new HashMap<>();
    private final Decision otherwise;
    private final Map<String, GroupRoute> groups;
    private final Duration flowIdleTimeout;
    private final boolean https;
    private final boolean authenticates;
    private final @Nullable Tls tls;
    private final @Nullable TlsHeaders tlsHeaders;
    private final ListenerHeaders headers;

    ListenerRoute(
            BalancerSettings settings,
            Listener listener,
            Map<String, GroupRoute> groups,
            Durable durable) {
        this.settings = settings;
        this.listener = listener;
        this.groups = groups;
        matcher = RuleMatcher.of(listener.rules());
        for (Rule each : listener.rules()) {
            Decision decision =
                    new Decision(
                            each.arn(),
                            Integer.toString(each.priority()),
                            authenticator(each.actions(), settings, durable),
                            step(each.actions(), durable.turns(each.arn())),
                            each.transforms());
            byRule.put(each.arn(), decision);
        }
        otherwise =
                new Decision(
                        listener.arn(),
                        "0",
                        authenticator(listener.defaultActions(), settings, durable),
                        step(listener.defaultActions(), durable.turns(listener.arn())),
                        List.of());
        authenticates =
                otherwise.authenticator() != null
                        || byRule.values().stream().anyMatch(each -> each.authenticator() != null);
        flowIdleTimeout =
                BalancerSettings.seconds(listener.attributes(), "tcp.idle_timeout.seconds", "350");
        https = listener.protocol() == RouteTable.Protocol.HTTPS;
        tls = durable.tls(listener);
        headers = ListenerHeaders.of(listener.attributes());
        tlsHeaders = https ? TlsHeaders.of(listener, settings) : null;
    }

    /**
     * What becomes of a request.
     *
     * @param arn of the rule, or of the listener for its default actions
     * @param priority of the rule, as the access log writes it
     * @param authenticator null: it is for everybody
     */
    record Decision(
            String arn,
            String priority,
            @Nullable Authenticator authenticator,
            @Nullable Step step,
            List<Transform> transforms) {}

    /** An action made ready. */
    sealed interface Step {

        /** Hands the request to a group. */
        record Forward(WeightedForward groups, AtomicLong turns, @Nullable Duration stickiness)
                implements Step {}

        /** Sends the client elsewhere. */
        record Redirect(Action.Redirect action) implements Step {}

        /** Answers by itself. */
        record Fixed(Action.FixedResponse action) implements Step {}
    }

    private static @Nullable Authenticator authenticator(
            List<Action> actions, BalancerSettings settings, Durable durable) {
        return !actions.isEmpty() && actions.getFirst() instanceof Action.AuthenticateOidc first
                ? durable.authenticator(first, settings.balancer().arn())
                : null;
    }

    /** The last action decides; one before it authenticates. */
    private static @Nullable Step step(List<Action> actions, AtomicLong turns) {
        return actions.isEmpty()
                ? null
                : switch (actions.getLast()) {
                    case Action.Forward forward ->
                            new Step.Forward(
                                    WeightedForward.of(forward.targetGroups()),
                                    turns,
                                    forward.stickiness());
                    case Action.Redirect redirect -> new Step.Redirect(redirect);
                    case Action.FixedResponse fixed -> new Step.Fixed(fixed);
                    case Action.AuthenticateOidc alone -> null;
                };
    }

    Decision decide(RequestHead request) {
        Rule rule = matcher.match(request);
        return rule == null ? otherwise : byRule.getOrDefault(rule.arn(), otherwise);
    }

    /** Whether some of its requests are for users who are logged in only. */
    boolean authenticates() {
        return authenticates;
    }

    /** Of the rule, or the listener's default action; null: it is gone, or for everybody. */
    @Nullable Authenticator authenticator(String arn) {
        return arn.equals(otherwise.arn())
                ? otherwise.authenticator()
                : byRule.containsKey(arn)
                        ? byRule.getOrDefault(arn, otherwise).authenticator()
                        : null;
    }

    Decision defaultDecision() {
        return otherwise;
    }

    @Nullable GroupRoute group(String arn) {
        return groups.get(arn);
    }

    BalancerSettings settings() {
        return settings;
    }

    Listener listener() {
        return listener;
    }

    /** Of a flow through a network load balancer. */
    Duration flowIdleTimeout() {
        return flowIdleTimeout;
    }

    /** Null: it speaks no TLS, or its certificates cannot be used. */
    @Nullable Tls tls() {
        return tls;
    }

    /** Null: targets are told nothing of TLS. */
    @Nullable TlsHeaders tlsHeaders() {
        return tlsHeaders;
    }

    ListenerHeaders headers() {
        return headers;
    }

    boolean isHttps() {
        return https;
    }
}
