package dev.dryberth.core.runtime.docker;

import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.InternetProtocol;
import com.github.dockerjava.api.model.Link;
import com.github.dockerjava.api.model.LogConfig;
import com.github.dockerjava.api.model.Ports;
import com.github.dockerjava.api.model.RestartPolicy;

import dev.dryberth.core.loop.Clock;
import dev.dryberth.core.model.PortBinding;
import dev.dryberth.core.runtime.ContainerSpec;
import dev.dryberth.core.runtime.ContainerSpec.Network;
import dev.dryberth.core.runtime.docker.Reasons.Refused;

import software.amazon.awssdk.services.ecs.model.ContainerDefinition;
import software.amazon.awssdk.services.ecs.model.LogConfiguration;
import software.amazon.awssdk.services.ecs.model.LogDriver;
import software.amazon.awssdk.services.ecs.model.SystemControl;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Turns what ECS says of a container into what Docker is asked. No request is made here, but for
 * the question whether a volume exists that somebody else should have made.
 *
 * <p>Deviations: ports of the bridge are published on loopback only, because a developer's machine
 * is often on a network that should not reach them; a restarted container is a new one with a fresh
 * file system, so that its exit can't be taken for that of the run before.
 */
final class ContainerRequest {

    /** Where a bridge container's ports are published. */
    static final String PUBLISHED_ON = "127.0.0.1";

    private final String instanceId;
    private final Clock clock;
    private final int engineCores;
    private final HostGuard guard;
    private final Mounts mounts;

    ContainerRequest(DockerSettings settings, int engineCores, Predicate<String> volumeExists) {
        this.instanceId = settings.instanceId();
        this.clock = settings.clock();
        this.engineCores = engineCores;
        this.guard = new HostGuard(settings.hostAccess());
        this.mounts = new Mounts(instanceId, guard, volumeExists);
    }

    /**
     * Fills in {@code request}, which names the image already.
     *
     * @param fargateLimits whether to set Fargate's default ulimits where the definition sets none
     * @throws Refused for what is not allowed or cannot be
     */
    CreateContainerCmd fill(CreateContainerCmd request, ContainerSpec spec, boolean fargateLimits) {
        ContainerDefinition definition = spec.definition();
        guard.check(definition);
        HostConfig host = new HostConfig();
        request.withName(Names.container(instanceId, spec))
                .withLabels(Labels.container(instanceId, spec))
                .withEnv(spec.environment())
                .withHealthcheck(HealthChecks.of(definition.healthCheck(), clock))
                .withHostConfig(host);
        if (!definition.command().isEmpty()) {
            request.withCmd(definition.command());
        }
        if (!definition.entryPoint().isEmpty()) {
            request.withEntrypoint(definition.entryPoint());
        }
        if (definition.workingDirectory() != null) {
            request.withWorkingDir(definition.workingDirectory());
        }
        if (definition.user() != null) {
            request.withUser(definition.user());
        }
        if (Boolean.TRUE.equals(definition.pseudoTerminal())) {
            request.withTty(true);
        }
        if (Boolean.TRUE.equals(definition.interactive())) {
            request.withStdinOpen(true);
        }
        host.withRestartPolicy(RestartPolicy.noRestart())
                .withPrivileged(Boolean.TRUE.equals(definition.privileged()))
                .withReadonlyRootfs(Boolean.TRUE.equals(definition.readonlyRootFilesystem()));
        if (!definition.dockerSecurityOptions().isEmpty()) {
            host.withSecurityOpts(definition.dockerSecurityOptions());
        }
        network(request, spec, host);
        sysctls(spec, host);
        log(definition.logConfiguration(), host);
        mounts.apply(spec, host);
        Resources.apply(spec, host, engineCores, fargateLimits);
        return request;
    }

    private static void network(CreateContainerCmd request, ContainerSpec spec, HostConfig host) {
        ContainerDefinition definition = spec.definition();
        switch (spec.network()) {
            // Name, resolver and hosts file belong to the namespace's holder here.
            case Network.Namespace namespace ->
                    host.withNetworkMode("container:" + namespace.pauseRuntimeId());
            case Network.Bridge bridge -> {
                names(request, definition, host);
                if (Boolean.TRUE.equals(definition.disableNetworking())) {
                    host.withNetworkMode("none");
                    return;
                }
                host.withNetworkMode("bridge");
                publish(request, bridge.ports(), host);
                if (!definition.links().isEmpty()) {
                    host.withLinks(
                            definition.links().stream().map(link -> link(spec, link)).toList());
                }
            }
            case Network.Host _ -> {
                names(request, definition, host);
                host.withNetworkMode("host");
            }
            case Network.None _ -> {
                names(request, definition, host);
                host.withNetworkMode("none");
            }
        }
    }

