package dev.dryberth.api.ecs;

import dev.dryberth.core.model.HostAccess;
import dev.dryberth.core.model.NetworkMode;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.ecs.model.Compatibility;
import software.amazon.awssdk.services.ecs.model.ContainerDefinition;
import software.amazon.awssdk.services.ecs.model.DockerVolumeConfiguration;
import software.amazon.awssdk.services.ecs.model.IpcMode;
import software.amazon.awssdk.services.ecs.model.MountPoint;
import software.amazon.awssdk.services.ecs.model.PidMode;
import software.amazon.awssdk.services.ecs.model.RegisterTaskDefinitionRequest;
import software.amazon.awssdk.services.ecs.model.RuntimePlatform;
import software.amazon.awssdk.services.ecs.model.Scope;
import software.amazon.awssdk.services.ecs.model.TaskDefinitionPlacementConstraint;
import software.amazon.awssdk.services.ecs.model.Volume;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What RegisterTaskDefinition refuses, topic by topic: the document, its containers, ports,
 * volumes, dependencies, the host, and Fargate where it is required. The first offence is the one
 * reported, as AWS does. Texts marked [?] are guesses.
 */
final class TaskDefinitionRules {

    static final long MAX_BYTES = 65_536;
    static final int MAX_CONTAINERS = 10;
    private static final int MAX_PLACEMENT_CONSTRAINTS = 10;

    private final HostAccessRules hostAccess;

    TaskDefinitionRules(HostAccess access) {
        this.hostAccess = new HostAccessRules(access);
    }

    /**
     * What the rules found out on their way.
     *
     * @param fargateProblem why Fargate cannot run the definition; null: it can
     */
    record Checked(NetworkMode mode, TaskSize size, @Nullable String fargateProblem) {}

    Checked check(RegisterTaskDefinitionRequest request) {
        checkDocument(request);
        NetworkMode mode = networkMode(request.networkModeAsString());
        checkEnums(request);
        TaskSize size = TaskSize.parse(request.cpu(), request.memory());
        List<ContainerDefinition> containers = request.containerDefinitions();
        checkContainers(containers, size);
        checkForMode(containers, mode);
        PortRules.check(containers, mode);
        checkVolumes(request.volumes());
        containers.forEach(container -> checkMountPoints(container, request.volumes()));
        DependencyRules.check(containers);
        checkSecretsRole(request);
        if (request.ephemeralStorage() != null && request.ephemeralStorage().sizeInGiB() == null) {
            throw EcsErrors.client("ephemeralStorage.sizeInGiB should not be null."); // [?]
        }
        String fargateProblem = FargateRules.problem(request, mode, size);
        if (fargateProblem != null
                && request.requiresCompatibilitiesAsStrings()
                        .contains(Compatibility.FARGATE.toString())) {
            throw EcsErrors.client(fargateProblem);
        }
        hostAccess.check(containers, request.volumes(), request.pidMode(), request.ipcMode());
        return new Checked(mode, size, fargateProblem);
    }

    /** The mode named; none named means bridge. */
    static NetworkMode networkMode(@Nullable String name) {
        return switch (name) {
            case null -> NetworkMode.BRIDGE;
            case "bridge" -> NetworkMode.BRIDGE;
            case "awsvpc" -> NetworkMode.AWSVPC;
            case "host" -> NetworkMode.HOST;
            case "none" -> NetworkMode.NONE;
            default ->
                    throw EcsErrors.notOneOf(
                            "networkMode", List.of("bridge", "host", "awsvpc", "none"));
        };
    }

