package dev.dryberth.core.runtime.docker;

import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.DeviceRequest;
import com.github.dockerjava.api.model.HostConfig;

import dev.dryberth.core.runtime.ContainerSpec;
import dev.dryberth.core.runtime.docker.Reasons.Refused;

import software.amazon.awssdk.services.ecs.model.ContainerDefinition;
import software.amazon.awssdk.services.ecs.model.Device;
import software.amazon.awssdk.services.ecs.model.DeviceCgroupPermission;
import software.amazon.awssdk.services.ecs.model.LinuxParameters;
import software.amazon.awssdk.services.ecs.model.ResourceType;
import software.amazon.awssdk.services.ecs.model.Tmpfs;
import software.amazon.awssdk.services.ecs.model.Ulimit;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * A container's share of the machine: CPU, memory, ulimits and {@code linuxParameters}.
 *
 * <p>Deviation: ECS holds a whole task below its cpu and memory with a control group around its
 * containers. Docker has no such group, so the task's cpu is a cap on each container, and the
 * task's memory on each container that has no limit of its own.
 */
final class Resources {

    private static final long MIB = 1024L * 1024;

    /** The kernel's smallest share, which ECS gives a container whose cpu is 0. */
    private static final int MIN_CPU_SHARES = 2;

    private static final long CPU_UNITS = 1024;
    private static final long NANOS_PER_CPU = 1_000_000_000;
    private static final long FARGATE_NOFILE = 65_535;

    private Resources() {}

    /** {@code fargateLimits} false: without the limits nobody asked for. */
    static void apply(ContainerSpec spec, HostConfig host, int engineCores, boolean fargateLimits) {
        ContainerDefinition definition = spec.definition();
        host.withCpuShares(
                Math.max(MIN_CPU_SHARES, Objects.requireNonNullElse(definition.cpu(), 0)));
        if (spec.taskCpuUnits() != null) {
            // Docker refuses more processors than it has.
            long units = Math.min(spec.taskCpuUnits(), engineCores * CPU_UNITS);
            host.withNanoCPUs(units * NANOS_PER_CPU / CPU_UNITS);
        }
        memory(spec, host);
        ulimits(spec, host, fargateLimits);
        long gpus =
                definition.resourceRequirements().stream()
                        .filter(required -> required.type() == ResourceType.GPU)
                        .mapToLong(required -> Long.parseLong(required.value()))
                        .sum();
        if (gpus > 0) {
            host.withDeviceRequests(
                    List.of(
                            new DeviceRequest()
                                    .withCount((int) gpus)
                                    .withCapabilities(List.of(List.of("gpu")))));
        }
        if (definition.linuxParameters() != null) {
            linux(definition.linuxParameters(), host);
        }
    }

    private static void memory(ContainerSpec spec, HostConfig host) {
        ContainerDefinition definition = spec.definition();
        Integer limit = definition.memory() != null ? definition.memory() : spec.taskMemoryMiB();
        if (definition.memoryReservation() != null) {
            host.withMemoryReservation(definition.memoryReservation() * MIB);
        }
        if (limit == null) {
            return;
        }
        LinuxParameters linux = definition.linuxParameters();
        // ECS machines have no swap unless somebody adds it, where Docker allows as much again.
        long swap = linux == null || linux.maxSwap() == null ? 0 : linux.maxSwap() * MIB;
        host.withMemory(limit * MIB).withMemorySwap(limit * MIB + swap);
    }

    private static void ulimits(ContainerSpec spec, HostConfig host, boolean fargate) {
        Map<String, com.github.dockerjava.api.model.Ulimit> byName = new LinkedHashMap<>();
        if (fargate && spec.network() instanceof ContainerSpec.Network.Namespace) {
            byName.put("nofile", ulimit("nofile", FARGATE_NOFILE, FARGATE_NOFILE));
        }
        for (Ulimit ulimit : spec.definition().ulimits()) {
            byName.put(
                    ulimit.nameAsString(),
                    ulimit(ulimit.nameAsString(), ulimit.softLimit(), ulimit.hardLimit()));
        }
        if (!byName.isEmpty()) {
            host.withUlimits(List.copyOf(byName.values()));
        }
    }

    private static com.github.dockerjava.api.model.Ulimit ulimit(
            String name, long soft, long hard) {
        return new com.github.dockerjava.api.model.Ulimit(name, soft, hard);
    }

    private static void linux(LinuxParameters linux, HostConfig host) {
        if (linux.capabilities() != null) {
            host.withCapAdd(capabilities(linux.capabilities().add()));
            host.withCapDrop(capabilities(linux.capabilities().drop()));
        }
        if (!linux.devices().isEmpty()) {
            host.withDevices(linux.devices().stream().map(Resources::device).toList());
        }
        if (linux.initProcessEnabled() != null) {
            host.withInit(linux.initProcessEnabled());
        }
        if (linux.sharedMemorySize() != null) {
            host.withShmSize(linux.sharedMemorySize() * MIB);
        }
        if (linux.swappiness() != null) {
            host.withMemorySwappiness(linux.swappiness().longValue());
        }
        if (!linux.tmpfs().isEmpty()) {
            Map<String, String> tmpfs = new LinkedHashMap<>();
            linux.tmpfs().forEach(mount -> tmpfs.put(mount.containerPath(), options(mount)));
            host.withTmpFs(tmpfs);
        }
    }

    private static String options(Tmpfs mount) {
        StringBuilder options = new StringBuilder("size=").append(mount.size()).append('m');
        mount.mountOptions().forEach(option -> options.append(',').append(option));
        return options.toString();
    }

    private static Capability[] capabilities(List<String> names) {
        return names.stream().map(Resources::capability).toArray(Capability[]::new);
    }

    private static Capability capability(String name) {
        try {
            return Capability.valueOf(HostGuard.plain(name));
        } catch (IllegalArgumentException unknown) {
            throw new Refused("invalid capability '" + name + "'");
        }
    }

    private static com.github.dockerjava.api.model.Device device(Device device) {
        String permissions =
                device.permissions().isEmpty()
                        ? "rwm"
                        : device.permissions().stream()
                                .map(Resources::letter)
                                .collect(Collectors.joining());
        return new com.github.dockerjava.api.model.Device(
                permissions,
                Objects.requireNonNullElse(device.containerPath(), device.hostPath()),
                device.hostPath());
    }

    private static String letter(DeviceCgroupPermission permission) {
        return switch (permission) {
            case READ -> "r";
            case WRITE -> "w";
            case MKNOD -> "m";
            case UNKNOWN_TO_SDK_VERSION -> throw new Refused("invalid device permission");
        };
    }
}
