package dev.dryberth.api.ecs;

import dev.dryberth.core.model.NetworkMode;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.ecs.model.Attribute;
import software.amazon.awssdk.services.ecs.model.Compatibility;
import software.amazon.awssdk.services.ecs.model.ContainerDefinition;
import software.amazon.awssdk.services.ecs.model.FirelensConfiguration;
import software.amazon.awssdk.services.ecs.model.LinuxParameters;
import software.amazon.awssdk.services.ecs.model.LogConfiguration;
import software.amazon.awssdk.services.ecs.model.LogDriver;
import software.amazon.awssdk.services.ecs.model.RegisterTaskDefinitionRequest;
import software.amazon.awssdk.services.ecs.model.Secret;
import software.amazon.awssdk.services.ecs.model.Volume;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The members of a task definition that ECS works out itself: what it is compatible with, and which
 * attributes a container instance must have to run it. The attributes are those the agent
 * advertises for a Docker API version or a feature of its own; a definition asks for the API
 * version each of its members came with. AWS lists them in no particular order, here they are
 * sorted.
 */
final class ComputedMembers {

    private static final String ECS = "ecs.capability.";
    private static final String AGENT = "com.amazonaws.ecs.capability.";
    private static final String DOCKER_API = AGENT + "docker-remote-api.";

    private ComputedMembers() {}

    /** EC2 always; EXTERNAL where no network interface is needed; FARGATE where it can run it. */
    static List<String> compatibilities(
            RegisterTaskDefinitionRequest request, TaskDefinitionRules.Checked checked) {
        List<String> compatibilities = new ArrayList<>(3);
        switch (checked.mode()) {
            case BRIDGE, HOST, NONE -> compatibilities.add(Compatibility.EXTERNAL.toString());
            case AWSVPC -> {}
        }
        compatibilities.add(Compatibility.EC2.toString());
        if (checked.fargateProblem() == null) {
            compatibilities.add(Compatibility.FARGATE.toString());
        }
        String managed = Compatibility.MANAGED_INSTANCES.toString();
        if (request.requiresCompatibilitiesAsStrings().contains(managed)) {
            compatibilities.add(managed);
        }
        return compatibilities;
    }

    static List<Attribute> requiresAttributes(
            RegisterTaskDefinitionRequest request, NetworkMode mode) {
        Set<String> names = new TreeSet<>();
        boolean executionRole =
                request.executionRoleArn() != null && !request.executionRoleArn().isEmpty();
        names.add(DOCKER_API + "1.18");
        if (mode == NetworkMode.AWSVPC) {
            names.add(ECS + "task-eni");
        }
        if (request.taskRoleArn() != null && !request.taskRoleArn().isEmpty()) {
            names.add(
                    mode == NetworkMode.HOST
                            ? AGENT + "task-iam-role-network-host"
                            : AGENT + "task-iam-role");
        }
        if (request.pidModeAsString() != null || request.ipcModeAsString() != null) {
            names.add(ECS + "pid-ipc-namespace-sharing");
        }
        if (request.proxyConfiguration() != null) {
            names.add(ECS + "aws-appmesh");
        }
        for (Volume volume : request.volumes()) {
            ofVolume(names, volume);
        }
        for (ContainerDefinition container : request.containerDefinitions()) {
            ofContainer(names, container, executionRole);
        }
        return names.stream().map(name -> Attribute.builder().name(name).build()).toList();
    }

    private static void ofVolume(Set<String> names, Volume volume) {
        if (volume.dockerVolumeConfiguration() != null) {
            String driver = volume.dockerVolumeConfiguration().driver();
            names.add(ECS + "docker-plugin." + (driver == null ? "local" : driver));
            names.add(DOCKER_API + "1.19");
        }
        if (volume.efsVolumeConfiguration() != null) {
            names.add(ECS + "efs");
            names.add(ECS + "efsAuth");
        }
        if (volume.fsxWindowsFileServerVolumeConfiguration() != null) {
            names.add(ECS + "fsxWindowsFileServer");
        }
        if (Boolean.TRUE.equals(volume.configuredAtLaunch())) {
            names.add(ECS + "storage.ebs-task-volume-attach");
        }
    }

    private static void ofContainer(
            Set<String> names, ContainerDefinition container, boolean executionRole) {
        if (ImageNames.fromEcr(container.image())) {
            names.add(AGENT + "ecr-auth");
            names.add(DOCKER_API + "1.19");
            if (executionRole) {
                names.add(ECS + "execution-role-ecr-pull");
            }
        }
        if (container.repositoryCredentials() != null) {
            names.add(ECS + "private-registry-authentication.secretsmanager");
        }
        if (container.memoryReservation() != null) {
            names.add(DOCKER_API + "1.21");
        }
        if (Boolean.TRUE.equals(container.privileged())) {
            names.add(AGENT + "privileged-container");
        }
        if (container.healthCheck() != null) {
            names.add(ECS + "container-health-check");
            names.add(DOCKER_API + "1.29");
        }
        if (!container.dependsOn().isEmpty()) {
            names.add(ECS + "container-ordering");
        }
        if (!container.environmentFiles().isEmpty()) {
            names.add(ECS + "env-files.s3");
        }
        if (!container.systemControls().isEmpty()) {
            names.add(DOCKER_API + "1.24");
        }
        if (!container.resourceRequirements().isEmpty()) {
            container.resourceRequirements().stream()
                    .filter(each -> "GPU".equals(each.typeAsString()))
                    .findFirst()
                    .ifPresent(each -> names.add(ECS + "gpu-driver-version"));
        }
        for (Secret secret : container.secrets()) {
            names.add(ECS + "secrets." + store(secret.valueFrom()) + ".environment-variables");
        }
        ofLinuxParameters(names, container.linuxParameters());
        ofLogs(names, container, executionRole);
    }

    private static void ofLinuxParameters(Set<String> names, @Nullable LinuxParameters linux) {
        if (linux == null) {
            return;
        }
        if (Boolean.TRUE.equals(linux.initProcessEnabled())) {
            names.add(DOCKER_API + "1.25");
        }
        if (linux.sharedMemorySize() != null || !linux.tmpfs().isEmpty()) {
            names.add(DOCKER_API + "1.22");
        }
    }

    private static void ofLogs(
            Set<String> names, ContainerDefinition container, boolean executionRole) {
        LogConfiguration logs = container.logConfiguration();
        if (logs != null) {
            LogDriver driver = logs.logDriver();
            names.add(AGENT + "logging-driver." + logs.logDriverAsString());
            if (driver == LogDriver.AWSLOGS) {
                names.add(DOCKER_API + "1.19");
                if (executionRole) {
                    names.add(ECS + "execution-role-awslogs");
                }
            }
            for (Secret secret : logs.secretOptions()) {
                names.add(ECS + "secrets." + store(secret.valueFrom()) + ".bootstrap.log-driver");
            }
        }
        FirelensConfiguration firelens = container.firelensConfiguration();
        if (firelens != null) {
            names.add(ECS + "firelens." + firelens.typeAsString());
        }
    }

    /** Which store a secret comes from: {@code asm} by its ARN, else {@code ssm}. */
    private static String store(@Nullable String valueFrom) {
        return valueFrom != null && valueFrom.contains(":secretsmanager:") ? "asm" : "ssm";
    }
}
