package dev.dryberth.api.proxy;

/** What network load balancers count flows by. */
enum FlowKind {
    TCP,
    TLS,
    UDP
}
