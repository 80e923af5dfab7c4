package dev.dryberth.api.elbv2;

import dev.dryberth.core.model.Listener;
import dev.dryberth.core.model.LoadBalancer;
import dev.dryberth.core.model.LoadBalancerArn;
import dev.dryberth.core.model.TrafficProtocol;
import dev.dryberth.core.state.World;

import software.amazon.awssdk.services.elasticloadbalancingv2.model.Action;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.ActionTypeEnum;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.FixedResponseActionConfig;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What a listener or rule may do with a request, checked and completed with defaults, so that
 * whoever acts on it finds nothing missing. Exactly one action routes, and it comes last.
 */
final class ActionRules {

    private static final int MAX_ORDER = 50_000;
    private static final int MAX_BODY = 1024;
    private static final Pattern STATUS = Pattern.compile("[245][0-9][0-9]");
    private static final Set<String> CONTENT_TYPES =
            Set.of(
                    "text/plain",
                    "text/css",
                    "text/html",
                    "application/javascript",
                    "application/json");

    private ActionRules() {}

    /**
     * Where the actions are to be taken.
     *
     * @param present the actions there are by now, which may be referred to
     */
    record Place(
            World world,
            LoadBalancerArn loadBalancer,
            TrafficProtocol protocol,
            List<Action> present) {

        static Place of(World world, Listener listener, List<Action> present) {
            return new Place(world, listener.arn().loadBalancer(), listener.protocol(), present);
        }

        boolean isApplication() {
            return loadBalancer.type() == LoadBalancer.Type.APPLICATION;
        }
    }

    static List<Action> checked(Place place, List<Action> actions) {
        if (actions.isEmpty()) {
            throw ElbErrors.validation("At least one action must be specified");
        }
        List<Action> checked =
                inOrder(actions).stream().map(action -> checked(place, action)).toList();
        if (checked.stream().filter(action -> !isLast(action)).count() > 1) {
            throw ElbErrors.action("At most one authenticate action can be specified");
        }
        if (!isLast(checked.getLast())
                || checked.stream().filter(ActionRules::isLast).count() > 1) {
            throw ElbErrors.action(
                    "Exactly one forward, redirect or fixed-response action must be specified, and it must be the last");
        }
        return checked;
    }

    /** Whether it decides what becomes of a request; all others only let it pass. */
    private static boolean isLast(Action action) {
        return action.type() != ActionTypeEnum.AUTHENTICATE_OIDC;
    }

    private static List<Action> inOrder(List<Action> actions) {
        for (Action action : actions) {
            Integer order = action.order();
            if (order == null && actions.size() > 1) {
                throw ElbErrors.validation("You must specify an order for each of several actions");
            }
            if (order != null && (order < 1 || order > MAX_ORDER)) {
                throw ElbErrors.invalid("Order", order, "from 1 to " + MAX_ORDER);
            }
        }
        List<Action> ordered = new ArrayList<>(actions);
        if (actions.size() > 1) {
            ordered.sort(Comparator.comparing(Action::order));
        }
        return ordered;
    }

    private static Action checked(Place place, Action action) {
        if (action.type() == null) {
            throw ElbErrors.missing("actions.type");
        }
        return switch (action.type()) {
            case FORWARD -> ForwardRules.checked(place, action);
            case REDIRECT -> {
                requireApplication(place, action);
                if (action.redirectConfig() == null) {
                    throw ElbErrors.validation(
                            "A redirect configuration must be specified for the action 'redirect'");
                }
                yield kept(action)
                        .redirectConfig(
                                RedirectRules.checked(place.protocol(), action.redirectConfig()))
                        .build();
            }
            case FIXED_RESPONSE -> {
                requireApplication(place, action);
                if (action.fixedResponseConfig() == null) {
                    throw ElbErrors.validation(
                            "A fixed response configuration must be specified for the action 'fixed-response'");
                }
                yield kept(action)
                        .fixedResponseConfig(fixedResponse(action.fixedResponseConfig()))
                        .build();
            }
            case AUTHENTICATE_OIDC -> AuthenticateRules.checked(place, action);
            case AUTHENTICATE_COGNITO, JWT_VALIDATION ->
                    throw ElbErrors.notBuilt("the action " + action.typeAsString());
            case UNKNOWN_TO_SDK_VERSION ->
                    throw ElbErrors.invalid(
                            "Action type",
                            action.typeAsString(),
                            "one of forward, redirect, fixed-response, authenticate-oidc, authenticate-cognito, jwt-validation");
        };
    }

    /** Type and order only: configurations of other types are dropped, as on AWS. */
    static Action.Builder kept(Action action) {
        return Action.builder().type(action.type()).order(action.order());
    }

    static void requireApplication(Place place, Action action) {
        if (!place.isApplication()) {
            throw ElbErrors.action(
                    "The action type '%s' is not valid with network load balancers"
                            .formatted(action.typeAsString()));
        }
    }

    private static FixedResponseActionConfig fixedResponse(FixedResponseActionConfig config) {
        String status = config.statusCode();
        if (status == null || !STATUS.matcher(status).matches()) {
            throw ElbErrors.invalid(
                    "Fixed response status code", status, "of the form 2XX, 4XX or 5XX");
        }
        if (config.contentType() != null && !CONTENT_TYPES.contains(config.contentType())) {
            throw ElbErrors.invalid(
                    "Fixed response content type",
                    config.contentType(),
                    "one of text/plain, text/css, text/html, application/javascript, application/json");
        }
        if (config.messageBody() != null && config.messageBody().length() > MAX_BODY) {
            throw ElbErrors.validation(
                    "The message body of a fixed response can have at most "
                            + MAX_BODY
                            + " characters");
        }
        return config;
    }
}
