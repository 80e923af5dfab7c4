package dev.dryberth.api.ecs;

import dev.dryberth.core.model.Cluster;
import dev.dryberth.core.model.ContainerRecipe;
import dev.dryberth.core.model.HostAccess;
import dev.dryberth.core.model.LaunchType;
import dev.dryberth.core.model.NetworkMode;
import dev.dryberth.core.model.ProviderShare;
import dev.dryberth.core.model.Tag;
import dev.dryberth.core.model.TaskDefinition;
import dev.dryberth.core.model.TaskOwner;
import dev.dryberth.core.model.TaskTemplate;
import dev.dryberth.core.placement.InstanceResources;
import dev.dryberth.core.placement.Places;
import dev.dryberth.core.state.Tx;
import dev.dryberth.core.state.World;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.ecs.model.CapacityProviderStrategyItem;
import software.amazon.awssdk.services.ecs.model.Compatibility;
import software.amazon.awssdk.services.ecs.model.ContainerOverride;
import software.amazon.awssdk.services.ecs.model.EphemeralStorage;
import software.amazon.awssdk.services.ecs.model.PropagateTags;
import software.amazon.awssdk.services.ecs.model.RunTaskRequest;
import software.amazon.awssdk.services.ecs.model.TaskOverride;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

/** Checks a request for tasks and completes it with everything that is implied. Loop thread. */
final class LaunchRules {

    private static final int MAX_OVERRIDES_LENGTH = 8192;
    private static final int MAX_TOKEN_LENGTH = 64;
    private static final int MAX_STARTED_BY_LENGTH = 128;
    private static final int DEFAULT_EPHEMERAL_STORAGE_GIB = 20;
    static final String LATEST_PLATFORM = "1.4.0";

    /** How the groups of services begin, which no task of its own can join. */
    private static final String SERVICE_GROUP = "service:";

    private static final Set<String> PLATFORMS = Set.of("LATEST", LATEST_PLATFORM, "1.3.0");
    private static final Set<String> FARGATE_PROVIDERS = Set.of("FARGATE", "FARGATE_SPOT");

    private final HostAccessRules hostAccess;
    private final TaskNetworks networks;
    private final String architecture;

    /**
     * Rules for one machine.
     *
     * @param architecture of the engine that runs the tasks, {@code x86_64} or {@code arm64}
     */
    LaunchRules(HostAccess hostAccess, TaskNetworks networks, String architecture) {
        this.networks = networks;
        this.hostAccess = new HostAccessRules(hostAccess);
        this.architecture = architecture;
    }

    TaskTemplate template(Tx tx, Cluster cluster, RunTaskRequest request) {
        TaskDefinition definition =
                Identifiers.activeTaskDefinition(tx.world(), request.taskDefinition());
        hostAccess.check(
                definition.document().containerDefinitions(),
                definition.document().volumes(),
                definition.document().pidMode(),
                definition.document().ipcMode());
        List<ProviderShare> providers = capacityProviders(cluster, request);
        LaunchType launchType = launchType(request, providers);
        refuseWhatIsNotBuilt(request, launchType);
        checkCompatible(definition, launchType);
        checkPlatform(launchType, request.platformVersion());
        TaskOverride overrides = overrides(definition, request.overrides());
        TaskSize size =
                TaskSize.parse(
                        first(overrides.cpu(), definition.document().cpu()),
                        first(overrides.memory(), definition.document().memory()));
        String problem = launchType == LaunchType.FARGATE ? size.fargateProblem() : null;
        if (problem != null) {
            throw EcsErrors.client(problem);
        }
        List<ContainerRecipe> recipes = TaskRecipes.recipes(definition, overrides);
        checkOverridesFit(size, recipes, overrides);
        int ephemeralStorageGiB = ephemeralStorage(definition, overrides);
        NetworkMode networkMode = TaskRecipes.networkMode(definition);
        return new TaskTemplate(
                definition.arn(),
                launchType,
                providers,
                launchType == LaunchType.FARGATE ? platform(request.platformVersion()) : null,
                networkMode,
                networks.choice(
                        tx,
                        cluster.arn().scope(),
                        networkMode,
                        launchType,
                        request.networkConfiguration()),
                size.cpuText(),
                size.memoryText(),
                ephemeralStorageGiB,
                overrides,
                recipes,
                architecture);
    }

