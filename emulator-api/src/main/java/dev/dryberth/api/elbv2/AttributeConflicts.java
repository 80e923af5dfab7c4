package dev.dryberth.api.elbv2;

import dev.dryberth.core.balancing.AttributeRules;
import dev.dryberth.core.model.LoadBalancer;
import dev.dryberth.core.model.TargetGroup;

import java.util.List;
import java.util.Map;

/** Attributes that are each right by themselves but do not go together. */
final class AttributeConflicts {

    private static final List<String> LOGS =
            List.of("access_logs", "connection_logs", "health_check_logs");
    private static final List<String> RESERVED_COOKIES = List.of("AWSALB", "AWSALBAPP", "AWSALBTG");

    private AttributeConflicts() {}

    static void check(LoadBalancer loadBalancer) {
        Map<String, String> attributes = AttributeRules.complete(loadBalancer);
        for (String log : LOGS) {
            if (is(attributes, log + ".s3.enabled", "true")
                    && is(attributes, log + ".s3.bucket", "")) {
                throw ElbErrors.configuration(
                        "The attribute '%s.s3.bucket' must be set when '%s.s3.enabled' is true"
                                .formatted(log, log));
            }
        }
    }

    static void check(TargetGroup group) {
        Map<String, String> attributes = AttributeRules.complete(group);
        boolean roundRobin =
                is(attributes, "load_balancing.algorithm.type", "round_robin")
                        || !attributes.containsKey("load_balancing.algorithm.type");
        String slowStart = attributes.getOrDefault("slow_start.duration_seconds", "0");
        if (!roundRobin && !slowStart.equals("0")) {
            throw ElbErrors.configuration(
                    "Slow start needs the load balancing algorithm round_robin");
        }
        if (is(attributes, "load_balancing.algorithm.anomaly_mitigation", "on")
                && !is(attributes, "load_balancing.algorithm.type", "weighted_random")) {
            throw ElbErrors.configuration(
                    "Anomaly mitigation needs the load balancing algorithm weighted_random");
        }
        if (!is(attributes, "target_health_state.unhealthy.draining_interval_seconds", "0")
                && attributes.containsKey(
                        "target_health_state.unhealthy.draining_interval_seconds")) {
            throw ElbErrors.notBuilt("the draining of unhealthy targets");
        }
        checkCookie(attributes);
    }

    private static void checkCookie(Map<String, String> attributes) {
        String cookie = attributes.getOrDefault("stickiness.app_cookie.cookie_name", "");
        if (RESERVED_COOKIES.stream().anyMatch(cookie::startsWith)) {
            throw ElbErrors.configuration(
                    "The cookie name '" + cookie + "' begins with a reserved prefix");
        }
        if (cookie.isEmpty()
                && is(attributes, "stickiness.type", "app_cookie")
                && is(attributes, "stickiness.enabled", "true")) {
            throw ElbErrors.configuration(
                    "The attribute 'stickiness.app_cookie.cookie_name' must be set for application-based stickiness");
        }
    }

    private static boolean is(Map<String, String> attributes, String key, String value) {
        return value.equals(attributes.get(key));
    }
}
