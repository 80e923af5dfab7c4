package dev.dryberth.api.ecs;

import dev.dryberth.core.model.NetworkMode;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.ecs.model.ContainerDefinition;
import software.amazon.awssdk.services.ecs.model.EphemeralStorage;
import software.amazon.awssdk.services.ecs.model.LinuxParameters;
import software.amazon.awssdk.services.ecs.model.LogDriver;
import software.amazon.awssdk.services.ecs.model.RegisterTaskDefinitionRequest;
import software.amazon.awssdk.services.ecs.model.ResourceRequirement;
import software.amazon.awssdk.services.ecs.model.Volume;

import java.util.List;
import java.util.Map;

/**
 * Why a task definition cannot run on Fargate. A definition that requires FARGATE is refused with
 * the first reason; of any other the answer only decides whether FARGATE is among its
 * compatibilities, so a reason is a value here and not an exception. Texts marked [?] are guesses.
 */
final class FargateRules {

    static final int MAX_STOP_TIMEOUT_SECONDS = 120;
    private static final int MAX_START_TIMEOUT_SECONDS = 120;
    private static final int MIN_EPHEMERAL_STORAGE_GIB = 21;
    private static final int MAX_EPHEMERAL_STORAGE_GIB = 200;

    private FargateRules() {}

    /** The first reason; null: Fargate can run it. */
    static @Nullable String problem(
            RegisterTaskDefinitionRequest request, NetworkMode mode, TaskSize size) {
        if (mode != NetworkMode.AWSVPC) {
            return "Fargate only supports network mode ‘awsvpc’.";
        }
        String problem = size.fargateProblem();
        if (problem == null) {
            problem = ofTask(request);
        }
        for (Volume volume : request.volumes()) {
            problem = problem == null ? ofVolume(volume) : problem;
        }
        for (ContainerDefinition container : request.containerDefinitions()) {
            problem = problem == null ? ofContainer(container, request) : problem;
        }
        return problem;
    }

    @SuppressWarnings("deprecation") // Elastic Inference is at its end, its members are not
    private static @Nullable String ofTask(RegisterTaskDefinitionRequest request) {
        String pidMode = request.pidModeAsString();
        if (pidMode != null && !pidMode.equals("task")) {
            return "Tasks using the Fargate launch type do not support pidMode '"
                    + pidMode
                    + "'. The supported value for pidMode is 'task'.";
        }
        if (request.ipcModeAsString() != null) {
            return "Tasks using the Fargate launch type do not support ipcMode.";
        }
        if (!request.placementConstraints().isEmpty()) {
            return "Fargate compatible task definitions do not support placementConstraints"; // [?]
        }
        if (request.hasInferenceAccelerators()) {
            return "Fargate compatible task definitions do not support"
                    + " inferenceAccelerators"; // [?]
        }
        return request.ephemeralStorage() == null
                ? null
                : ephemeralStorage(request.ephemeralStorage());
    }

    /** Why Fargate cannot give a task this storage; null: it can. */
    static @Nullable String ephemeralStorage(EphemeralStorage storage) {
        Integer size = storage.sizeInGiB();
        return size == null || size < MIN_EPHEMERAL_STORAGE_GIB || size > MAX_EPHEMERAL_STORAGE_GIB
                ? "ephemeralStorage.sizeInGiB must be between 21 and 200" // [?]
                : null;
    }

    private static @Nullable String ofVolume(Volume volume) {
        if (volume.host() != null && volume.host().sourcePath() != null) {
            return "Fargate compatible task definitions do not support sourcePath";
        }
        if (volume.dockerVolumeConfiguration() != null) {
            return "Fargate compatible task definitions do not support"
                    + " dockerVolumeConfiguration"; // [?]
        }
        return null;
    }

    private static @Nullable String ofContainer(
            ContainerDefinition container, RegisterTaskDefinitionRequest request) {
        if (Boolean.TRUE.equals(container.privileged())) {
            return "Fargate compatible task definitions do not support privileged"; // [?]
        }
        if (!container.dockerSecurityOptions().isEmpty()) {
            return "Fargate compatible task definitions do not support"
                    + " dockerSecurityOptions"; // [?]
        }
        for (ResourceRequirement requirement : container.resourceRequirements()) {
            if ("GPU".equals(requirement.typeAsString())) {
                return "Tasks using the Fargate launch type do not support GPU resource"
                        + " requirements."; // [?]
            }
        }
        if (container.startTimeout() != null
                && container.startTimeout() > MAX_START_TIMEOUT_SECONDS) {
            return "Fargate requires startTimeout to be between 2 and 120"; // [?]
        }
        if (container.stopTimeout() != null && container.stopTimeout() > MAX_STOP_TIMEOUT_SECONDS) {
            return "Fargate requires stopTimeout to be at most 120"; // [?]
        }
        String problem = ofLinuxParameters(container.linuxParameters());
        return problem == null ? ofRoles(container, request) : problem;
    }

    private static @Nullable String ofLinuxParameters(@Nullable LinuxParameters linux) {
        if (linux == null) {
            return null;
        }
        String unsupported =
                !linux.devices().isEmpty()
                        ? "devices"
                        : linux.sharedMemorySize() != null
                                ? "sharedMemorySize"
                                : linux.maxSwap() != null
                                        ? "maxSwap"
                                        : linux.swappiness() != null ? "swappiness" : null;
        if (unsupported != null) {
            return "Fargate compatible task definitions do not support " + unsupported; // [?]
        }
        if (linux.capabilities() != null) {
            for (String capability : linux.capabilities().add()) {
                if (!capability.equals("SYS_PTRACE")) {
                    return "Fargate compatible task definitions only support adding the"
                            + " capability SYS_PTRACE, but not "
                            + capability; // [?]
                }
            }
        }
        return null;
    }

    private static @Nullable String ofRoles(
            ContainerDefinition container, RegisterTaskDefinitionRequest request) {
        boolean executionRole =
                request.executionRoleArn() != null && !request.executionRoleArn().isEmpty();
        if (!executionRole && ImageNames.fromEcr(container.image())) {
            return "Fargate requires task definition to have execution role ARN to support ECR"
                    + " images.";
        }
        if (container.logConfiguration() == null) {
            return null;
        }
        LogDriver driver = container.logConfiguration().logDriver();
        if (!List.of(LogDriver.AWSLOGS, LogDriver.SPLUNK, LogDriver.AWSFIRELENS).contains(driver)) {
            return "Fargate only supports the log drivers awslogs, splunk and awsfirelens, but not "
                    + container.logConfiguration().logDriverAsString(); // [?]
        }
        if (driver != LogDriver.AWSLOGS) {
            return null;
        }
        if (!executionRole) {
            return "Fargate requires task definition to have execution role ARN to support log"
                    + " driver awslogs.";
        }
        Map<String, String> options = container.logConfiguration().options();
        return options.containsKey("awslogs-stream-prefix")
                ? null
                : "Fargate requires log configuration options to include awslogs-stream-prefix to"
                        + " support log driver awslogs.";
    }
}