    /** Whom the tasks of a call are for. */
    TaskOwner owner(Tx tx, Cluster cluster, TaskTemplate template, RunTaskRequest request) {
        TaskDefinition definition =
                Objects.requireNonNull(tx.world().taskDefinitions().get(template.taskDefinition()));
        return new TaskOwner(
                group(definition, request.group()),
                startedBy(request.startedBy()),
                Boolean.TRUE.equals(request.enableExecuteCommand()),
                tags(cluster, definition, request),
                null);
    }

    static void checkToken(String token) {
        if (token.length() > MAX_TOKEN_LENGTH) {
            throw EcsErrors.invalidParameter(
                    "clientToken length should be at most " + MAX_TOKEN_LENGTH); // [?]
        }
    }

    /** The strategy that the tasks share; empty without one. */
    private static List<ProviderShare> capacityProviders(Cluster cluster, RunTaskRequest request) {
        List<CapacityProviderStrategyItem> strategy = request.capacityProviderStrategy();
        if (!strategy.isEmpty() && request.launchType() != null) {
            throw EcsErrors.invalidParameter(
                    "Specify either Launch Type or Capacity Provider Strategy, but not both.");
        }
        if (strategy.isEmpty() && request.launchType() == null) {
            strategy = cluster.defaultCapacityProviderStrategy();
        }
        if (strategy.isEmpty()) {
            return List.of();
        }
        List<CapacityProviderStrategyItem> checked =
                CapacityProviders.strategy(strategy, cluster.capacityProviders());
        if (checked.size() > 1 && checked.stream().allMatch(item -> item.weight() == 0)) {
            throw EcsErrors.invalidParameter(
                    "At least one capacity provider of the strategy must have a weight greater than"
                            + " 0."); // [?]
        }
        long fargate =
                checked.stream()
                        .filter(item -> FARGATE_PROVIDERS.contains(item.capacityProvider()))
                        .count();
        if (fargate != 0 && fargate != checked.size()) {
            throw EcsErrors.invalidParameter(
                    "A capacity provider strategy cannot contain a mix of capacity providers using"
                            + " Auto Scaling groups and Fargate providers."); // [?]
        }
        return checked.stream()
                .map(item -> new ProviderShare(item.capacityProvider(), item.weight(), item.base()))
                .toList();
    }

    private static LaunchType launchType(RunTaskRequest request, List<ProviderShare> providers) {
        if (!providers.isEmpty()) {
            return FARGATE_PROVIDERS.contains(providers.getFirst().provider())
                    ? LaunchType.FARGATE
                    : LaunchType.EC2;
        }
        return request.launchType() == null
                ? LaunchType.EC2
                : Tasks.launchType(request.launchTypeAsString());
    }

    private static void refuseWhatIsNotBuilt(RunTaskRequest request, LaunchType launchType) {
        if (launchType == LaunchType.FARGATE) {
            if (!request.placementStrategy().isEmpty()) {
                throw EcsErrors.invalidParameter(
                        "Placement strategies are not supported with FARGATE launch type."); // [?]
            }
            if (!request.placementConstraints().isEmpty()) {
                throw EcsErrors.invalidParameter(
                        "Placement constraints are not supported with FARGATE launch type."); // [?]
            }
        } else if (!request.placementStrategy().isEmpty()
                || !request.placementConstraints().isEmpty()) {
            throw EcsErrors.invalidParameter(
                    "Dryberth does not apply placement strategies and constraints yet, so it"
                            + " refuses them.");
        }
        if (!request.volumeConfigurations().isEmpty()) {
            throw EcsErrors.invalidParameter(
                    "Dryberth does not attach Amazon EBS volumes, so it refuses"
                            + " volumeConfigurations.");
        }
    }

