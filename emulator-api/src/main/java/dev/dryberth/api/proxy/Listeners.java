package dev.dryberth.api.proxy;

import dev.dryberth.core.balancing.Carried;
import dev.dryberth.core.balancing.RouteTable;
import dev.dryberth.core.balancing.RouteTable.LoadBalancer;
import dev.dryberth.core.balancing.RouteTable.Protocol;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.FixedRecvByteBufAllocator;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Keeps doors open where the table wants them. The plane's control thread only, but for {@link
 * #states}.
 *
 * <p>Each listener has a door on its load balancer's own address. Beside it each port has one
 * shared door on 127.0.0.1, which any system has and containers can be given: HTTP listeners share
 * it and are told apart by Host, HTTPS listeners that secure connections alike do likewise; a TCP
 * listener has it if nobody else wants the port. Datagrams have doors of their own, for TCP's port
 * 53 is not UDP's: a UDP listener has the shared one if no other takes datagrams on the port, and a
 * TCP_UDP listener wants both. Listeners that cannot be told apart there are said so in their
 * state.
 */
final class Listeners {

    private static final Logger LOG = LoggerFactory.getLogger(Listeners.class);
    private static final int ACCEPT_BACKLOG = 4096;
    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

    private final DataPlane plane;
    private final Map<Place, Door> doors = new HashMap<>();
    private final Map<Place, String> failures = new HashMap<>();
    private final Set<String> contested = new HashSet<>();
    private volatile List<ListenerState> states = List.of();

    /**
     * An address together with what is behind it: if either changes it is another door.
     *
     * @param protocol never TCP_UDP, which is two places
     */
    private record Place(
            InetSocketAddress address, @Nullable String listenerArn, Protocol protocol) {}

    /**
     * A listener where it wants to be reached.
     *
     * @param refusal why not all it needs for that is to be opened; null: it is
     */
    private record Wish(
            String listenerArn,
            InetSocketAddress address,
            boolean shared,
            List<Place> places,
            @Nullable String refusal) {}

    Listeners(DataPlane plane) {
        this.plane = plane;
    }

    List<ListenerState> states() {
        return states;
    }

    /** Closes what nobody wants any more, then opens what is missing; tries failed ones again. */
    void follow(Routing routing) {
        List<Wish> wishes = wishes(routing);
        List<Place> wanted =
                wishes.stream().flatMap(each -> each.places().stream()).distinct().toList();
        for (Place each : List.copyOf(doors.keySet())) {
            if (!wanted.contains(each)) {
                Door door = doors.remove(each);
                if (door != null) {
                    door.close();
                }
            }
        }
        failures.keySet().retainAll(wanted);
        for (Place each : wanted) {
            if (!doors.containsKey(each)) {
                open(each);
            }
        }
        sayWhatIsContested(wishes);
        List<ListenerState> now = new ArrayList<>();
        for (Wish each : wishes) {
            now.add(state(each, routing));
        }
        now.sort(
                Comparator.comparing(ListenerState::listenerArn)
                        .thenComparing(ListenerState::shared));
        states = List.copyOf(now);
    }

    private void sayWhatIsContested(List<Wish> wishes) {
        Set<String> now = new TreeSet<>();
        for (Wish each : wishes) {
            if (each.refusal() != null) {
                now.add(each.listenerArn() + " is not reached everywhere: " + each.refusal());
            }
        }
        for (String each : now) {
            if (contested.add(each)) {
                LOG.warn("Listener {}", each);
            }
        }
        contested.retainAll(now);
    }

    boolean hasFailures() {
        return !failures.isEmpty();
    }

    private ListenerState state(Wish wish, Routing routing) {
        String failure = wish.refusal();
        for (Place each : wish.places()) {
            failure = failure == null ? failures.get(each) : failure;
        }
        ListenerRoute route = routing.listener(wish.listenerArn());
        Tls tls = route == null ? null : route.tls();
        if (failure == null && tls != null) {
            failure = tls.failure();
        }
        return new ListenerState(wish.listenerArn(), wish.address(), wish.shared(), failure);
    }

    private static List<Wish> wishes(Routing routing) {
        List<Wish> wishes = new ArrayList<>();
        Map<Integer, List<ListenerRoute>> byPort = new TreeMap<>();
        for (LoadBalancer balancer : routing.table().loadBalancers().values()) {
            InetAddress own = InetAddress.ofLiteral(balancer.address());
            for (var listener : balancer.listeners()) {
                InetSocketAddress address = new InetSocketAddress(own, listener.port());
                ListenerRoute route = routing.listener(listener.arn());
                String refusal = Carried.listenerRefusal(balancer.type(), listener.protocol());
                if (route == null || refusal != null) {
                    String why = refusal == null ? "it is not routed" : refusal;
                    wishes.add(new Wish(listener.arn(), address, false, List.of(), why));
                    continue;
                }
                List<Place> places = new ArrayList<>();
                for (Protocol each : transports(listener.protocol())) {
                    places.add(new Place(address, listener.arn(), each));
                }
                wishes.add(new Wish(listener.arn(), address, false, places, null));
                if (!own.equals(LOOPBACK)) {
                    byPort.computeIfAbsent(listener.port(), any -> new ArrayList<>()).add(route);
                }
            }
        }
        byPort.forEach((port, routes) -> share(port, routes, wishes));
        return wishes;
    }

    /** What is opened for a protocol: a port of TCP, one of UDP, or both. */
    private static List<Protocol> transports(Protocol protocol) {
        return protocol == Protocol.TCP_UDP
                ? List.of(Protocol.TCP, Protocol.UDP)
                : List.of(protocol);
    }

