package dev.dryberth.api.ecs;

import dev.dryberth.core.model.NetworkMode;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.ecs.model.ApplicationProtocol;
import software.amazon.awssdk.services.ecs.model.ContainerDefinition;
import software.amazon.awssdk.services.ecs.model.PortMapping;
import software.amazon.awssdk.services.ecs.model.TransportProtocol;

import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Port mappings under each network mode. Texts marked [?] are guesses. Stateless. */
final class PortRules {

    private static final int MAX_PORT = 65_535;
    private static final int MAX_NAME_LENGTH = 64;
    private static final int MAX_RANGES = 100;

    private PortRules() {}

    static void check(List<ContainerDefinition> containers, NetworkMode mode) {
        Set<String> names = new HashSet<>();
        Set<String> hostPorts = new HashSet<>();
        for (ContainerDefinition container : containers) {
            if (!container.portMappings().isEmpty()) {
                checkContainer(container, mode, names);
                if (mode != NetworkMode.AWSVPC) {
                    checkHostPorts(container, mode, hostPorts);
                }
            }
        }
    }

    /** Containers of a task share their host, so no two of them can have one of its ports. */
    private static void checkHostPorts(
            ContainerDefinition container, NetworkMode mode, Set<String> taken) {
        for (PortMapping given : container.portMappings()) {
            PortMapping mapping = filled(given, mode);
            Integer port = mapping.hostPort();
            if (port != null && port != 0 && !taken.add(port + "/" + mapping.protocolAsString())) {
                throw EcsErrors.client(
                        "Host port "
                                + port
                                + "/"
                                + mapping.protocolAsString()
                                + " is mapped more than once."); // [?]
            }
        }
    }

    /** The mapping as it is echoed: host port and protocol filled in. */
    static PortMapping filled(PortMapping mapping, NetworkMode mode) {
        PortMapping.Builder filled = mapping.toBuilder();
        if (mapping.protocolAsString() == null) {
            filled.protocol(TransportProtocol.TCP);
        }
        boolean open = mapping.hostPort() == null || mapping.hostPort() == 0;
        if (open && mapping.containerPortRange() == null) {
            filled.hostPort(
                    switch (mode) {
                        case AWSVPC, HOST -> mapping.containerPort();
                        case BRIDGE, NONE -> Integer.valueOf(0);
                    });
        }
        return filled.build();
    }

    private static void checkContainer(
            ContainerDefinition container, NetworkMode mode, Set<String> names) {
        if (mode == NetworkMode.NONE) {
            throw EcsErrors.client("Port mappings are not supported when networkMode=none."); // [?]
        }
        Map<String, BitSet> taken = new HashMap<>();
        int ranges = 0;
        for (PortMapping mapping : container.portMappings()) {
            checkProtocols(mapping);
            checkName(mapping, names);
            int from;
            int to;
            if (mapping.containerPortRange() == null) {
                checkPorts(mapping, mode);
                from = mapping.containerPort();
                to = from;
            } else {
                int[] range = range(mapping, mode);
                from = range[0];
                to = range[1];
                if (++ranges > MAX_RANGES) {
                    throw EcsErrors.client(
                            "A container can not have more than "
                                    + MAX_RANGES
                                    + " containerPortRange mappings."); // [?]
                }
            }
            String protocol =
                    mapping.protocolAsString() == null ? "tcp" : mapping.protocolAsString();
            BitSet takenHere = taken.computeIfAbsent(protocol, _ -> new BitSet());
            int twice = takenHere.nextSetBit(from);
            if (twice >= 0 && twice <= to) {
                throw EcsErrors.client(
                        "Container port "
                                + twice
                                + "/"
                                + protocol
                                + " of container '"
                                + container.name()
                                + "' is mapped more than once."); // [?]
            }
            takenHere.set(from, to + 1);
        }
    }

    private static void checkPorts(PortMapping mapping, NetworkMode mode) {
        Integer port = mapping.containerPort();
        if (port == null || port < 1 || port > MAX_PORT) {
            throw EcsErrors.client(
                    "containerPort must be between 1 and " + MAX_PORT + ", but was " + port); // [?]
        }
        Integer host = mapping.hostPort();
        if (host != null && (host < 0 || host > MAX_PORT)) {
            throw EcsErrors.client(
                    "hostPort must be between 0 and " + MAX_PORT + ", but was " + host); // [?]
        }
        boolean same = host == null || host.equals(port);
        if (mode == NetworkMode.AWSVPC && !same) {
            throw EcsErrors.client(
                    "When networkMode=awsvpc, the host ports and container ports in port mappings"
                            + " must match.");
        }
        if (mode == NetworkMode.HOST && !same && host != 0) {
            throw EcsErrors.client(
                    "When networkMode=host, the host ports and container ports in port mappings"
                            + " must match."); // [?]
        }
    }

    private static int[] range(PortMapping mapping, NetworkMode mode) {
        if (mode != NetworkMode.AWSVPC && mode != NetworkMode.BRIDGE) {
            throw EcsErrors.client(
                    "containerPortRange is only supported when networkMode is awsvpc or"
                            + " bridge."); // [?]
        }
        if (mapping.containerPort() != null || mapping.hostPort() != null) {
            throw EcsErrors.client(
                    "containerPort and hostPort can not be set together with"
                            + " containerPortRange."); // [?]
        }
        String text = mapping.containerPortRange();
        int dash = text.indexOf('-');
        int from = dash < 0 ? -1 : port(text, 0, dash);
        int to = dash < 0 ? -1 : port(text, dash + 1, text.length());
        if (from < 1 || to < 1 || from >= to) {
            throw EcsErrors.client("Invalid containerPortRange: " + text); // [?]
        }
        return new int[] {from, to};
    }

    /** The port written in a part of a text; −1: there is none. */
    private static int port(String text, int from, int to) {
        int value = 0;
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            if (c < '0' || c > '9' || to - from > 5) {
                return -1;
            }
            value = value * 10 + (c - '0');
        }
        return value <= MAX_PORT ? value : -1;
    }

    private static void checkProtocols(PortMapping mapping) {
        if (mapping.protocol() == TransportProtocol.UNKNOWN_TO_SDK_VERSION) {
            throw EcsErrors.notOneOf("protocol", List.of("tcp", "udp"));
        }
        if (mapping.appProtocol() == ApplicationProtocol.UNKNOWN_TO_SDK_VERSION) {
            throw EcsErrors.notOneOf("appProtocol", List.of("http", "http2", "grpc"));
        }
    }

    private static void checkName(PortMapping mapping, Set<String> names) {
        String name = mapping.name();
        if (name == null) {
            return;
        }
        if (!validName(name)) {
            throw EcsErrors.client("Invalid port mapping name: " + name); // [?]
        }
        if (!names.add(name)) {
            throw EcsErrors.client(
                    "Port mapping names must be unique within a Task Definition: " + name); // [?]
        }
    }

    private static boolean validName(@Nullable String name) {
        if (name == null || name.isEmpty() || name.length() > MAX_NAME_LENGTH) {
            return false;
        }
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            boolean letter = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
            if (!letter && !(c == '-' && i > 0)) {
                return false;
            }
        }
        return true;
    }
}
