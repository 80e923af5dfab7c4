package dev.dryberth.api.proxy;

import dev.dryberth.core.balancing.Desync;
import dev.dryberth.core.balancing.ForwardedHeaders;
import dev.dryberth.core.balancing.RouteTable.LoadBalancer;

import java.time.Duration;
import java.util.Map;

/** A load balancer's attributes, parsed once per table. */
record BalancerSettings(
        LoadBalancer balancer,
        MinuteRing metrics,
        Duration idleTimeout,
        Duration clientKeepAlive,
        Desync.Mode desync,
        boolean dropInvalidHeaders,
        boolean preserveHost,
        boolean forwardClientPort,
        ForwardedHeaders.Mode forwardedFor,
        boolean logged) {

    /** AWS's own default, where no load balancer says otherwise. */
    static final long DEFAULT_IDLE_NANOS = Duration.ofSeconds(60).toNanos();

    static BalancerSettings of(LoadBalancer balancer, MinuteRing metrics) {
        Map<String, String> attributes = balancer.attributes();
        return new BalancerSettings(
                balancer,
                metrics,
                seconds(attributes, "idle_timeout.timeout_seconds", "60"),
                seconds(attributes, "client_keep_alive.seconds", "3600"),
                Desync.Mode.parse(attributes.get("routing.http.desync_mitigation_mode")),
                isOn(attributes, "routing.http.drop_invalid_header_fields.enabled"),
                isOn(attributes, "routing.http.preserve_host_header.enabled"),
                isOn(attributes, "routing.http.xff_client_port.enabled"),
                ForwardedHeaders.Mode.parse(
                        attributes.get("routing.http.xff_header_processing.mode")),
                isOn(attributes, "access_logs.s3.enabled"));
    }

    static Duration seconds(Map<String, String> attributes, String key, String otherwise) {
        return Duration.ofSeconds(Long.parseLong(attributes.getOrDefault(key, otherwise)));
    }

    static boolean isOn(Map<String, String> attributes, String key) {
        return "true".equals(attributes.get(key));
    }
}