    /** Tasks that are placed on instances at once need some; a service can wait for them. */
    static void requireInstances(World world, Cluster cluster, TaskTemplate template) {
        if (template.launchType() != LaunchType.FARGATE
                && Places.active(world, cluster.arn()).isEmpty()) {
            throw EcsErrors.invalidParameter("No Container Instances were found in your cluster.");
        }
    }

    private static void checkPlatform(LaunchType launchType, @Nullable String asked) {
        if (launchType != LaunchType.FARGATE && asked != null && !asked.isEmpty()) {
            throw EcsErrors.invalidParameter(
                    "The platform version must be null when specifying an "
                            + launchType
                            + " launch type.");
        }
    }

    private static void checkCompatible(TaskDefinition definition, LaunchType launchType) {
        Compatibility wanted =
                switch (launchType) {
                    case FARGATE -> Compatibility.FARGATE;
                    case EC2 -> Compatibility.EC2;
                    case EXTERNAL -> Compatibility.EXTERNAL;
                };
        if (!definition.document().compatibilities().contains(wanted)) {
            throw EcsErrors.invalidParameter(
                    "Task definition does not support launch_type " + launchType + ".");
        }
    }

    /** The overrides as they are echoed: every container is named, sizes are plain numbers. */
    private static TaskOverride overrides(TaskDefinition definition, @Nullable TaskOverride given) {
        TaskOverride asked = given == null ? TaskOverride.builder().build() : given;
        if (DocumentSize.bytes(asked) > MAX_OVERRIDES_LENGTH) {
            throw EcsErrors.invalidParameter(
                    "Container Overrides length must be at most " + MAX_OVERRIDES_LENGTH); // [?]
        }
        Set<String> names = new LinkedHashSet<>();
        definition.document().containerDefinitions().forEach(each -> names.add(each.name()));
        List<ContainerOverride> complete = new ArrayList<>();
        Set<String> overridden = new LinkedHashSet<>();
        for (ContainerOverride each : asked.containerOverrides()) {
            if (each.name() == null || !names.contains(each.name())) {
                throw EcsErrors.invalidParameter(
                        "Override for container named "
                                + each.name()
                                + " is not a container in the TaskDefinition.");
            }
            if (!overridden.add(each.name())) {
                throw EcsErrors.invalidParameter(
                        "There is more than one override for container '"
                                + each.name()
                                + "'."); // [?]
            }
            refuseEnvironmentFiles(each);
            ContainerRules.environment(each.environment());
            ContainerRules.resourceRequirements(each.resourceRequirements());
            complete.add(each);
        }
        for (String name : names) {
            if (!overridden.contains(name)) {
                complete.add(ContainerOverride.builder().name(name).build());
            }
        }
        TaskSize size = TaskSize.parse(asked.cpu(), asked.memory());
        return asked.toBuilder()
                .containerOverrides(complete)
                .inferenceAcceleratorOverrides(List.of())
                .cpu(size.cpuText())
                .memory(size.memoryText())
                .build();
    }

    private static void refuseEnvironmentFiles(ContainerOverride override) {
        if (!override.environmentFiles().isEmpty()) {
            throw EcsErrors.invalidParameter(
                    "Dryberth does not read environment files yet, so it refuses an override that"
                            + " has some.");
        }
    }

    private static @Nullable String first(@Nullable String override, @Nullable String declared) {
        return override == null ? declared : override;
    }

    private static String platform(@Nullable String asked) {
        if (asked == null || asked.isEmpty() || asked.equals("LATEST")) {
            return LATEST_PLATFORM;
        }
        if (!PLATFORMS.contains(asked)) {
            throw EcsErrors.platformUnknown();
        }
        return asked;
    }

    private static String group(TaskDefinition definition, @Nullable String asked) {
        if (asked == null || asked.isEmpty()) {
            return "family:" + definition.arn().family();
        }
        if (asked.startsWith(SERVICE_GROUP)) {
            throw EcsErrors.invalidParameter("Invalid namespace for group."); // [?]
        }
        return asked;
    }

