package dev.dryberth.api.ecs;

import dev.dryberth.core.model.HostAccess;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.ecs.model.ContainerDefinition;
import software.amazon.awssdk.services.ecs.model.DockerVolumeConfiguration;
import software.amazon.awssdk.services.ecs.model.IpcMode;
import software.amazon.awssdk.services.ecs.model.LinuxParameters;
import software.amazon.awssdk.services.ecs.model.PidMode;
import software.amazon.awssdk.services.ecs.model.Volume;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * What a task definition may ask of the developer's own machine. AWS has no such rule: there the
 * machine is a container instance that belongs to the account. Here whoever reaches the API could
 * take over the machine, so a directory of the host is mounted only when it lies below one the
 * developer allowed with {@code --allow-mount}, and everything that gives root on the host only
 * with {@code --allow-privileged}. Paths are compared element by element and {@code ..} is refused,
 * so neither {@code /allowed-not} nor {@code /allowed/../etc} passes for {@code /allowed}. Symbolic
 * links cannot be followed here, where nothing may wait for a disk; whoever mounts must. Deviation.
 */
final class HostAccessRules {

    /** What Docker grants every container anyway, and what Fargate lets tasks add. */
    private static final Set<String> HARMLESS_CAPABILITIES =
            Set.of(
                    "AUDIT_WRITE",
                    "CHOWN",
                    "DAC_OVERRIDE",
                    "FOWNER",
                    "FSETID",
                    "IPC_LOCK",
                    "KILL",
                    "MKNOD",
                    "NET_BIND_SERVICE",
                    "NET_RAW",
                    "SETFCAP",
                    "SETGID",
                    "SETPCAP",
                    "SETUID",
                    "SYS_CHROOT",
                    "SYS_NICE",
                    "SYS_PTRACE");

    /** Types of the local driver's mounts whose device is no file of the host. */
    private static final Set<String> DEVICELESS_TYPES =
            Set.of("tmpfs", "nfs", "nfs4", "cifs", "smb3");

    private final HostAccess access;
    private final List<List<String>> allowed;

    HostAccessRules(HostAccess access) {
        this.access = access;
        List<List<String>> directories = new ArrayList<>();
        for (String directory : access.allowedMounts()) {
            List<String> elements = elements(directory);
            if (elements == null) {
                throw new IllegalArgumentException(
                        "allowed mount: " + directory + " (expected: an absolute path without ..)");
            }
            directories.add(elements);
        }
        this.allowed = List.copyOf(directories);
    }

    void check(
            List<ContainerDefinition> containers,
            List<Volume> volumes,
            @Nullable PidMode pidMode,
            @Nullable IpcMode ipcMode) {
        for (Volume volume : volumes) {
            if (volume.host() != null && volume.host().sourcePath() != null) {
                checkPath(volume, volume.host().sourcePath());
            }
            if (volume.dockerVolumeConfiguration() != null) {
                checkDockerVolume(volume, volume.dockerVolumeConfiguration());
            }
        }
        if (access.allowPrivileged()) {
            return;
        }
        if (pidMode == PidMode.HOST) {
            throw needsPrivilege("pidMode host");
        }
        if (ipcMode == IpcMode.HOST) {
            throw needsPrivilege("ipcMode host");
        }
        for (ContainerDefinition container : containers) {
            checkUnprivileged(container);
        }
    }

    private void checkDockerVolume(Volume volume, DockerVolumeConfiguration docker) {
        String driver = docker.driver();
        if (driver != null && !driver.isEmpty() && !driver.equals("local")) {
            return; // A plugin's options are its own matter; the developer installed it.
        }
        Map<String, String> options = docker.driverOpts();
        String device = options.getOrDefault("device", "");
        if (options.isEmpty() || (device.isEmpty() && !options.containsKey("type"))) {
            return;
        }
        String type = options.getOrDefault("type", "").toLowerCase(Locale.ROOT);
        String mount = "," + options.getOrDefault("o", "").toLowerCase(Locale.ROOT) + ",";
        if (mount.contains(",bind,") || mount.contains(",rbind,")) {
            checkPath(volume, device);
        } else if (!DEVICELESS_TYPES.contains(type) && !access.allowPrivileged()) {
            throw EcsErrors.client(
                    "Volume '"
                            + volume.name()
                            + "' mounts the host's device "
                            + device
                            + ", which needs the daemon's flag --allow-privileged.");
        }
    }

    private void checkPath(Volume volume, String path) {
        List<String> elements = elements(path);
        if (elements == null) {
            throw EcsErrors.client(
                    "Volume '"
                            + volume.name()
                            + "' has the host path "
                            + path
                            + " (expected: an absolute path without ..).");
        }
        for (List<String> directory : allowed) {
            if (elements.size() >= directory.size()
                    && elements.subList(0, directory.size()).equals(directory)) {
                return;
            }
        }
        throw EcsErrors.client(
                "Volume '"
                        + volume.name()
                        + "' mounts the host directory "
                        + path
                        + ", which lies below no directory allowed with the daemon's flag"
                        + " --allow-mount.");
    }

    private static void checkUnprivileged(ContainerDefinition container) {
        if (Boolean.TRUE.equals(container.privileged())) {
            throw needsPrivilege("Container '" + container.name() + "' is privileged, which");
        }
        for (String option : container.dockerSecurityOptions()) {
            if (!option.startsWith("no-new-privileges") && !option.startsWith("credentialspec")) {
                throw needsPrivilege("dockerSecurityOptions " + option);
            }
        }
        LinuxParameters linux = container.linuxParameters();
        if (linux == null) {
            return;
        }
        if (!linux.devices().isEmpty()) {
            throw needsPrivilege("linuxParameters.devices");
        }
        if (linux.capabilities() == null) {
            return;
        }
        for (String capability : linux.capabilities().add()) {
            if (!HARMLESS_CAPABILITIES.contains(capability)) {
                throw needsPrivilege("linuxParameters.capabilities.add " + capability);
            }
        }
    }

    private static RuntimeException needsPrivilege(String what) {
        return EcsErrors.client(what + " needs the daemon's flag --allow-privileged.");
    }

    /** The elements of an absolute path, without empty ones and dots; null: not such a path. */
    private static @Nullable List<String> elements(String path) {
        if (!path.startsWith("/")) {
            return null;
        }
        List<String> elements = new ArrayList<>();
        for (String element : path.split("/", -1)) {
            if (element.equals("..") || element.indexOf('\0') >= 0) {
                return null;
            }
            if (!element.isEmpty() && !element.equals(".")) {
                elements.add(element);
            }
        }
        return elements;
    }
}
