package dev.dryberth.api.proxy;

import dev.dryberth.core.balancing.Carried;
import dev.dryberth.core.balancing.RouteTable.ProtocolVersion;
import dev.dryberth.core.balancing.RouteTable.Target;
import dev.dryberth.core.balancing.RouteTable.TargetGroup;
import dev.dryberth.core.balancing.RouteTable.TargetProtocol;
import dev.dryberth.core.balancing.RouteTable.TargetType;
import dev.dryberth.core.balancing.TargetSelector;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/** A target group ready to be chosen from. Immutable but for the turns it counts. */
final class GroupRoute {

    private final TargetGroup group;
    private final TargetSelector selector;
    private final IdentityHashMap<Target, TargetTraffic> traffic;
    private final AtomicLong turns;
    private final MinuteRing metrics;
    private final Sticky sticky;
    private final Duration stickyFor;
    private final String appCookie;
    private final boolean tls;
    private final boolean carried;

    /** Which cookie keeps a client with a target. */
    enum Sticky {
        NOT,
        BALANCER_COOKIE,
        APP_COOKIE,
        SOURCE_IP
    }

    GroupRoute(
            TargetGroup group,
            TargetSelector selector,
            IdentityHashMap<Target, TargetTraffic> traffic,
            AtomicLong turns,
            MinuteRing metrics) {
        this.group = group;
        this.selector = selector;
        this.traffic = traffic;
        this.turns = turns;
        this.metrics = metrics;
        Map<String, String> attributes = group.attributes();
        sticky =
                !BalancerSettings.isOn(attributes, "stickiness.enabled")
                        ? Sticky.NOT
                        : switch (attributes.getOrDefault("stickiness.type", "lb_cookie")) {
                            case "app_cookie" -> Sticky.APP_COOKIE;
                            case "source_ip" -> Sticky.SOURCE_IP;
                            default -> Sticky.BALANCER_COOKIE;
                        };
        String type = sticky == Sticky.APP_COOKIE ? "app_cookie" : "lb_cookie";
        stickyFor =
                BalancerSettings.seconds(
                        attributes, "stickiness." + type + ".duration_seconds", "86400");
        appCookie = attributes.getOrDefault("stickiness.app_cookie.cookie_name", "");
        carried = Carried.groupRefusal(group.targetType(), group.protocol()) == null;
        tls = group.protocol() == TargetProtocol.HTTPS || group.protocol() == TargetProtocol.TLS;
    }

    /** The target whose turn it is; null: there is none. */
    @Nullable TargetTraffic choose(double random, Instant now) {
        Target target =
                selector.choose(turns.getAndIncrement(), random, now, this::requestsInFlight);
        return target == null ? null : traffic.get(target);
    }

    /** The target a hash of the flow falls on; null: there is none. */
    @Nullable TargetTraffic chooseByHash(int hash) {
        int count = selector.candidates().size();
        return count == 0
                ? null
                : traffic.get(selector.candidates().get(Math.floorMod(hash, count)));
    }

    /** The candidate a cookie names; null: gone, or not to be used any more. */
    @Nullable TargetTraffic named(String text) {
        for (Target each : selector.candidates()) {
            TargetTraffic its = traffic.get(each);
            if (its != null && nameOf(its).equals(text)) {
                return its;
            }
        }
        return null;
    }

    static String nameOf(TargetTraffic traffic) {
        return traffic.key().id() + ":" + traffic.key().port();
    }

    private int requestsInFlight(Target target) {
        TargetTraffic its = traffic.get(target);
        return its == null ? Integer.MAX_VALUE : its.inFlight();
    }

    boolean needsTime() {
        return selector.needsTime();
    }

    boolean hasTargets() {
        return selector.hasTargets();
    }

    /** Whether its targets can be spoken to at all. */
    boolean carried() {
        return carried;
    }

    TargetGroup group() {
        return group;
    }

    /** Whether targets are spoken to over HTTP/2, many requests on one connection. */
    boolean isMultiplexed() {
        return group.protocolVersion() != ProtocolVersion.HTTP1;
    }

    /** Whether targets are Lambda functions, which are called instead of connected to. */
    boolean isFunctions() {
        return group.targetType() == TargetType.LAMBDA;
    }

    /** Of functions: whether they get and give all values of a header, not the last. */
    boolean isMultiValue() {
        return BalancerSettings.isOn(group.attributes(), "lambda.multi_value_headers.enabled");
    }

    MinuteRing metrics() {
        return metrics;
    }

    Sticky sticky() {
        return sticky;
    }

    Duration stickyFor() {
        return stickyFor;
    }

    String appCookie() {
        return appCookie;
    }

    /** Whether targets are spoken to with TLS; their certificates are not verified, as on AWS. */
    boolean isTls() {
        return tls;
    }
}
