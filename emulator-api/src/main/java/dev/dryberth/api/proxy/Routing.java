package dev.dryberth.api.proxy;

import dev.dryberth.core.balancing.RouteTable;
import dev.dryberth.core.balancing.RouteTable.LoadBalancer;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** A {@link RouteTable} made ready for traffic. Immutable; any thread. */
final class Routing {

    private final RouteTable table;
    private final Map<String, ListenerRoute> listeners = new HashMap<>();
    private final Map<String, GroupRoute> groups = new HashMap<>();
    private final Map<Integer, Tls> sharedTls = new HashMap<>();
    private final Map<Integer, Map<String, ListenerRoute>> byPortAndHost = new TreeMap<>();
    private final Map<Integer, List<ListenerRoute>> datagramsByPort = new TreeMap<>();

    Routing(RouteTable table, Durable durable) {
        this.table = table;
        table.targetGroups().forEach((arn, group) -> groups.put(arn, durable.group(group)));
        for (LoadBalancer balancer : table.loadBalancers().values()) {
            BalancerSettings settings = durable.settings(balancer);
            for (RouteTable.Listener each : balancer.listeners()) {
                ListenerRoute route = new ListenerRoute(settings, each, groups, durable);
                listeners.put(each.arn(), route);
                if (each.protocol().takesConnections()) {
                    byPortAndHost
                            .computeIfAbsent(each.port(), any -> new TreeMap<>())
                            .put(balancer.dnsName().toLowerCase(Locale.ROOT), route);
                }
                if (each.protocol().takesDatagrams()) {
                    datagramsByPort
                            .computeIfAbsent(each.port(), any -> new ArrayList<>())
                            .add(route);
                }
            }
        }
        byPortAndHost.forEach((port, here) -> shareTls(port, List.copyOf(here.values()), durable));
    }

    private void shareTls(int port, List<ListenerRoute> here, Durable durable) {
        List<RouteTable.Certificate> all = new ArrayList<>();
        here.forEach(each -> all.addAll(each.listener().certificates()));
        if (here.size() > 1 && !all.isEmpty()) {
            RouteTable.TlsSettings settings = here.getFirst().listener().tls();
            sharedTls.put(port, durable.sharedTls(port, all, settings));
        }
    }

    RouteTable table() {
        return table;
    }

    @Nullable ListenerRoute listener(String arn) {
        return listeners.get(arn);
    }

    @Nullable GroupRoute group(String arn) {
        return groups.get(arn);
    }

    List<GroupRoute> groups() {
        return List.copyOf(groups.values());
    }

    /** The certificates of all listeners on a port, the first one's default before the others. */
    @Nullable Tls sharedTls(int port) {
        return sharedTls.get(port);
    }

    /**
     * Who answers on a shared port: the load balancer the host names, else the only one there is on
     * that port, so that a rule on {@code shop.com} can be tried through localhost.
     */
    @Nullable ListenerRoute shared(int port, String host) {
        Map<String, ListenerRoute> here = byPortAndHost.get(port);
        if (here == null) {
            return null;
        }
        ListenerRoute named = here.get(host.toLowerCase(Locale.ROOT));
        return named == null && here.size() == 1 ? here.values().iterator().next() : named;
    }

    /** Who answers datagrams on a shared port: nothing in them names a load balancer. */
    @Nullable ListenerRoute sharedDatagrams(int port) {
        List<ListenerRoute> here = datagramsByPort.get(port);
        return here == null || here.size() > 1 ? null : here.getFirst();
    }
}
