package dev.dryberth.api.ecs;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.ecs.model.ContainerDefinition;
import software.amazon.awssdk.services.ecs.model.ContainerRestartPolicy;
import software.amazon.awssdk.services.ecs.model.EnvironmentFile;
import software.amazon.awssdk.services.ecs.model.HealthCheck;
import software.amazon.awssdk.services.ecs.model.HostEntry;
import software.amazon.awssdk.services.ecs.model.KeyValuePair;
import software.amazon.awssdk.services.ecs.model.LinuxParameters;
import software.amazon.awssdk.services.ecs.model.LogDriver;
import software.amazon.awssdk.services.ecs.model.ResourceRequirement;
import software.amazon.awssdk.services.ecs.model.ResourceType;
import software.amazon.awssdk.services.ecs.model.Secret;
import software.amazon.awssdk.services.ecs.model.Tmpfs;
import software.amazon.awssdk.services.ecs.model.Ulimit;
import software.amazon.awssdk.services.ecs.model.UlimitName;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What a container definition must satisfy by itself, wherever its task runs. Texts marked [?] are
 * guesses. Stateless; the parts that RunTask's overrides share are callable on their own.
 */
final class ContainerRules {

    /** What the ECS API takes as the least; the Docker engine of today refuses less than 6. */
    static final int MIN_MEMORY_MIB = 4;

    static final int MAX_ENVIRONMENT_FILES = 10;
    private static final int MAX_IMAGE_LENGTH = 255;
    private static final int MAX_IGNORED_EXIT_CODES = 50;
    private static final int MIN_RESTART_PERIOD_SECONDS = 60;
    private static final int MAX_RESTART_PERIOD_SECONDS = 1800;
    private static final int MIN_START_TIMEOUT_SECONDS = 2;

    private ContainerRules() {}

    static void check(ContainerDefinition container, TaskSize task) {
        String name = container.name();
        if (name == null || name.isEmpty()) {
            throw EcsErrors.client("Container.name should not be null or empty.");
        }
        if (!Names.valid(name)) {
            throw EcsErrors.client("Container.name contains invalid characters.");
        }
        checkImage(container.image());
        checkResources(container, task);
        environment(container.environment());
        environmentFiles(container.environmentFiles());
        checkSecrets(container);
        checkHealthCheck(container.healthCheck());
        checkTimeouts(container);
        checkRestartPolicy(container.restartPolicy());
        checkLogDriver(container);
        container.ulimits().forEach(ContainerRules::checkUlimit);
        checkLinuxParameters(container);
        resourceRequirements(container.resourceRequirements());
        for (HostEntry entry : container.extraHosts()) {
            require(entry.hostname(), "extraHosts.hostname");
            require(entry.ipAddress(), "extraHosts.ipAddress");
        }
    }

    /** Of container definitions and of overrides. */
    static void environment(List<KeyValuePair> environment) {
        for (KeyValuePair pair : environment) {
            require(pair.name(), "environment.name");
        }
    }

    /** Of container definitions and of overrides. */
    static void environmentFiles(List<EnvironmentFile> files) {
        if (files.size() > MAX_ENVIRONMENT_FILES) {
            throw EcsErrors.client(
                    "A container can not have more than "
                            + MAX_ENVIRONMENT_FILES
                            + " environmentFiles."); // [?]
        }
        for (EnvironmentFile file : files) {
            if (!"s3".equals(file.typeAsString())) {
                throw EcsErrors.client("environmentFiles.type should be one of [s3]"); // [?]
            }
            if (file.value() == null
                    || !file.value().startsWith("arn:")
                    || !file.value().endsWith(".env")) {
                throw EcsErrors.client(
                        "environmentFiles.value should be the ARN of an S3 object whose name ends"
                                + " in .env, but was "
                                + file.value()); // [?]
            }
        }
    }

