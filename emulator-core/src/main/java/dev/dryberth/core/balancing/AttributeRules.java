package dev.dryberth.core.balancing;

import static dev.dryberth.core.balancing.AttributeRule.choice;
import static dev.dryberth.core.balancing.AttributeRule.fixed;
import static dev.dryberth.core.balancing.AttributeRule.flag;
import static dev.dryberth.core.balancing.AttributeRule.number;
import static dev.dryberth.core.balancing.AttributeRule.numberOr;
import static dev.dryberth.core.balancing.AttributeRule.text;

import dev.dryberth.core.model.Listener;
import dev.dryberth.core.model.LoadBalancer;
import dev.dryberth.core.model.TargetGroup;
import dev.dryberth.core.model.TrafficProtocol;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Which attributes there are, with AWS's defaults and ranges. Rows keep only what was set; {@link
 * #complete} adds the rest, so a row that is older than an attribute has it too.
 */
public final class AttributeRules {

    private static final int MAX_TEXT = 1024;
    private static final int WEEK_SECONDS = 604_800;
    private static final int MAX_TARGETS = 1000;

    private static final List<AttributeRule> APPLICATION = application();
    private static final List<AttributeRule> NETWORK = network();
    private static final List<AttributeRule> HTTP_LISTENER = httpListener(false);
    private static final List<AttributeRule> HTTPS_LISTENER = httpListener(true);
    private static final List<AttributeRule> TCP_LISTENER =
            List.of(number("tcp.idle_timeout.seconds", 350, 60, 6000));
    private static final List<AttributeRule> HTTP_TARGETS = httpTargets();
    private static final List<AttributeRule> LAMBDA_TARGETS = lambdaTargets();

    private AttributeRules() {}

    public static List<AttributeRule> of(LoadBalancer loadBalancer) {
        List<AttributeRule> rules =
                new ArrayList<>(loadBalancer.isApplication() ? APPLICATION : NETWORK);
        rules.add(
                flag(
                        "ipv6.deny_all_igw_traffic",
                        loadBalancer.scheme() == LoadBalancer.Scheme.INTERNAL));
        return rules;
    }

    public static List<AttributeRule> of(Listener listener) {
        return switch (listener.protocol()) {
            case HTTP -> HTTP_LISTENER;
            case HTTPS -> HTTPS_LISTENER;
            case TCP, TCP_UDP, TLS -> TCP_LISTENER;
            case UDP -> List.of();
        };
    }

    public static List<AttributeRule> of(TargetGroup group) {
        TrafficProtocol protocol = group.protocol();
        if (protocol == null) {
            return LAMBDA_TARGETS;
        }
        return protocol.isHttp() ? HTTP_TARGETS : networkTargets(group.targetType(), protocol);
    }

    public static Map<String, String> complete(LoadBalancer loadBalancer) {
        return complete(of(loadBalancer), loadBalancer.attributes());
    }

    public static Map<String, String> complete(Listener listener) {
        return complete(of(listener), listener.attributes());
    }

    public static Map<String, String> complete(TargetGroup group) {
        return complete(of(group), group.attributes());
    }

    /** Every attribute in the order of the rules, set or by default. */
    public static Map<String, String> complete(List<AttributeRule> rules, Map<String, String> set) {
        Map<String, String> complete = new LinkedHashMap<>();
        for (AttributeRule rule : rules) {
            complete.put(rule.key(), set.getOrDefault(rule.key(), rule.defaultValue()));
        }
        return complete;
    }

    private static List<AttributeRule> logs(String prefix) {
        return List.of(
                flag(prefix + ".s3.enabled", false),
                text(prefix + ".s3.bucket", "", MAX_TEXT),
                text(prefix + ".s3.prefix", "", MAX_TEXT));
    }

    private static List<AttributeRule> application() {
        List<AttributeRule> rules = new ArrayList<>(logs("access_logs"));
        rules.addAll(logs("connection_logs"));
        rules.addAll(logs("health_check_logs"));
        rules.addAll(
                List.of(
                        number("client_keep_alive.seconds", 3600, 60, WEEK_SECONDS),
                        flag("deletion_protection.enabled", false),
                        number("idle_timeout.timeout_seconds", 60, 1, 4000),
                        fixed("load_balancing.cross_zone.enabled", "true"),
                        choice(
                                "routing.http.desync_mitigation_mode",
                                "defensive",
                                "monitor",
                                "strictest"),
                        flag("routing.http.drop_invalid_header_fields.enabled", false),
                        flag("routing.http.preserve_host_header.enabled", false),
                        flag("routing.http.x_amzn_tls_version_and_cipher_suite.enabled", false),
                        flag("routing.http.xff_client_port.enabled", false),
                        choice(
                                "routing.http.xff_header_processing.mode",
                                "append",
                                "preserve",
                                "remove"),
                        flag("routing.http2.enabled", true),
                        flag("waf.fail_open.enabled", false),
                        flag("zonal_shift.config.enabled", false)));
        return List.copyOf(rules);
    }