    private static void checkDocument(RegisterTaskDefinitionRequest request) {
        long bytes = DocumentSize.bytes(request);
        if (bytes > MAX_BYTES) {
            throw EcsErrors.client(
                    "Actual length: '"
                            + bytes
                            + "'. Max allowed length is '"
                            + MAX_BYTES
                            + "' bytes.");
        }
        String family = request.family();
        if (family == null || family.isEmpty()) {
            throw EcsErrors.client("Family should not be null or empty."); // [?]
        }
        if (!Names.valid(family)) {
            throw EcsErrors.badFamily();
        }
        if (request.containerDefinitions().isEmpty()) {
            throw EcsErrors.client("Container list cannot be empty.");
        }
        if (request.containerDefinitions().size() > MAX_CONTAINERS) {
            throw EcsErrors.client(
                    "Too many containers: "
                            + request.containerDefinitions().size()
                            + " (expected: at most "
                            + MAX_CONTAINERS
                            + ")"); // [?]
        }
        if (request.hasTags() && request.tags().isEmpty()) {
            throw EcsErrors.client("Tags can not be empty.");
        }
    }

    private static void checkEnums(RegisterTaskDefinitionRequest request) {
        for (Compatibility each : request.requiresCompatibilities()) {
            if (each == Compatibility.UNKNOWN_TO_SDK_VERSION) {
                throw EcsErrors.notOneOf(
                        "requiresCompatibilities",
                        List.of("EC2", "FARGATE", "EXTERNAL", "MANAGED_INSTANCES"));
            }
        }
        if (request.pidMode() == PidMode.UNKNOWN_TO_SDK_VERSION) {
            throw EcsErrors.notOneOf("pidMode", List.of("host", "task"));
        }
        if (request.ipcMode() == IpcMode.UNKNOWN_TO_SDK_VERSION) {
            throw EcsErrors.notOneOf("ipcMode", List.of("host", "task", "none"));
        }
        RuntimePlatform platform = request.runtimePlatform();
        if (platform != null) {
            known("operatingSystemFamily", platform.operatingSystemFamily());
            known("cpuArchitecture", platform.cpuArchitecture());
        }
        List<TaskDefinitionPlacementConstraint> constraints = request.placementConstraints();
        if (constraints.size() > MAX_PLACEMENT_CONSTRAINTS) {
            throw EcsErrors.client(
                    "A task definition can not have more than "
                            + MAX_PLACEMENT_CONSTRAINTS
                            + " placementConstraints."); // [?]
        }
        for (TaskDefinitionPlacementConstraint constraint : constraints) {
            if (!"memberOf".equals(constraint.typeAsString())) {
                throw EcsErrors.notOneOf("placementConstraints.type", List.of("memberOf"));
            }
            if (constraint.expression() == null || constraint.expression().isEmpty()) {
                throw EcsErrors.client(
                        "placementConstraints.expression should not be null or empty."); // [?]
            }
        }
    }

    private static <E extends Enum<E>> void known(String field, @Nullable E value) {
        if (value != null && value.name().equals("UNKNOWN_TO_SDK_VERSION")) {
            List<String> names =
                    List.of(value.getDeclaringClass().getEnumConstants()).stream()
                            .filter(each -> each != value)
                            .map(Enum::toString)
                            .toList();
            throw EcsErrors.notOneOf(field, names);
        }
    }

    private static void checkContainers(List<ContainerDefinition> containers, TaskSize size) {
        Set<String> names = HashSet.newHashSet(containers.size());
        boolean essential = false;
        long cpuUnits = 0;
        long reservedMiB = 0;
        for (ContainerDefinition container : containers) {
            ContainerRules.check(container, size);
            if (!names.add(container.name())) {
                throw EcsErrors.client("Container names must be unique within a Task Definition.");
            }
            essential |= DependencyRules.essential(container);
            cpuUnits += container.cpu() == null ? 0 : container.cpu();
            reservedMiB += reserved(container);
            if (size.memoryMiB() != null
                    && container.memory() != null
                    && container.memory() > size.memoryMiB()) {
                throw EcsErrors.client(
                        "The 'memory' setting for container is greater than for the task.");
            }
        }
        if (!essential) {
            throw EcsErrors.client(
                    "Task definition must have at least one essential container."); // [?]
        }
        if (size.cpuUnits() != null && cpuUnits > size.cpuUnits()) {
            throw EcsErrors.client(
                    "The 'cpu' settings of the containers add up to "
                            + cpuUnits
                            + ", which is greater than for the task."); // [?]
        }
        if (size.memoryMiB() != null && reservedMiB > size.memoryMiB()) {
            throw EcsErrors.client(
                    "The memory settings of the containers add up to "
                            + reservedMiB
                            + ", which is greater than for the task."); // [?]
        }
    }

