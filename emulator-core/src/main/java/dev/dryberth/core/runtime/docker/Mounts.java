package dev.dryberth.core.runtime.docker;

import com.github.dockerjava.api.model.AccessMode;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.Driver;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.Mount;
import com.github.dockerjava.api.model.MountType;
import com.github.dockerjava.api.model.VolumeOptions;
import com.github.dockerjava.api.model.VolumesFrom;

import dev.dryberth.core.runtime.ContainerSpec;
import dev.dryberth.core.runtime.docker.Reasons.Refused;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.ecs.model.DockerVolumeConfiguration;
import software.amazon.awssdk.services.ecs.model.EFSVolumeConfiguration;
import software.amazon.awssdk.services.ecs.model.MountPoint;
import software.amazon.awssdk.services.ecs.model.Scope;
import software.amazon.awssdk.services.ecs.model.Volume;
import software.amazon.awssdk.services.ecs.model.VolumeFrom;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;

/**
 * A task definition's volumes as Docker's. A volume with a host path is a bind mount; one without
 * is a Docker volume of the task's own, made by the first container that mounts it and removed with
 * the task; a {@code shared} Docker volume and a directory of an EFS file system outlive tasks.
 *
 * <p>Deviation: an EFS file system is a Docker volume of this daemon, shared by all tasks that name
 * it; there is no network file system behind it.
 */
final class Mounts {

    private final String instanceId;
    private final HostGuard guard;
    private final Predicate<String> volumeExists;

    Mounts(String instanceId, HostGuard guard, Predicate<String> volumeExists) {
        this.instanceId = instanceId;
        this.guard = guard;
        this.volumeExists = volumeExists;
    }

    void apply(ContainerSpec spec, HostConfig host) {
        List<Bind> binds = new ArrayList<>();
        List<Mount> mounts = new ArrayList<>();
        for (MountPoint point : spec.definition().mountPoints()) {
            Volume volume = volume(spec, point);
            boolean readOnly = Boolean.TRUE.equals(point.readOnly());
            if (volume.host() != null && volume.host().sourcePath() != null) {
                // A bind, not a mount: Docker makes a missing directory, as it does on ECS.
                binds.add(
                        new Bind(
                                guard.hostPath(volume.host().sourcePath()),
                                new com.github.dockerjava.api.model.Volume(point.containerPath()),
                                readOnly ? AccessMode.ro : AccessMode.rw));
            } else {
                mounts.add(
                        dockerVolume(spec, volume)
                                .withType(MountType.VOLUME)
                                .withTarget(point.containerPath())
                                .withReadOnly(readOnly));
            }
        }
        if (!binds.isEmpty()) {
            host.withBinds(binds);
        }
        if (!mounts.isEmpty()) {
            host.withMounts(mounts);
        }
        if (!spec.definition().volumesFrom().isEmpty()) {
            host.withVolumesFrom(
                    spec.definition().volumesFrom().stream()
                            .map(from -> volumesFrom(spec, from))
                            .toList());
        }
    }

    private Mount dockerVolume(ContainerSpec spec, Volume volume) {
        EFSVolumeConfiguration efs = volume.efsVolumeConfiguration();
        if (efs != null) {
            String directory = Objects.requireNonNullElse(efs.rootDirectory(), "/");
            return shared(
                    Names.fileSystemVolume(instanceId, efs.fileSystemId(), directory),
                    volume.name(),
                    null);
        }
        if (volume.fsxWindowsFileServerVolumeConfiguration() != null
                || Boolean.TRUE.equals(volume.configuredAtLaunch())) {
            throw new Refused(
                    "CannotCreateVolumeError",
                    "volume '" + volume.name() + "' is of a kind that Docker cannot provide");
        }
        DockerVolumeConfiguration docker = volume.dockerVolumeConfiguration();
        if (docker != null && docker.scope() == Scope.SHARED) {
            return Boolean.TRUE.equals(docker.autoprovision())
                    ? shared(volume.name(), volume.name(), docker)
                    : existing(volume.name());
        }
        Map<String, String> labels = labels(docker);
        labels.putAll(Labels.volume(instanceId, volume.name(), spec.task()));
        return new Mount()
                .withSource(
                        Names.taskVolume(
                                instanceId, spec.taskDefinition(), spec.task(), volume.name()))
                .withVolumeOptions(
                        new VolumeOptions().withLabels(labels).withDriverConfig(driver(docker)));
    }

    /** Docker would make what is missing, but without autoprovision nobody asked for that. */
    private Mount existing(String name) {
        if (!volumeExists.test(name)) {
            throw new Refused(
                    "CannotCreateVolumeError",
                    "volume '"
                            + name
                            + "' does not exist (expected: one that was made before, or"
                            + " autoprovision)");
        }
        return new Mount().withSource(name);
    }

    private Mount shared(
            String name, String volumeName, @Nullable DockerVolumeConfiguration docker) {
        Map<String, String> labels = labels(docker);
        labels.putAll(Labels.volume(instanceId, volumeName, null));
        return new Mount()
                .withSource(name)
                .withVolumeOptions(
                        new VolumeOptions().withLabels(labels).withDriverConfig(driver(docker)));
    }

    private static Map<String, String> labels(@Nullable DockerVolumeConfiguration docker) {
        return docker == null ? new LinkedHashMap<>() : new LinkedHashMap<>(docker.labels());
    }

    /**
     * The volume's driver. Docker's own driver mounts any device or directory of the machine when
     * its options say so: those are host paths like any other.
     */
    private Driver driver(@Nullable DockerVolumeConfiguration docker) {
        if (docker == null) {
            return new Driver().withName("local");
        }
        String named = docker.driver();
        String name = named == null || named.isEmpty() ? "local" : named;
        String device = docker.driverOpts().get("device");
        if (name.equals("local") && device != null && device.startsWith("/")) {
            guard.hostPath(device);
        }
        return new Driver().withName(name).withOptions(docker.driverOpts());
    }

    private static Volume volume(ContainerSpec spec, MountPoint point) {
        return spec.volumes().stream()
                .filter(volume -> Objects.equals(volume.name(), point.sourceVolume()))
                .findFirst()
                .orElseThrow(() ->
                        new Refused(
                                "CannotCreateVolumeError",
                                "the task definition has no volume '"
                                        + point.sourceVolume()
                                        + "'"));
    }

    private static VolumesFrom volumesFrom(ContainerSpec spec, VolumeFrom from) {
        return new VolumesFrom(
                sibling(spec, from.sourceContainer()),
                Boolean.TRUE.equals(from.readOnly()) ? AccessMode.ro : AccessMode.rw);
    }

    /** The runtime id of another container of the task. */
    static String sibling(ContainerSpec spec, String name) {
        return spec.siblings().stream()
                .filter(sibling -> sibling.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new Refused("container '" + name + "' has not been created"))
                .runtimeId();
    }
}