    private static @Nullable String startedBy(@Nullable String asked) {
        if (asked != null && asked.length() > MAX_STARTED_BY_LENGTH) {
            throw EcsErrors.invalidParameter(
                    "startedBy length should be at most " + MAX_STARTED_BY_LENGTH); // [?]
        }
        return asked;
    }

    private static int ephemeralStorage(TaskDefinition definition, TaskOverride overrides) {
        EphemeralStorage asked = overrides.ephemeralStorage();
        if (asked != null) {
            String problem = FargateRules.ephemeralStorage(asked);
            if (problem != null) {
                throw EcsErrors.invalidParameter(problem);
            }
            return asked.sizeInGiB();
        }
        EphemeralStorage declared = definition.document().ephemeralStorage();
        return declared == null ? DEFAULT_EPHEMERAL_STORAGE_GIB : declared.sizeInGiB();
    }

    /** Registration holds a definition to the same. */
    private static void checkOverridesFit(
            TaskSize size, List<ContainerRecipe> recipes, TaskOverride overrides) {
        for (ContainerOverride each : overrides.containerOverrides()) {
            if (each.cpu() != null && each.cpu() < 0) {
                throw EcsErrors.client(
                        "Invalid setting for container '"
                                + each.name()
                                + "'. An override's cpu must not be negative, but was "
                                + each.cpu()
                                + "."); // [?]
            }
            for (Integer memory : memories(each)) {
                if (memory < ContainerRules.MIN_MEMORY_MIB) {
                    throw EcsErrors.client(
                            "Invalid setting for container '"
                                    + each.name()
                                    + "'. An override's memory must be at least "
                                    + ContainerRules.MIN_MEMORY_MIB
                                    + " MiB, but was "
                                    + memory
                                    + "."); // [?]
                }
            }
        }
        long cpu = 0;
        long reservedMiB = 0;
        for (ContainerRecipe recipe : recipes) {
            cpu += recipe.cpuUnits();
            reservedMiB += InstanceResources.Need.memoryOf(recipe);
            Integer memory = recipe.memoryMiB();
            Integer reservation = recipe.memoryReservationMiB();
            if (memory != null && reservation != null && reservation >= memory) {
                throw EcsErrors.client(
                        "Invalid setting for container '"
                                + recipe.name()
                                + "'. 'memoryReservation' must be less than 'memory'."); // [?]
            }
            if (size.memoryMiB() != null && memory != null && memory > size.memoryMiB()) {
                throw EcsErrors.client(
                        "The 'memory' setting for container is greater than for the task."); // [?]
            }
        }
        if (size.cpuUnits() != null && cpu > size.cpuUnits()) {
            throw EcsErrors.client(
                    "The 'cpu' setting of the containers is greater than for the task."); // [?]
        }
        if (size.memoryMiB() != null && reservedMiB > size.memoryMiB()) {
            throw EcsErrors.client(
                    "The memory settings of the containers add up to "
                            + reservedMiB
                            + ", which is greater than for the task."); // [?]
        }
    }

    private static List<Integer> memories(ContainerOverride override) {
        return Stream.of(override.memory(), override.memoryReservation())
                .filter(Objects::nonNull)
                .toList();
    }

    private static List<Tag> tags(
            Cluster cluster, TaskDefinition definition, RunTaskRequest request) {
        List<Tag> tags = TagRules.checked(request.tags());
        PropagateTags propagate = request.propagateTags();
        if (propagate != null) {
            switch (propagate) {
                case TASK_DEFINITION -> tags = TagRules.merged(definition.tags(), tags);
                case NONE -> {}
                case SERVICE ->
                        throw EcsErrors.invalidParameter(
                                "propagateTags SERVICE is only valid for tasks of a service."); // [?]
                case UNKNOWN_TO_SDK_VERSION ->
                        throw EcsErrors.notOneOf(
                                "propagateTags", List.of("TASK_DEFINITION", "SERVICE", "NONE"));
            }
        }
        if (Boolean.TRUE.equals(request.enableECSManagedTags())) {
            tags =
                    TagRules.merged(
                            tags, List.of(new Tag("aws:ecs:clusterName", cluster.arn().name())));
        }
        return tags;
    }
}