    private static void names(
            CreateContainerCmd request, ContainerDefinition definition, HostConfig host) {
        if (definition.hostname() != null) {
            request.withHostName(definition.hostname());
        }
        if (!definition.dnsServers().isEmpty()) {
            host.withDns(definition.dnsServers());
        }
        if (!definition.dnsSearchDomains().isEmpty()) {
            host.withDnsSearch(definition.dnsSearchDomains());
        }
        if (!definition.extraHosts().isEmpty()) {
            host.withExtraHosts(
                    definition.extraHosts().stream()
                            .map(entry -> entry.hostname() + ":" + entry.ipAddress())
                            .toArray(String[]::new));
        }
    }

    private static void publish(
            CreateContainerCmd request, List<PortBinding> wanted, HostConfig host) {
        if (wanted.isEmpty()) {
            return;
        }
        Ports ports = new Ports();
        List<ExposedPort> exposed = new ArrayList<>();
        for (PortBinding port : wanted) {
            ExposedPort inside =
                    new ExposedPort(port.containerPort(), InternetProtocol.parse(port.protocol()));
            exposed.add(inside);
            ports.bind(
                    inside,
                    port.hostPort() == 0
                            ? Ports.Binding.bindIp(PUBLISHED_ON)
                            : Ports.Binding.bindIpAndPort(PUBLISHED_ON, port.hostPort()));
        }
        request.withExposedPorts(exposed);
        host.withPortBindings(ports);
    }

    /** {@code name} or {@code name:alias}. */
    private static Link link(ContainerSpec spec, String text) {
        int colon = text.indexOf(':');
        String name = colon < 0 ? text : text.substring(0, colon);
        return new Link(Mounts.sibling(spec, name), colon < 0 ? name : text.substring(colon + 1));
    }

    private static void sysctls(ContainerSpec spec, HostConfig host) {
        Map<String, String> sysctls = new LinkedHashMap<>();
        for (SystemControl control : spec.definition().systemControls()) {
            if (control.namespace().startsWith("net.")
                    && spec.network() instanceof Network.Namespace) {
                throw new Refused(
                        "systemControls '"
                                + control.namespace()
                                + "' belongs to the task's network, which Docker cannot change"
                                + " through a container that joins it");
            }
            sysctls.put(control.namespace(), control.value());
        }
        if (!sysctls.isEmpty()) {
            host.withSysctls(sysctls);
        }
    }

    private static void log(
            @org.jspecify.annotations.Nullable LogConfiguration configuration, HostConfig host) {
        if (configuration == null) {
            return;
        }
        if (configuration.logDriver() == LogDriver.JSON_FILE) {
            host.withLogConfig(
                    new LogConfig(LogConfig.LoggingType.JSON_FILE, configuration.options()));
        } else if ("none".equals(configuration.logDriverAsString())) {
            host.withLogConfig(new LogConfig(LogConfig.LoggingType.NONE));
        } else {
            host.withLogConfig(new LogConfig(LogConfig.LoggingType.JSON_FILE));
        }
    }

    /** Docker's published ports as ECS reports them, in the order of {@code ports}' entries. */
    static List<PortBinding> bindings(@org.jspecify.annotations.Nullable Ports ports) {
        if (ports == null) {
            return List.of();
        }
        return ports.getBindings().entrySet().stream()
                .filter(entry -> entry.getValue() != null)
                .flatMap(entry ->
                        java.util.Arrays.stream(entry.getValue())
                                .map(binding -> binding(entry.getKey(), binding)))
                .sorted(
                        java.util.Comparator.comparingInt(PortBinding::containerPort)
                                .thenComparing(PortBinding::protocol))
                .collect(Collectors.toList());
    }

    private static PortBinding binding(ExposedPort inside, Ports.Binding outside) {
        return new PortBinding(
                java.util.Objects.requireNonNullElse(outside.getHostIp(), PUBLISHED_ON),
                inside.getPort(),
                Integer.parseInt(outside.getHostPortSpec()),
                inside.getProtocol().toString());
    }
}
