package dev.dryberth.api.ecs;

import dev.dryberth.core.model.NetworkMode;

import software.amazon.awssdk.services.ecs.model.ContainerDefinition;
import software.amazon.awssdk.services.ecs.model.DockerVolumeConfiguration;
import software.amazon.awssdk.services.ecs.model.HealthCheck;
import software.amazon.awssdk.services.ecs.model.HostVolumeProperties;
import software.amazon.awssdk.services.ecs.model.RegisterTaskDefinitionRequest;
import software.amazon.awssdk.services.ecs.model.Scope;
import software.amazon.awssdk.services.ecs.model.TaskDefinition;
import software.amazon.awssdk.services.ecs.model.Volume;

import java.util.ArrayList;
import java.util.List;

/**
 * The document a registration is answered with and remembered as: what was sent, with AWS's
 * defaults filled in. Some lists are always there, even empty, others only when they were sent;
 * clients that compare documents depend on which.
 */
final class TaskDefinitionEcho {

    private static final int HEALTH_INTERVAL_SECONDS = 30;
    private static final int HEALTH_TIMEOUT_SECONDS = 5;
    private static final int HEALTH_RETRIES = 3;

    private TaskDefinitionEcho() {}

    /** The document without identity, status and what is computed. */
    @SuppressWarnings("deprecation") // Elastic Inference is at its end, its members are not
    static TaskDefinition.Builder of(
            RegisterTaskDefinitionRequest request, NetworkMode mode, TaskSize size) {
        TaskDefinition.Builder document =
                TaskDefinition.builder()
                        .family(request.family())
                        .containerDefinitions(containers(request, mode))
                        .volumes(
                                request.volumes().stream().map(TaskDefinitionEcho::volume).toList())
                        .placementConstraints(List.copyOf(request.placementConstraints()))
                        .taskRoleArn(request.taskRoleArn())
                        .executionRoleArn(request.executionRoleArn())
                        .networkMode(request.networkModeAsString())
                        .cpu(size.cpuText())
                        .memory(size.memoryText())
                        .pidMode(request.pidModeAsString())
                        .ipcMode(request.ipcModeAsString())
                        .proxyConfiguration(request.proxyConfiguration())
                        .ephemeralStorage(request.ephemeralStorage())
                        .runtimePlatform(request.runtimePlatform())
                        .enableFaultInjection(request.enableFaultInjection());
        if (!request.requiresCompatibilitiesAsStrings().isEmpty()) {
            document.requiresCompatibilitiesWithStrings(request.requiresCompatibilitiesAsStrings());
        }
        if (request.hasInferenceAccelerators()) {
            document.inferenceAccelerators(request.inferenceAccelerators());
        }
        return document;
    }

    private static List<ContainerDefinition> containers(
            RegisterTaskDefinitionRequest request, NetworkMode mode) {
        List<ContainerDefinition> filled = new ArrayList<>(request.containerDefinitions().size());
        for (ContainerDefinition container : request.containerDefinitions()) {
            filled.add(container(container, mode));
        }
        return filled;
    }

    private static ContainerDefinition container(ContainerDefinition container, NetworkMode mode) {
        ContainerDefinition.Builder filled = container.toBuilder();
        if (container.cpu() == null) {
            filled.cpu(0);
        }
        if (container.essential() == null) {
            filled.essential(true);
        }
        if (!container.hasEnvironment()) {
            filled.environment(List.of());
        }
        if (!container.hasMountPoints()) {
            filled.mountPoints(List.of());
        }
        if (!container.hasVolumesFrom()) {
            filled.volumesFrom(List.of());
        }
        if (!container.hasSystemControls()) {
            filled.systemControls(List.of());
        }
        filled.portMappings(
                container.portMappings().stream()
                        .map(mapping -> PortRules.filled(mapping, mode))
                        .toList());
        if (container.healthCheck() != null) {
            filled.healthCheck(healthCheck(container.healthCheck()));
        }
        return filled.build();
    }

    private static HealthCheck healthCheck(HealthCheck check) {
        HealthCheck.Builder filled = check.toBuilder();
        if (check.interval() == null) {
            filled.interval(HEALTH_INTERVAL_SECONDS);
        }
        if (check.timeout() == null) {
            filled.timeout(HEALTH_TIMEOUT_SECONDS);
        }
        if (check.retries() == null) {
            filled.retries(HEALTH_RETRIES);
        }
        return filled.build();
    }

    private static Volume volume(Volume volume) {
        if (volume.dockerVolumeConfiguration() != null) {
            return volume.toBuilder()
                    .dockerVolumeConfiguration(docker(volume.dockerVolumeConfiguration()))
                    .build();
        }
        boolean bare =
                volume.host() == null
                        && volume.efsVolumeConfiguration() == null
                        && volume.s3filesVolumeConfiguration() == null
                        && volume.fsxWindowsFileServerVolumeConfiguration() == null
                        && !Boolean.TRUE.equals(volume.configuredAtLaunch());
        return bare
                ? volume.toBuilder().host(HostVolumeProperties.builder().build()).build()
                : volume;
    }

    private static DockerVolumeConfiguration docker(DockerVolumeConfiguration docker) {
        DockerVolumeConfiguration.Builder filled = docker.toBuilder();
        if (docker.scopeAsString() == null) {
            filled.scope(Scope.TASK);
        }
        if (docker.driver() == null) {
            filled.driver("local");
        }
        return filled.build();
    }
}