    /** What a container takes of the task's memory: its reservation, else its limit. */
    private static int reserved(ContainerDefinition container) {
        if (container.memoryReservation() != null) {
            return container.memoryReservation();
        }
        return container.memory() == null ? 0 : container.memory();
    }

    private static void checkForMode(List<ContainerDefinition> containers, NetworkMode mode) {
        for (ContainerDefinition container : containers) {
            if (!container.links().isEmpty() && mode != NetworkMode.BRIDGE) {
                throw EcsErrors.client(
                        "Links are not supported when networkMode=" + wireName(mode) + ".");
            }
            if (mode != NetworkMode.AWSVPC) {
                continue;
            }
            if (container.hostname() != null) {
                throw EcsErrors.client("Hostname is not supported when networkMode=awsvpc."); // [?]
            }
            if (!container.extraHosts().isEmpty()) {
                throw EcsErrors.client(
                        "Extra hosts are not supported when networkMode=awsvpc."); // [?]
            }
        }
    }

    private static String wireName(NetworkMode mode) {
        return switch (mode) {
            case AWSVPC -> "awsvpc";
            case BRIDGE -> "bridge";
            case HOST -> "host";
            case NONE -> "none";
        };
    }

    private static void checkVolumes(List<Volume> volumes) {
        Set<String> names = HashSet.newHashSet(volumes.size());
        for (Volume volume : volumes) {
            if (volume.name() == null || !Names.valid(volume.name())) {
                throw EcsErrors.client("Volume.name contains invalid characters."); // [?]
            }
            if (!names.add(volume.name())) {
                throw EcsErrors.client(
                        "Volume names must be unique within a Task Definition."); // [?]
            }
            if (volume.host() != null
                    && volume.host().sourcePath() != null
                    && volume.host().sourcePath().isBlank()) {
                throw EcsErrors.client("host.sourcePath should not be blank.");
            }
            DockerVolumeConfiguration docker = volume.dockerVolumeConfiguration();
            if (docker != null && docker.scope() == Scope.UNKNOWN_TO_SDK_VERSION) {
                throw EcsErrors.notOneOf(
                        "dockerVolumeConfiguration.scope", List.of("task", "shared"));
            }
            if (docker != null
                    && docker.autoprovision() != null
                    && docker.scope() != Scope.SHARED) {
                throw EcsErrors.client(
                        "autoprovision is only valid for docker volumes of scope shared."); // [?]
            }
        }
    }

    private static void checkMountPoints(ContainerDefinition container, List<Volume> volumes) {
        for (MountPoint mount : container.mountPoints()) {
            if (volumes.stream().noneMatch(each -> each.name().equals(mount.sourceVolume()))) {
                throw EcsErrors.client("Unknown volume '" + mount.sourceVolume() + "'.");
            }
            if (mount.containerPath() == null || mount.containerPath().isEmpty()) {
                throw EcsErrors.client(
                        "mountPoints.containerPath should not be null or empty."); // [?]
            }
        }
    }

    private static void checkSecretsRole(RegisterTaskDefinitionRequest request) {
        if (request.executionRoleArn() != null && !request.executionRoleArn().isEmpty()) {
            return;
        }
        for (ContainerDefinition container : request.containerDefinitions()) {
            if (!container.secrets().isEmpty()) {
                throw EcsErrors.client(
                        "When you are specifying container secrets, you must also specify a value"
                                + " for 'executionRoleArn'.");
            }
        }
    }
}
