package dev.dryberth.core.model;

/** What listeners speak to clients and what targets are spoken to with. */
public enum TrafficProtocol {
    HTTP,
    HTTPS,
    TCP,
    TLS,
    UDP,
    TCP_UDP;

    /** Whether it is an application load balancer's; the others are a network load balancer's. */
    public boolean isHttp() {
        return this == HTTP || this == HTTPS;
    }

    /** Whether clients are answered with a certificate. */
    public boolean isSecure() {
        return this == HTTPS || this == TLS;
    }
}