    /** Of container definitions and of overrides. */
    static void resourceRequirements(List<ResourceRequirement> requirements) {
        for (ResourceRequirement requirement : requirements) {
            require(requirement.value(), "resourceRequirements.value");
            ResourceType type = requirement.type();
            if (type == null || type == ResourceType.UNKNOWN_TO_SDK_VERSION) {
                throw EcsErrors.notOneOf(
                        "resourceRequirements.type",
                        ResourceType.knownValues().stream()
                                .map(ResourceType::toString)
                                .sorted()
                                .toList());
            }
            if (type == ResourceType.GPU && !smallNumber(requirement.value())) {
                throw EcsErrors.client(
                        "resourceRequirements.value of type GPU must be a number of GPUs, but was "
                                + requirement.value()); // [?]
            }
        }
    }

    private static boolean smallNumber(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                return false;
            }
        }
        return text.length() <= 2;
    }

    private static void checkImage(@Nullable String image) {
        if (image == null || image.isEmpty()) {
            throw EcsErrors.client("Container.image should not be null or empty.");
        }
        int digest = image.indexOf('@');
        if ((digest < 0 ? image.length() : digest) > MAX_IMAGE_LENGTH) {
            throw EcsErrors.client(
                    "Container.image should not be longer than " + MAX_IMAGE_LENGTH); // [?]
        }
        for (int i = 0; i < image.length(); i++) {
            char c = image.charAt(i);
            if (!Names.asciiLetterOrDigit(c) && "-_:./#@+".indexOf(c) < 0) {
                throw EcsErrors.client("Container.image contains invalid characters.");
            }
        }
    }

    private static void checkResources(ContainerDefinition container, TaskSize task) {
        Integer memory = container.memory();
        Integer reservation = container.memoryReservation();
        if (memory == null && reservation == null && task.memoryMiB() == null) {
            throw EcsErrors.client(
                    "Invalid setting for container '"
                            + container.name()
                            + "'. At least one of 'memory' or 'memoryReservation' must be"
                            + " specified.");
        }
        if ((memory != null && memory < MIN_MEMORY_MIB)
                || (reservation != null && reservation < MIN_MEMORY_MIB)) {
            throw setting(container, "'memory' and 'memoryReservation' must be at least 4."); // [?]
        }
        if (memory != null && reservation != null && reservation >= memory) {
            throw setting(container, "'memoryReservation' must be less than 'memory'."); // [?]
        }
        if (container.cpu() != null && container.cpu() < 0) {
            throw setting(container, "'cpu' must not be negative."); // [?]
        }
    }

    private static void checkSecrets(ContainerDefinition container) {
        if (container.secrets().isEmpty()) {
            return;
        }
        Set<String> environment = HashSet.newHashSet(container.environment().size());
        container.environment().forEach(pair -> environment.add(pair.name()));
        Set<String> names = HashSet.newHashSet(container.secrets().size());
        for (Secret secret : container.secrets()) {
            require(secret.name(), "secrets.name");
            require(secret.valueFrom(), "secrets.valueFrom");
            if (!names.add(secret.name())) {
                throw EcsErrors.client(
                        "Duplicate secret names found: "
                                + secret.name()
                                + ". Each secret name must be unique.");
            }
            if (environment.contains(secret.name())) {
                throw EcsErrors.client(
                        "The secret name must be unique and not shared with any new or existing"
                                + " environment variables set on the container, such as '"
                                + secret.name()
                                + "'.");
            }
        }
    }

    private static void checkHealthCheck(@Nullable HealthCheck check) {
        if (check == null) {
            return;
        }
        if (check.command().isEmpty()) {
            throw EcsErrors.client("healthCheck.command should not be null or empty."); // [?]
        }
        range("healthCheck.interval", check.interval(), 5, 300);
        range("healthCheck.timeout", check.timeout(), 2, 60);
        range("healthCheck.retries", check.retries(), 1, 10);
        range("healthCheck.startPeriod", check.startPeriod(), 0, 300);
    }

    private static void checkTimeouts(ContainerDefinition container) {
        if (container.startTimeout() != null
                && container.startTimeout() < MIN_START_TIMEOUT_SECONDS) {
            throw EcsErrors.client(
                    "startTimeout must be at least " + MIN_START_TIMEOUT_SECONDS); // [?]
        }
        if (container.stopTimeout() != null && container.stopTimeout() < 0) {
            throw EcsErrors.client("stopTimeout must not be negative."); // [?]
        }
    }

    private static void checkRestartPolicy(@Nullable ContainerRestartPolicy policy) {
        if (policy == null) {
            return;
        }
        if (policy.enabled() == null) {
            throw EcsErrors.client("restartPolicy.enabled should not be null."); // [?]
        }
        if (policy.ignoredExitCodes().size() > MAX_IGNORED_EXIT_CODES) {
            throw EcsErrors.client(
                    "restartPolicy.ignoredExitCodes can not have more than "
                            + MAX_IGNORED_EXIT_CODES
                            + " elements"); // [?]
        }
        range(
                "restartPolicy.restartAttemptPeriod",
                policy.restartAttemptPeriod(),
                MIN_RESTART_PERIOD_SECONDS,
                MAX_RESTART_PERIOD_SECONDS);
    }

    private static void checkLogDriver(ContainerDefinition container) {
        if (container.logConfiguration() == null) {
            return;
        }
        LogDriver driver = container.logConfiguration().logDriver();
        if (driver == null) {
            throw EcsErrors.client("logConfiguration.logDriver should not be null."); // [?]
        }
        if (driver == LogDriver.UNKNOWN_TO_SDK_VERSION) {
            throw EcsErrors.notOneOf(
                    "logDriver",
                    LogDriver.knownValues().stream().map(LogDriver::toString).sorted().toList());
        }
        if (driver == LogDriver.AWSLOGS) {
            for (String option : List.of("awslogs-group", "awslogs-region")) {
                if (!container.logConfiguration().options().containsKey(option)) {
                    throw EcsErrors.client("Log driver awslogs requires options: " + option);
                }
            }
        }
    }

    private static void checkUlimit(Ulimit ulimit) {
        if (ulimit.name() == null || ulimit.name() == UlimitName.UNKNOWN_TO_SDK_VERSION) {
            throw EcsErrors.notOneOf(
                    "ulimits.name",
                    UlimitName.knownValues().stream().map(UlimitName::toString).sorted().toList());
        }
        if (ulimit.softLimit() == null || ulimit.hardLimit() == null) {
            throw EcsErrors.client("Ulimits need a softLimit and a hardLimit."); // [?]
        }
        if (ulimit.hardLimit() >= 0 && ulimit.softLimit() > ulimit.hardLimit()) {
            throw EcsErrors.client(
                    "The softLimit of ulimit "
                            + ulimit.nameAsString()
                            + " must not be greater than its hardLimit."); // [?]
        }
    }

    private static void checkLinuxParameters(ContainerDefinition container) {
        LinuxParameters linux = container.linuxParameters();
        if (linux == null) {
            return;
        }
        if (linux.sharedMemorySize() != null && linux.sharedMemorySize() <= 0) {
            throw setting(container, "'sharedMemorySize' must be greater than 0."); // [?]
        }
        if (linux.maxSwap() != null && linux.maxSwap() < 0) {
            throw setting(container, "'maxSwap' must not be negative."); // [?]
        }
        range("linuxParameters.swappiness", linux.swappiness(), 0, 100);
        for (Tmpfs tmpfs : linux.tmpfs()) {
            require(tmpfs.containerPath(), "tmpfs.containerPath");
            if (tmpfs.size() == null || tmpfs.size() <= 0) {
                throw EcsErrors.client("tmpfs.size must be greater than 0."); // [?]
            }
        }
    }

    private static void range(String field, @Nullable Integer value, int least, int most) {
        if (value != null && (value < least || value > most)) {
            throw EcsErrors.client(
                    field + " must be between " + least + " and " + most + ", but was " + value);
        }
    }

    private static void require(@Nullable String value, String field) {
        if (value == null || value.isEmpty()) {
            throw EcsErrors.client(field + " should not be null or empty."); // [?]
        }
    }

    private static RuntimeException setting(ContainerDefinition container, String what) {
        return EcsErrors.client(
                "Invalid setting for container '" + container.name() + "'. " + what);
    }
}
