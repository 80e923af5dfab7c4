package dev.dryberth.core.balancing;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * All that the data plane needs to carry traffic: one immutable picture of the load balancers,
 * built from the World and published after each commit that changed it. A request reads it once and
 * keeps to what it read. Any thread.
 *
 * @param loadBalancers by ARN
 * @param targetGroups by ARN; only those that a listener or rule forwards to
 */
public record RouteTable(
        Map<String, LoadBalancer> loadBalancers, Map<String, TargetGroup> targetGroups) {

    public static final RouteTable EMPTY = new RouteTable(new TreeMap<>(), new TreeMap<>());

    public RouteTable {
        loadBalancers = sorted(loadBalancers);
        targetGroups = sorted(targetGroups);
    }

    private static <V> Map<String, V> sorted(Map<String, V> map) {
        // A sorted map is copied in linear time.
        return Collections.unmodifiableSortedMap(new TreeMap<>(map));
    }

    /** Which of the two kinds of load balancer carries the traffic. */
    public enum Type {
        APPLICATION,
        NETWORK
    }

    /** What a listener speaks to clients. */
    public enum Protocol {
        HTTP,
        HTTPS,
        TCP,
        TLS,
        UDP,
        TCP_UDP;

        /** Whether clients connect, over TCP; a listener of TCP_UDP takes both. */
        public boolean takesConnections() {
            return this != UDP;
        }

        /** Whether clients send datagrams, over UDP. */
        public boolean takesDatagrams() {
            return this == UDP || this == TCP_UDP;
        }
    }

    /**
     * A load balancer with its listeners.
     *
     * @param address of its own in 127.0.0.0/8, on which its listeners bind their real ports
     * @param dnsName by which shared listeners know it from the Host header
     * @param attributes complete, defaults included
     */
    public record LoadBalancer(
            String arn,
            String name,
            Type type,
            String address,
            String dnsName,
            Map<String, String> attributes,
            List<Listener> listeners) {

        public LoadBalancer {
            attributes = sorted(attributes);
            listeners = List.copyOf(listeners);
        }
    }

    /**
     * A listener with its rules.
     *
     * @param rules by ascending priority; the default actions are not among them
     * @param certificates the default one first; empty unless it speaks TLS
     * @param tls how it does
     */
    public record Listener(
            String arn,
            Protocol protocol,
            int port,
            Map<String, String> attributes,
            List<Rule> rules,
            List<Action> defaultActions,
            List<Certificate> certificates,
            TlsSettings tls) {

        public Listener {
            attributes = sorted(attributes);
            rules = List.copyOf(rules);
            defaultActions = List.copyOf(defaultActions);
            certificates = List.copyOf(certificates);
        }
    }

    /** A certificate a listener answers with, as PEM. */
    public record Certificate(String arn, String chainPem, String privateKeyPem) {}

    /**
     * How a listener speaks TLS.
     *
     * @param protocols versions clients may choose, as {@code TLSv1.2}
     * @param ciphers with the standard's names, the preferred first
     * @param applicationProtocols offered to clients, the preferred first; none: it is not
     *     negotiated
     */
    public record TlsSettings(
            List<String> protocols,
            List<String> ciphers,
            List<String> applicationProtocols,
            ClientCertificates clients) {

        /** Of a listener that speaks none. */
        public static final TlsSettings NONE =
                new TlsSettings(List.of(), List.of(), List.of(), new ClientCertificates.NotAsked());

        public TlsSettings {
            protocols = List.copyOf(protocols);
            ciphers = List.copyOf(ciphers);
            applicationProtocols = List.copyOf(applicationProtocols);
        }
    }

    /** What a listener asks of its clients. */
    public sealed interface ClientCertificates {

        /** Nothing. */
        record NotAsked() implements ClientCertificates {}

        /** A certificate, which is told to targets and not looked at. */
        record PassedOn() implements ClientCertificates {}

        /**
         * A certificate that one of the authorities vouches for.
         *
         * @param authoritiesPem their certificates
         * @param revocationPems lists of certificates they took back
         * @param ignoresExpiry whether one past its time is let in
         * @param advertised whether clients are told who the authorities are
         */
        record Verified(
                String authoritiesPem,
                List<String> revocationPems,
                boolean ignoresExpiry,
                boolean advertised)
                implements ClientCertificates {

            public Verified {
                revocationPems = List.copyOf(revocationPems);
            }
        }
    }

    /** A rule: all conditions must hold; transforms apply before its actions forward. */
    public record Rule(
            String arn,
            int priority,
            List<Condition> conditions,
            List<Action> actions,
            List<Transform> transforms) {

        public Rule {
            conditions = List.copyOf(conditions);
            actions = List.copyOf(actions);
            transforms = List.copyOf(transforms);
        }
    }

    /** One condition of a rule; it holds if any of its values or expressions does. */
    public sealed interface Condition {

        /** Case-insensitive patterns with {@code *} and {@code ?}; the port in Host is ignored. */
        record HostHeader(List<String> values, List<String> regexValues) implements Condition {}

        /** Case-sensitive patterns over the raw path, without the query. */
        record PathPattern(List<String> values, List<String> regexValues) implements Condition {}

        /** Case-insensitive patterns over every header of the name. */
        record HttpHeader(String name, List<String> values, List<String> regexValues)
                implements Condition {}

        /** Exact methods. */
        record HttpRequestMethod(List<String> values) implements Condition {}

        /** Case-insensitive patterns over raw query parameters. */
        record QueryString(List<KeyValue> values) implements Condition {}

        /** Ranges in CIDR form that the peer's address lies in. */
        record SourceIp(List<String> cidrs) implements Condition {}
    }

    /** A query parameter's pattern; without a key any parameter's value may match. */
    public record KeyValue(@Nullable String key, String value) {}

    /** What is done with a request. */
    public sealed interface Action {

        /**
         * Hands it to a target.
         *
         * @param stickiness how long a client stays with a group; null: groups are not sticky
         */
        record Forward(List<WeightedTargetGroup> targetGroups, @Nullable Duration stickiness)
                implements Action {

            public Forward {
                targetGroups = List.copyOf(targetGroups);
            }
        }

        /** Sends the client elsewhere; parts may hold placeholders such as {@code #{host}}. */
        record Redirect(
                int statusCode,
                String protocol,
                String host,
                String port,
                String path,
                String query)
                implements Action {}

        /** Answers by itself. */
        record FixedResponse(int statusCode, String contentType, String body) implements Action {}

        /**
         * Lets the action after it have only users an OpenID Connect provider vouches for.
         *
         * @param cookieName of the session's cookies, before {@code -0}
         * @param extraParams for the authorization endpoint
         * @param otherwise what becomes of who is not logged in
         */
        record AuthenticateOidc(
                String issuer,
                String authorizationEndpoint,
                String tokenEndpoint,
                String userInfoEndpoint,
                String clientId,
                String clientSecret,
                String cookieName,
                String scope,
                Duration sessionTimeout,
                Map<String, String> extraParams,
                Unauthenticated otherwise)
                implements Action {

            public AuthenticateOidc {
                extraParams = sorted(extraParams);
            }

            /** Without the secret, which no log should show. */
            @Override
            public String toString() {
                return "AuthenticateOidc[issuer=" + issuer + ", clientId=" + clientId + "]";
            }
        }
    }

    /** What becomes of a request of somebody who is not logged in. */
    public enum Unauthenticated {
        AUTHENTICATE,
        ALLOW,
        DENY
    }

    /** A group that a forward action chooses with {@code weight} out of the sum of all weights. */
    public record WeightedTargetGroup(String targetGroupArn, int weight) {}

    /** A change to a request before it is forwarded; the first match of the expression counts. */
    public sealed interface Transform {

        /** Rewrites the Host header. */
        record HostHeaderRewrite(String regex, String replace) implements Transform {}

        /** Rewrites path and query. */
        record UrlRewrite(String regex, String replace) implements Transform {}
    }

    /** What targets are. */
    public enum TargetType {
        INSTANCE,
        IP,
        LAMBDA,
        ALB
    }

    /** What an application load balancer speaks to the targets of an HTTP or HTTPS group. */
    public enum ProtocolVersion {
        HTTP1,
        HTTP2,
        GRPC
    }

    /** What targets are spoken to with. */
    public enum TargetProtocol {
        HTTP,
        HTTPS,
        TCP,
        TLS,
        UDP,
        TCP_UDP,
        /** Lambda functions have none. */
        NONE
    }

    /**
     * A target group with the targets that have not left it.
     *
     * @param attributes complete, defaults included
     */
    public record TargetGroup(
            String arn,
            String name,
            TargetType targetType,
            TargetProtocol protocol,
            ProtocolVersion protocolVersion,
            HealthCheck healthCheck,
            Map<String, String> attributes,
            List<Target> targets) {

        public TargetGroup {
            attributes = sorted(attributes);
            targets = List.copyOf(targets);
        }
    }

    /**
     * How targets of a group are checked.
     *
     * @param port a fixed one; null: the port the target receives traffic on
     * @param matcher codes and ranges, {@code 200-299,302}; of HTTP, or of gRPC
     */
    public record HealthCheck(
            boolean enabled,
            TargetProtocol protocol,
            @Nullable Integer port,
            String path,
            Duration interval,
            Duration timeout,
            int healthyThreshold,
            int unhealthyThreshold,
            String matcher) {}

    /** The states of a target; the spec's table. */
    public enum TargetState {
        INITIAL,
        HEALTHY,
        UNHEALTHY,
        UNUSED,
        DRAINING,
        UNAVAILABLE
    }

    /**
     * One target of a group.
     *
     * @param id an address, an instance id, a function's or load balancer's ARN
     * @param address where it is reached, an IP address; null for a Lambda function or an unknown
     *     instance
     * @param healthySince when it first became healthy after it was registered; null: not yet
     * @param drainUntil when its deregistration delay ends; null unless it drains
     */
    public record Target(
            String id,
            int port,
            @Nullable String address,
            TargetState state,
            @Nullable Instant healthySince,
            @Nullable Instant drainUntil) {}
}
