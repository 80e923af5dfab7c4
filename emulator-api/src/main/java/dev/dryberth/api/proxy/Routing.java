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

    private static final int HTTP_PORT = 80;

    private final RouteTable table;
    private final Map<String, ListenerRoute> listeners = new HashMap<>();
    private final Map<String, GroupRoute> groups = new HashMap<>();
    private final Map<Integer, Tls> sharedTls = new HashMap<>();
    private final Map<Integer, Map<String, ListenerRoute>> byPortAndHost = new TreeMap<>();
    private final Map<Integer, List<ListenerRoute>> datagramsByPort = new TreeMap<>();
    private final Map<String, ListenerRoute> byName = new HashMap<>();
    private final Map<String, LoadBalancer> unreachedByName = new HashMap<>();

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
                            .put(nameOf(balancer), route);
                }
                if (each.protocol().takesDatagrams()) {
                    datagramsByPort
                            .computeIfAbsent(each.port(), any -> new ArrayList<>())
                            .add(route);
                }
                if (each.protocol() == RouteTable.Protocol.HTTP) {
                    byName.merge(nameOf(balancer), route, Routing::plainest);
                }
            }
            if (!byName.containsKey(nameOf(balancer))) {
                unreachedByName.put(nameOf(balancer), balancer);
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

    private static String nameOf(LoadBalancer balancer) {
        return balancer.dnsName().toLowerCase(Locale.ROOT);
    }

    /** A client that names no port means port 80; where there is none, the lowest. */
    private static ListenerRoute plainest(ListenerRoute one, ListenerRoute other) {
        int first = one.listener().port();
        int second = other.listener().port();
        return first == HTTP_PORT || (second != HTTP_PORT && first < second) ? one : other;
    }

    /**
     * Who answers to a load balancer's name on a port that is not the load balancer's: its HTTP
     * listener on port 80, or else that on the lowest port. Null: no such name, or no such
     * listener.
     */
    @Nullable ListenerRoute named(String host) {
        return byName.isEmpty() ? null : byName.get(plain(host));
    }

    /** The load balancer of that name, if it is one without an HTTP listener. */
    @Nullable LoadBalancer unreached(String host) {
        return unreachedByName.isEmpty() ? null : unreachedByName.get(plain(host));
    }

    private static String plain(String host) {
        String name = NettyHead.withoutPort(host).toLowerCase(Locale.ROOT);
        return name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
    }
}
