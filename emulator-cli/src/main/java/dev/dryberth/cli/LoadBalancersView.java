package dev.dryberth.cli;

import com.fasterxml.jackson.core.JsonGenerator;

import dev.dryberth.api.proxy.ListenerState;
import dev.dryberth.core.balancing.Forwards;
import dev.dryberth.core.model.Listener;
import dev.dryberth.core.model.ListenerArn;
import dev.dryberth.core.model.ListenerRule;
import dev.dryberth.core.model.LoadBalancer;
import dev.dryberth.core.model.RuleArn;
import dev.dryberth.core.model.Target;
import dev.dryberth.core.model.TargetGroup;
import dev.dryberth.core.model.TargetGroupArn;
import dev.dryberth.core.model.TargetState;
import dev.dryberth.core.state.World;
import dev.dryberth.core.wire.SdkJson;

import software.amazon.awssdk.services.elasticloadbalancingv2.model.Action;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.ActionTypeEnum;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.TargetGroupTuple;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The load balancers as {@code GET /_dryberth/lb} shows them: where each is reached, whether its
 * ports are open, and what stands behind it. Loop thread, as it reads the World.
 */
final class LoadBalancersView {

    private static final Comparator<TargetGroupArn> BY_TEXT =
            Comparator.comparing(TargetGroupArn::text);

    private final World world;
    private final Map<String, List<ListenerState>> states = new LinkedHashMap<>();

    private LoadBalancersView(World world, List<ListenerState> states) {
        this.world = world;
        for (ListenerState each : states) {
            this.states.computeIfAbsent(each.listenerArn(), any -> new ArrayList<>()).add(each);
        }
    }

    /**
     * A JSON document.
     *
     * @param states of all listeners, as the data plane has them by now
     */
    static byte[] json(World world, List<ListenerState> states) {
        return new LoadBalancersView(world, states).write();
    }

    private byte[] write() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator out = SdkJson.JSON.createGenerator(bytes)) {
            out.writeStartObject();
            out.writeArrayFieldStart("loadBalancers");
            for (LoadBalancer each : world.loadBalancers().all()) {
                loadBalancer(out, each);
            }
            out.writeEndArray();
            out.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("Writing JSON to memory failed", e);
        }
        return bytes.toByteArray();
    }

    private void loadBalancer(JsonGenerator out, LoadBalancer row) throws IOException {
        List<Listener> listeners =
                List.copyOf(
                        world.listeners()
                                .between(
                                        ListenerArn.firstOf(row.arn()),
                                        ListenerArn.afterAllOf(row.arn())));
        boolean impaired = listeners.stream().anyMatch(each -> each.problem() != null);
        out.writeStartObject();
        out.writeStringField("name", row.arn().name());
        out.writeStringField("arn", row.arn().text());
        out.writeStringField("type", lower(row.arn().type()));
        out.writeStringField("state", impaired ? "active_impaired" : "active");
        out.writeStringField("dnsName", row.dnsName());
        out.writeStringField("address", row.address());
        out.writeArrayFieldStart("listeners");
        for (Listener each : listeners) {
            listener(out, each);
        }
        out.writeEndArray();
        out.writeEndObject();
    }

    private void listener(JsonGenerator out, Listener row) throws IOException {
        List<ListenerRule> rules =
                List.copyOf(
                        world.listenerRules()
                                .between(
                                        RuleArn.firstOf(row.arn()), RuleArn.afterAllOf(row.arn())));
        out.writeStartObject();
        out.writeStringField("arn", row.arn().text());
        out.writeStringField("protocol", row.protocol().name());
        out.writeNumberField("port", row.port());
        out.writeArrayFieldStart("addresses");
        for (ListenerState each : states.getOrDefault(row.arn().text(), List.of())) {
            address(out, each);
        }
        out.writeEndArray();
        out.writeStringField("defaultAction", text(row.defaultActions().getLast()));
        out.writeNumberField("rules", rules.size());
        SortedSet<TargetGroupArn> groups = new TreeSet<>(BY_TEXT);
        groups.addAll(Forwards.targetGroups(row.defaultActions()));
        rules.forEach(each -> groups.addAll(Forwards.targetGroups(each.actions())));
        out.writeArrayFieldStart("targetGroups");
        for (TargetGroupArn each : groups) {
            TargetGroup group = world.targetGroups().get(each);
            if (group != null) {
                group(out, group);
            }
        }
        out.writeEndArray();
        out.writeEndObject();
    }

    private static void address(JsonGenerator out, ListenerState state) throws IOException {
        out.writeStartObject();
        out.writeStringField(
                "address",
                state.address().getAddress().getHostAddress() + ":" + state.address().getPort());
        out.writeBooleanField("shared", state.shared());
        out.writeBooleanField("bound", state.failure() == null);
        if (state.failure() != null) {
            out.writeStringField("reason", state.failure());
        }
        out.writeEndObject();
    }

    private static String text(Action action) {
        String type = action.typeAsString();
        if (action.type() == ActionTypeEnum.REDIRECT) {
            return "%s %s to %s://%s:%s%s"
                    .formatted(
                            type,
                            action.redirectConfig().statusCodeAsString(),
                            action.redirectConfig().protocol(),
                            action.redirectConfig().host(),
                            action.redirectConfig().port(),
                            action.redirectConfig().path());
        }
        if (action.type() == ActionTypeEnum.FIXED_RESPONSE) {
            return type + " " + action.fixedResponseConfig().statusCode();
        }
        if (action.forwardConfig() == null) {
            return type;
        }
        List<String> groups = new ArrayList<>();
        for (TargetGroupTuple each : action.forwardConfig().targetGroups()) {
            groups.add(
                    "%s (weight %d)"
                            .formatted(
                                    TargetGroupArn.parse(each.targetGroupArn()).name(),
                                    each.weight()));
        }
        return type + " to " + String.join(", ", groups);
    }

    private void group(JsonGenerator out, TargetGroup row) throws IOException {
        Map<TargetState, Integer> counts = new LinkedHashMap<>();
        List<Target> targets =
                List.copyOf(
                        world.targets()
                                .between(
                                        Target.Key.firstOf(row.arn()),
                                        Target.Key.afterAllOf(row.arn())));
        for (TargetState state : TargetState.values()) {
            int count = (int) targets.stream().filter(each -> each.state() == state).count();
            if (count > 0) {
                counts.put(state, count);
            }
        }
        out.writeStartObject();
        out.writeStringField("name", row.arn().name());
        out.writeStringField("arn", row.arn().text());
        if (row.protocol() != null) {
            out.writeStringField("protocol", row.protocol().name());
        }
        out.writeStringField("targetType", lower(row.targetType()));
        out.writeNumberField("healthy", counts.getOrDefault(TargetState.HEALTHY, 0));
        out.writeNumberField("total", targets.size());
        out.writeObjectFieldStart("states");
        for (Map.Entry<TargetState, Integer> each : counts.entrySet()) {
            out.writeNumberField(lower(each.getKey()), each.getValue());
        }
        out.writeEndObject();
        out.writeEndObject();
    }

    private static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
