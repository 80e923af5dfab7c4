package dev.dryberth.core.model;

/** A container port published on the host. {@code protocol} is {@code tcp} or {@code udp}. */
public record PortBinding(String bindIp, int containerPort, int hostPort, String protocol) {}