    private static List<AttributeRule> network() {
        List<AttributeRule> rules = new ArrayList<>(logs("access_logs"));
        rules.addAll(
                List.of(
                        flag("deletion_protection.enabled", false),
                        choice(
                                "dns_record.client_routing_policy",
                                "any_availability_zone",
                                "availability_zone_affinity",
                                "partial_availability_zone_affinity"),
                        flag("load_balancing.cross_zone.enabled", false),
                        number("secondary_ips.auto_assigned.per_subnet", 0, 0, 7),
                        flag("zonal_shift.config.enabled", false)));
        return List.copyOf(rules);
    }

    private static List<AttributeRule> httpListener(boolean secure) {
        List<AttributeRule> rules = new ArrayList<>();
        rules.add(flag("routing.http.response.server.enabled", true));
        for (String header :
                List.of(
                        "strict_transport_security",
                        "access_control_allow_origin",
                        "access_control_allow_methods",
                        "access_control_allow_headers",
                        "access_control_allow_credentials",
                        "access_control_expose_headers",
                        "access_control_max_age",
                        "content_security_policy",
                        "x_content_type_options",
                        "x_frame_options")) {
            rules.add(text("routing.http.response." + header + ".header_value", "", MAX_TEXT));
        }
        if (secure) {
            for (String header :
                    List.of(
                            "X-Amzn-Mtls-Clientcert-Serial-Number",
                            "X-Amzn-Mtls-Clientcert-Issuer",
                            "X-Amzn-Mtls-Clientcert-Subject",
                            "X-Amzn-Mtls-Clientcert-Validity",
                            "X-Amzn-Mtls-Clientcert-Leaf",
                            "X-Amzn-Mtls-Clientcert",
                            "X-Amzn-Tls-Version",
                            "X-Amzn-Tls-Cipher-Suite")) {
                String key = header.toLowerCase(Locale.ROOT).replace('-', '_');
                rules.add(text("routing.http.request." + key + ".header_name", header, 40));
            }
        }
        return List.copyOf(rules);
    }

    private static List<AttributeRule> groupHealth() {
        String failover = "target_group_health.dns_failover.minimum_healthy_targets.";
        String routing = "target_group_health.unhealthy_state_routing.minimum_healthy_targets.";
        return List.of(
                choice(
                        "load_balancing.cross_zone.enabled",
                        "use_load_balancer_configuration",
                        "true",
                        "false"),
                numberOr(failover + "count", "1", "off", 1, MAX_TARGETS),
                numberOr(failover + "percentage", "off", "off", 1, 100),
                number(routing + "count", 1, 1, MAX_TARGETS),
                numberOr(routing + "percentage", "off", "off", 1, 100));
    }

    private static List<AttributeRule> httpTargets() {
        List<AttributeRule> rules = new ArrayList<>(groupHealth());
        rules.addAll(
                List.of(
                        number("deregistration_delay.timeout_seconds", 300, 0, 3600),
                        choice("load_balancing.algorithm.anomaly_mitigation", "off", "on"),
                        choice(
                                "load_balancing.algorithm.type",
                                "round_robin",
                                "least_outstanding_requests",
                                "weighted_random"),
                        new AttributeRule(
                                "slow_start.duration_seconds",
                                "0",
                                text -> text.equals("0") || AttributeRule.isNumber(text, 30, 900),
                                "0 or a number from 30 to 900"),
                        text("stickiness.app_cookie.cookie_name", "", MAX_TEXT),
                        number("stickiness.app_cookie.duration_seconds", 86_400, 1, WEEK_SECONDS),
                        flag("stickiness.enabled", false),
                        number("stickiness.lb_cookie.duration_seconds", 86_400, 1, WEEK_SECONDS),
                        choice("stickiness.type", "lb_cookie", "app_cookie")));
        return List.copyOf(rules);
    }

    private static List<AttributeRule> lambdaTargets() {
        List<AttributeRule> rules = new ArrayList<>(groupHealth());
        rules.addAll(
                List.of(
                        flag("lambda.multi_value_headers.enabled", false),
                        flag("stickiness.enabled", false),
                        number("stickiness.lb_cookie.duration_seconds", 86_400, 1, WEEK_SECONDS),
                        choice("stickiness.type", "lb_cookie")));
        return List.copyOf(rules);
    }

    private static List<AttributeRule> networkTargets(
            TargetGroup.TargetType type, TrafficProtocol protocol) {
        boolean datagrams = protocol == TrafficProtocol.UDP || protocol == TrafficProtocol.TCP_UDP;
        String preserve = "preserve_client_ip.enabled";
        String terminate = "target_health_state.unhealthy.connection_termination.enabled";
        List<AttributeRule> rules = new ArrayList<>(groupHealth());
        rules.addAll(
                List.of(
                        flag("deregistration_delay.connection_termination.enabled", datagrams),
                        number("deregistration_delay.timeout_seconds", 300, 0, 3600),
                        datagrams
                                ? fixed(preserve, "true")
                                : flag(preserve, type != TargetGroup.TargetType.IP),
                        flag("proxy_protocol_v2.enabled", false),
                        flag("stickiness.enabled", false),
                        choice("stickiness.type", "source_ip"),
                        datagrams ? fixed(terminate, "false") : flag(terminate, true),
                        number(
                                "target_health_state.unhealthy.draining_interval_seconds",
                                0,
                                0,
                                360_000)));
        return List.copyOf(rules);
    }
}