    /** Who of those on a port is reached at 127.0.0.1. */
    private static void share(int port, List<ListenerRoute> routes, List<Wish> wishes) {
        List<ListenerRoute> connections =
                routes.stream()
                        .filter(each -> each.listener().protocol().takesConnections())
                        .toList();
        long datagrams =
                routes.stream().filter(each -> each.listener().protocol().takesDatagrams()).count();
        boolean connectionsFit = canShare(connections);
        InetSocketAddress address = new InetSocketAddress(LOOPBACK, port);
        for (ListenerRoute each : routes) {
            String refusal = null;
            List<Place> places = new ArrayList<>();
            for (Protocol protocol : transports(each.listener().protocol())) {
                if (protocol == Protocol.UDP ? datagrams == 1 : connectionsFit) {
                    places.add(new Place(address, null, protocol));
                } else {
                    refusal =
                            "port %d has several listeners that cannot be told apart"
                                    .formatted(port);
                }
            }
            wishes.add(new Wish(each.listener().arn(), address, true, places, refusal));
        }
    }

    private static boolean canShare(List<ListenerRoute> routes) {
        if (routes.size() < 2) {
            return true;
        }
        Protocol protocol = routes.getFirst().listener().protocol();
        RouteTable.TlsSettings tls = routes.getFirst().listener().tls();
        return (protocol == Protocol.HTTP || protocol == Protocol.HTTPS)
                && routes.stream()
                        .map(ListenerRoute::listener)
                        .allMatch(each -> each.protocol() == protocol && each.tls().equals(tls));
    }

    private void open(Place place) {
        boolean datagrams = DatagramListener.carries(place.protocol());
        Door door = new Door(place.address(), behind(place));
        ChannelFuture binding =
                (datagrams ? datagrams(door) : connections(place, door)).awaitUninterruptibly();
        Throwable cause = binding.cause();
        if (cause == null) {
            door.opened(binding.channel());
            doors.put(place, door);
            if (failures.remove(place) != null) {
                LOG.info("Load balancers listen on {} now", place.address());
            }
        } else {
            String failure =
                    "cannot listen on %s:%d%s: %s"
                            .formatted(
                                    place.address().getAddress().getHostAddress(),
                                    place.address().getPort(),
                                    datagrams ? " (UDP)" : "",
                                    cause.getMessage());
            if (failures.put(place, failure) == null) {
                LOG.warn("A load balancer {}; it is tried again", failure);
            }
        }
    }

    private static Door.Behind behind(Place place) {
        int port = place.address().getPort();
        if (place.listenerArn() != null) {
            return Door.Behind.only(place.listenerArn());
        }
        return DatagramListener.carries(place.protocol())
                ? Door.Behind.datagrams(port)
                : Door.Behind.port(port);
    }

    private ChannelFuture connections(Place place, Door door) {
        boolean flows = FlowConnection.carries(place.protocol());
        return new ServerBootstrap()
                .group(plane.threads())
                .channel(plane.transport().server())
                .option(ChannelOption.SO_BACKLOG, ACCEPT_BACKLOG)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.AUTO_READ, !flows)
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, flows)
                .childHandler(
                        new ChannelInitializer<Channel>() {
                            @Override
                            protected void initChannel(Channel channel) {
                                setUp(channel, door, place.protocol());
                            }
                        })
                .bind(place.address());
    }

    /** Without SO_REUSEADDR, which for UDP means that two may have the port at once. */
    private ChannelFuture datagrams(Door door) {
        return new Bootstrap()
                .group(plane.threads())
                .channel(plane.transport().datagrams())
                .option(
                        ChannelOption.RECVBUF_ALLOCATOR,
                        new FixedRecvByteBufAllocator(DatagramFlow.LARGEST_DATAGRAM))
                .handler(
                        new ChannelInitializer<Channel>() {
                            @Override
                            protected void initChannel(Channel channel) {
                                Worker worker = plane.worker(channel.eventLoop());
                                channel.pipeline()
                                        .addLast(new DatagramListener(worker, door, channel));
                            }
                        })
                .bind(door.address());
    }

    @SuppressWarnings("FutureReturnValueIgnored")
    private void setUp(Channel channel, Door door, Protocol protocol) {
        if (!plane.admits(channel) || door.isClosed()) {
            channel.close();
            return;
        }
        boolean secure = protocol == Protocol.HTTPS || protocol == Protocol.TLS;
        if (secure && !addTls(channel, door)) {
            channel.close();
            return;
        }
        Worker worker = plane.worker(channel.eventLoop());
        if (FlowConnection.carries(protocol)) {
            channel.pipeline().addLast(new FlowConnection(worker, door, channel, secure));
            return;
        }
        Arrival arrival = new Arrival(worker, door, channel);
        if (secure) {
            channel.pipeline().addLast(new Negotiation(worker, arrival, channel));
        } else {
            Http1Wire.install(worker, arrival, channel);
        }
    }

    /** On a shared door the certificates of all listeners on the port are looked through. */
    private boolean addTls(Channel channel, Door door) {
        ListenerRoute route = door.route(plane.routing(), "");
        Tls tls = route != null ? route.tls() : plane.routing().sharedTls(door.address().getPort());
        ChannelHandler handler = tls == null ? null : tls.toClient();
        if (tls == null || handler == null) {
            return false;
        }
        ClientTls.prepare(channel, tls);
        channel.pipeline().addLast(handler);
        return true;
    }

    void closeAll() {
        doors.values().forEach(Door::close);
        doors.clear();
        failures.clear();
        states = List.of();
    }
}
