package dev.dryberth.cli;

import com.fasterxml.jackson.databind.JsonNode;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The load balancers' JSON as people read it. */
final class LoadBalancersText {

    private final StringBuilder text = new StringBuilder();

    private LoadBalancersText() {}

    static String of(JsonNode view) {
        LoadBalancersText written = new LoadBalancersText();
        JsonNode all = view.path("loadBalancers");
        if (all.isEmpty()) {
            written.line("There is no load balancer.");
        }
        for (JsonNode each : all) {
            if (written.text.length() > 0) {
                written.line("");
            }
            written.loadBalancer(each);
        }
        return written.text.toString();
    }

    private void loadBalancer(JsonNode each) {
        line("%s  %s  %s".formatted(text(each, "name"), text(each, "type"), text(each, "state")));
        line("  %s  %s".formatted(text(each, "dnsName"), text(each, "address")));
        for (JsonNode listener : each.path("listeners")) {
            listener(listener);
        }
    }

    private void listener(JsonNode each) {
        int rules = each.path("rules").asInt();
        line(
                "  %-7s %-5d %s%s"
                        .formatted(
                                text(each, "protocol"),
                                each.path("port").asInt(),
                                text(each, "defaultAction"),
                                rules == 0
                                        ? ""
                                        : rules == 1 ? "; 1 rule" : "; " + rules + " rules"));
        if (each.path("addresses").isEmpty()) {
            line("    not bound yet");
        }
        for (JsonNode address : each.path("addresses")) {
            line(
                    "    %-21s %s"
                            .formatted(
                                    text(address, "address"),
                                    address.path("bound").asBoolean()
                                            ? "bound"
                                            : "not bound: " + text(address, "reason")));
        }
        for (JsonNode group : each.path("targetGroups")) {
            line(
                    "    %s  %s %s  %d of %d healthy%s"
                            .formatted(
                                    text(group, "name"),
                                    text(group, "protocol"),
                                    text(group, "targetType"),
                                    group.path("healthy").asInt(),
                                    group.path("total").asInt(),
                                    others(group.path("states"))));
        }
    }

    /** How many targets are in which other state. */
    private static String others(JsonNode states) {
        List<String> others = new ArrayList<>();
        for (Map.Entry<String, JsonNode> each : states.properties()) {
            if (!each.getKey().equals("healthy")) {
                others.add(each.getValue().asInt() + " " + each.getKey());
            }
        }
        return others.isEmpty() ? "" : " (" + String.join(", ", others) + ")";
    }

    private static String text(JsonNode node, String member) {
        return node.path(member).asText();
    }

    private void line(String content) {
        text.append(content).append(System.lineSeparator());
    }
}
