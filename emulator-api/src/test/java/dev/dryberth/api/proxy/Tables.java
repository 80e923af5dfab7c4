package dev.dryberth.api.proxy;

import dev.dryberth.core.balancing.RouteTable;
import dev.dryberth.core.balancing.RouteTable.Action;
import dev.dryberth.core.balancing.RouteTable.Certificate;
import dev.dryberth.core.balancing.RouteTable.ClientCertificates;
import dev.dryberth.core.balancing.RouteTable.HealthCheck;
import dev.dryberth.core.balancing.RouteTable.Listener;
import dev.dryberth.core.balancing.RouteTable.LoadBalancer;
import dev.dryberth.core.balancing.RouteTable.Protocol;
import dev.dryberth.core.balancing.RouteTable.ProtocolVersion;
import dev.dryberth.core.balancing.RouteTable.Rule;
import dev.dryberth.core.balancing.RouteTable.Target;
import dev.dryberth.core.balancing.RouteTable.TargetGroup;
import dev.dryberth.core.balancing.RouteTable.TargetProtocol;
import dev.dryberth.core.balancing.RouteTable.TargetState;
import dev.dryberth.core.balancing.RouteTable.TargetType;
import dev.dryberth.core.balancing.RouteTable.TlsSettings;
import dev.dryberth.core.balancing.RouteTable.WeightedTargetGroup;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Builds route tables for tests: one load balancer with one listener, changed step by step. */
final class Tables {

    static final String BALANCER = "arn:aws:elasticloadbalancing:x:1:loadbalancer/app/lb/1";
    static final String LISTENER = "arn:aws:elasticloadbalancing:x:1:listener/app/lb/1/2";

    final String address;
    final int port;
    String dnsName = "lb-1.us-east-1.elb.localhost";
    RouteTable.Type type = RouteTable.Type.APPLICATION;
    Protocol protocol = Protocol.HTTP;
    final Map<String, String> attributes = new TreeMap<>();
    final Map<String, String> listenerAttributes = new TreeMap<>();
    List<Action> defaultActions = List.of();
    List<Certificate> certificates = List.of();
    TlsSettings tls = TlsSettings.NONE;
    final List<Rule> rules = new ArrayList<>();
    final Map<String, TargetGroup> groups = new TreeMap<>();

    Tables(String address) throws IOException {
        this.address = address;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.ofLiteral(address))) {
            port = free.getLocalPort();
        }
    }

    /** The listener forwards to one group of healthy targets. */
    static Tables forwardingTo(String address, Origin... origins) throws IOException {
        Tables tables = new Tables(address);
        List<Target> targets = new ArrayList<>();
        for (Origin each : origins) {
            targets.add(target(each.port(), TargetState.HEALTHY));
        }
        tables.group("tg", Map.of(), targets);
        tables.defaultActions = List.of(forward(null, "tg", 1));
        return tables;
    }

    /** The listener speaks TLS, and HTTP/2 in it to who asks for it. */
    Tables secure() {
        protocol = Protocol.HTTPS;
        certificates = List.of(Certificates.shop());
        tls =
                new TlsSettings(
                        List.of(),
                        List.of(),
                        List.of("h2", "http/1.1"),
                        new ClientCertificates.NotAsked());
        return this;
    }

    /** The listener speaks TLS and forwards to one target over HTTP/2 in clear text. */
    static Tables multiplexedTo(
            String address, ProtocolVersion version, HealthCheck check, int targetPort)
            throws IOException {
        Tables tables = new Tables(address).secure();
        tables.group(
                "tg",
                Map.of(),
                List.of(target(targetPort, TargetState.HEALTHY)),
                TargetProtocol.HTTP,
                version,
                check);
        tables.defaultActions = List.of(forward(null, "tg", 1));
        return tables;
    }

    static Target target(int port, TargetState state) {
        return target(port, state, null);
    }

    static Target target(int port, TargetState state, @Nullable Instant drainUntil) {
        return new Target("127.0.0.1", port, "127.0.0.1", state, null, drainUntil);
    }

    static Action forward(@Nullable Duration stickiness, Object... groupsAndWeights) {
        List<WeightedTargetGroup> groups = new ArrayList<>();
        for (int i = 0; i < groupsAndWeights.length; i += 2) {
            groups.add(
                    new WeightedTargetGroup(
                            (String) groupsAndWeights[i], (Integer) groupsAndWeights[i + 1]));
        }
        return new Action.Forward(groups, stickiness);
    }

    Tables group(String arn, Map<String, String> attributes, List<Target> targets) {
        return group(arn, attributes, targets, TargetProtocol.HTTP, NEVER_CHECKED);
    }

    static final HealthCheck NEVER_CHECKED =
            new HealthCheck(
                    false,
                    TargetProtocol.HTTP,
                    null,
                    "/health",
                    Duration.ofSeconds(30),
                    Duration.ofSeconds(5),
                    5,
                    2,
                    "200");

    Tables group(
            String arn,
            Map<String, String> attributes,
            List<Target> targets,
            TargetProtocol protocol,
            HealthCheck check) {
        return group(arn, attributes, targets, protocol, ProtocolVersion.HTTP1, check);
    }

    Tables group(
            String arn,
            Map<String, String> attributes,
            List<Target> targets,
            TargetProtocol protocol,
            ProtocolVersion version,
            HealthCheck check) {
        groups.put(
                arn,
                new TargetGroup(
                        arn, arn, TargetType.IP, protocol, version, check, attributes, targets));
        return this;
    }

    InetSocketAddress listening() {
        return new InetSocketAddress(InetAddress.ofLiteral(address), port);
    }

    LoadBalancer balancer() {
        return new LoadBalancer(
                BALANCER,
                "lb",
                type,
                address,
                dnsName,
                attributes,
                List.of(
                        new Listener(
                                LISTENER,
                                protocol,
                                port,
                                listenerAttributes,
                                rules,
                                defaultActions,
                                certificates,
                                tls)));
    }

    RouteTable table() {
        return new RouteTable(Map.of(BALANCER, balancer()), groups);
    }
}
