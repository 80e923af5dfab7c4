package dev.dryberth.cli.rehearsal;

import com.fasterxml.jackson.databind.JsonNode;

import org.jspecify.annotations.Nullable;

import java.net.URI;
import java.util.Set;

/**
 * Where a rehearsal's requests go.
 *
 * @param url on the load balancer's own address
 * @param host the requests' Host
 */
record Visits(URI url, String host) {

    private static final Set<String> SPOKEN = Set.of("HTTP", "HTTPS");

    /**
     * What is asked for.
     *
     * @param port of the listener; null: the first that leads to the service
     * @param host null: the load balancer's name
     */
    record Wanted(@Nullable Integer port, @Nullable String host, String path) {}

    /**
     * Finds the listener through which a service's visitors come: the one of its production rule,
     * or the first that forwards to its target group.
     *
     * @param balancers the page about them, of the daemon where they stand
     * @param service as it is described, with that daemon's names
     * @return null: it has no load balancer
     * @throws RehearsalException if the service has one that can't be visited
     */
    static @Nullable Visits of(JsonNode balancers, JsonNode service, Wanted wanted) {
        if (service.path("loadBalancers").isEmpty()) {
            return null;
        }
        JsonNode place = service.at("/loadBalancers/0");
        String group = place.path("targetGroupArn").asText();
        String rule = place.at("/advancedConfiguration/productionListenerRule").asText();
        for (JsonNode balancer : balancers.path("loadBalancers")) {
            for (JsonNode listener : balancer.path("listeners")) {
                boolean spoken = SPOKEN.contains(listener.path("protocol").asText());
                boolean meant =
                        wanted.port() == null
                                ? leads(listener, group, rule)
                                : listener.path("port").asInt() == wanted.port();
                if (spoken && meant) {
                    return at(balancer, listener, wanted);
                }
            }
        }
        throw new RehearsalException(
                wanted.port() == null
                        ? "no listener of an application load balancer leads to the service; name one with --port, or rehearse without requests with --rate 0"
                        : "no listener of an application load balancer has the port of --port");
    }

    private static boolean leads(JsonNode listener, String group, String rule) {
        if (!rule.isEmpty()) {
            // listener-rule/app/name/lb/listener/rule, beside listener/app/name/lb/listener
            String listenerPath = listener.path("arn").asText().replaceFirst(".*:listener/", "");
            return rule.contains(":listener-rule/" + listenerPath + "/")
                    || rule.equals(listener.path("arn").asText());
        }
        for (JsonNode each : listener.path("targetGroups")) {
            if (each.path("arn").asText().equals(group)) {
                return true;
            }
        }
        return false;
    }

    private static Visits at(JsonNode balancer, JsonNode listener, Wanted wanted) {
        String name = balancer.path("dnsName").asText();
        String scheme = listener.path("protocol").asText().equals("HTTPS") ? "https" : "http";
        int port = listener.path("port").asInt();
        URI url =
                URI.create(
                        "%s://%s:%d%s"
                                .formatted(
                                        scheme,
                                        balancer.path("address").asText(),
                                        port,
                                        wanted.path()));
        return new Visits(url, wanted.host() == null ? name : wanted.host());
    }
}
