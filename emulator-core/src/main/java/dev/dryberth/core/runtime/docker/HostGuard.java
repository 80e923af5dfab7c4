package dev.dryberth.core.runtime.docker;

import dev.dryberth.core.model.HostAccess;
import dev.dryberth.core.runtime.docker.Reasons.Refused;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.ecs.model.ContainerDefinition;
import software.amazon.awssdk.services.ecs.model.KernelCapabilities;
import software.amazon.awssdk.services.ecs.model.LinuxParameters;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * The second lock on the developer's machine; the first is the API's. It is asked just before a
 * container is created, with links resolved, so that neither a gap in the first lock nor a link
 * planted later opens a directory nobody allowed.
 *
 * <p>{@code privileged} has equivalents: a capability that reads any file of the machine or loads
 * kernel modules, a device node, a container without seccomp. They are refused with it.
 */
final class HostGuard {

    /** Each of these alone gives a container the machine. */
    private static final List<String> CAPABILITIES_LIKE_PRIVILEGED =
            List.of(
                    "ALL",
                    "SYS_ADMIN",
                    "SYS_MODULE",
                    "SYS_RAWIO",
                    "SYS_BOOT",
                    "SYS_TIME",
                    "DAC_READ_SEARCH",
                    "MAC_ADMIN",
                    "MAC_OVERRIDE",
                    "BPF",
                    "PERFMON");

    private final HostAccess access;

    HostGuard(HostAccess access) {
        this.access = access;
    }

    /** Refuses what a definition asks beyond mounts. */
    void check(ContainerDefinition definition) {
        if (access.allowPrivileged()) {
            return;
        }
        if (Boolean.TRUE.equals(definition.privileged())) {
            throw refused("privileged containers are");
        }
        for (String option : definition.dockerSecurityOptions()) {
            if (option.contains("unconfined") || option.contains("disable")) {
                throw refused("the security option '" + option + "' is");
            }
        }
        LinuxParameters linux = definition.linuxParameters();
        if (linux == null) {
            return;
        }
        KernelCapabilities capabilities = linux.capabilities();
        if (capabilities != null) {
            for (String capability : capabilities.add()) {
                if (CAPABILITIES_LIKE_PRIVILEGED.contains(plain(capability))) {
                    throw refused("the capability '" + capability + "' is");
                }
            }
        }
        linux.devices().forEach(device -> hostPath(device.hostPath()));
    }

    /**
     * The real path of a directory a container may have.
     *
     * @throws Refused when it is below no allowed directory
     */
    String hostPath(@Nullable String path) {
        if (path == null || !path.startsWith("/")) {
            throw new Refused("Invalid host path '" + path + "' (expected: an absolute path)");
        }
        Path real = real(Path.of(path));
        for (String allowed : access.allowedMounts()) {
            if (real.startsWith(real(Path.of(allowed)))) {
                return real.toString();
            }
        }
        throw new Refused(
                "Host path '"
                        + path
                        + (real.toString().equals(path) ? "'" : "' (really '" + real + "')")
                        + " is not below a directory allowed with --allow-mount");
    }

    /** A capability without its optional prefix, in upper case. */
    static String plain(String capability) {
        String upper = capability.toUpperCase(Locale.ROOT);
        return upper.startsWith("CAP_") ? upper.substring("CAP_".length()) : upper;
    }

    /** Links resolved as far as the path exists; Docker makes the rest, which holds no links. */
    private static Path real(Path path) {
        Path absolute = path.toAbsolutePath().normalize();
        Path existing = absolute;
        while (!Files.exists(existing, java.nio.file.LinkOption.NOFOLLOW_LINKS)) {
            Path parent = existing.getParent();
            if (parent == null) {
                return absolute;
            }
            existing = parent;
        }
        try {
            return existing.toRealPath().resolve(existing.relativize(absolute)).normalize();
        } catch (IOException e) {
            throw new Refused("Host path '" + path + "' cannot be resolved: " + e.getMessage());
        }
    }

    private static Refused refused(String what) {
        return new Refused(what + " not allowed; start Dryberth with --allow-privileged");
    }
}
