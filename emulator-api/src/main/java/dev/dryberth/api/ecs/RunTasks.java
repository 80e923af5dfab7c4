package dev.dryberth.api.ecs;

import dev.dryberth.core.engine.Engine;
import dev.dryberth.core.loop.Clock;
import dev.dryberth.core.model.Attribute;
import dev.dryberth.core.model.ClientToken;
import dev.dryberth.core.model.Cluster;
import dev.dryberth.core.model.Container;
import dev.dryberth.core.model.ContainerInstance;
import dev.dryberth.core.model.DesiredStatus;
import dev.dryberth.core.model.Eni;
import dev.dryberth.core.model.HealthStatus;
import dev.dryberth.core.model.LaunchType;
import dev.dryberth.core.model.NetworkMode;
import dev.dryberth.core.model.Task;
import dev.dryberth.core.model.TaskArn;
import dev.dryberth.core.model.TaskOrigin;
import dev.dryberth.core.model.TaskStatus;
import dev.dryberth.core.model.TaskTimes;
import dev.dryberth.core.model.Vpc;
import dev.dryberth.core.network.Addresses;
import dev.dryberth.core.state.Tx;
import dev.dryberth.core.state.World;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.ecs.model.Failure;
import software.amazon.awssdk.services.ecs.model.RunTaskRequest;
import software.amazon.awssdk.services.ecs.model.RunTaskResponse;
import software.amazon.awssdk.services.ecs.model.StartTaskRequest;
import software.amazon.awssdk.services.ecs.model.StartTaskResponse;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes tasks. A task is only a row here, with its interface taken from the pool where it needs
 * one; the engine carries it on once the row is durable, so the answer never waits for Docker. Loop
 * thread.
 */
final class RunTasks {

    private static final int MAX_COUNT = 10;
    private static final Duration TOKEN_LIFETIME = Duration.ofDays(1);

    private final Engine engine;
    private final Clock clock;
    private final LaunchRules rules;
    private final TaskNetworks networks;
    private final TaskViews views;

    RunTasks(Engine engine, LaunchRules rules, TaskNetworks networks, TaskViews views) {
        this.engine = engine;
        this.clock = engine.loop().clock();
        this.rules = rules;
        this.networks = networks;
        this.views = views;
    }

    RunTaskResponse runTask(Tx tx, RunTaskRequest request) {
        World world = tx.world();
        Cluster cluster = Identifiers.activeCluster(world, request.cluster());
        int count = request.count() == null ? 1 : request.count();
        if (count < 1 || count > MAX_COUNT) {
            throw EcsErrors.invalidParameter("count must be between 1 and 10"); // [?]
        }
        String token = token(request.clientToken());
        String digest = "";
        if (token != null) {
            digest = RequestDigest.of(request.toBuilder().clientToken(null).build());
            RunTaskResponse before = earlierAnswer(tx, cluster, token, digest);
            if (before != null) {
                return before;
            }
        }
        Launch launch = rules.launch(tx, cluster, request);
        TaskNetworks.Placement placement =
                networks.placement(
                        tx,
                        cluster.arn().scope(),
                        launch.networkMode(),
                        launch.launchType(),
                        request.networkConfiguration());
        List<Task> made = new ArrayList<>();
        List<Failure> failures = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            make(tx, cluster, launch, placement, made, failures);
        }
        if (token != null) {
            remember(tx, cluster, token, digest, made);
        }
        return RunTaskResponse.builder().tasks(shown(world, made)).failures(failures).build();
    }

    /** [?] An empty token is taken for none. */
    static @Nullable String token(@Nullable String given) {
        return "".equals(given) ? null : given;
    }

    private void make(
            Tx tx,
            Cluster cluster,
            Launch launch,
            TaskNetworks.@Nullable Placement placement,
            List<Task> made,
            List<Failure> failures) {
        if (launch.launchType() == LaunchType.FARGATE) {
            add(tx, cluster, launch, placement, null, made, failures);
            return;
        }
        List<ContainerInstance> instances = ContainerInstances.active(tx.world(), cluster.arn());
        List<Failure> refusals = new ArrayList<>();
        ContainerInstance best = null;
        int fewest = Integer.MAX_VALUE;
        for (ContainerInstance instance : instances) {
            String lack = lack(tx.world(), launch, instance);
            int tasks =
                    InstanceResources.tasksOn(tx.world(), instance.arn(), true)
                            + InstanceResources.tasksOn(tx.world(), instance.arn(), false);
            if (lack != null) {
                refusals.add(failure(instance.arn().text(), lack));
            } else if (tasks < fewest) {
                best = instance;
                fewest = tasks;
            }
        }
        if (best == null) {
            failures.addAll(refusals);
        } else {
            add(tx, cluster, launch, placement, best, made, failures);
        }
    }

    private static @Nullable String lack(World world, Launch launch, ContainerInstance instance) {
        String lack =
                InstanceResources.remaining(world, instance)
                        .lacks(
                                launch.need(),
                                launch.definition().document().containerDefinitions(),
                                launch.networkMode() == NetworkMode.AWSVPC);
        // No instance registers GPUs here.
        return lack == null && launch.needsGpu() ? "RESOURCE:GPU" : lack;
    }

    StartTaskResponse startTask(Tx tx, StartTaskRequest request) {
        World world = tx.world();
        Cluster cluster = Identifiers.activeCluster(world, request.cluster());
        List<String> references = request.containerInstances();
        if (references.isEmpty()) {
            throw EcsErrors.invalidParameter("Container Instances cannot be empty."); // [?]
        }
        if (references.size() > MAX_COUNT) {
            throw EcsErrors.invalidParameter(
                    "Container Instances cannot have more than 10 elements"); // [?]
        }
        Launch launch = rules.launch(tx, cluster, asRunTask(request));
        TaskNetworks.Placement placement =
                networks.placement(
                        tx,
                        cluster.arn().scope(),
                        launch.networkMode(),
                        launch.launchType(),
                        request.networkConfiguration());
        List<Task> made = new ArrayList<>();
        List<Failure> failures = new ArrayList<>();
        for (String reference : references) {
            var arn = Identifiers.containerInstance(reference, cluster.arn());
            ContainerInstance instance = world.containerInstances().get(arn);
            if (instance == null || instance.status() == ContainerInstance.Status.INACTIVE) {
                failures.add(failure(arn.text(), "MISSING"));
                continue;
            }
            String lack = lack(world, launch, instance);
            if (lack != null) {
                failures.add(failure(arn.text(), lack));
            } else {
                add(tx, cluster, launch, placement, instance, made, failures);
            }
        }
        return StartTaskResponse.builder().tasks(shown(world, made)).failures(failures).build();
    }

    private static RunTaskRequest asRunTask(StartTaskRequest request) {
        RunTaskRequest.Builder same =
                RunTaskRequest.builder()
                        .launchType("EC2")
                        .taskDefinition(request.taskDefinition())
                        .group(request.group())
                        .startedBy(request.startedBy())
                        .overrides(request.overrides())
                        .enableECSManagedTags(request.enableECSManagedTags())
                        .enableExecuteCommand(request.enableExecuteCommand())
                        .propagateTags(request.propagateTagsAsString())
                        .referenceId(request.referenceId());
        if (request.hasTags()) {
            same.tags(request.tags());
        }
        if (request.hasVolumeConfigurations()) {
            same.volumeConfigurations(request.volumeConfigurations());
        }
        return same.build();
    }

    private void add(
            Tx tx,
            Cluster cluster,
            Launch launch,
            TaskNetworks.@Nullable Placement placement,
            @Nullable ContainerInstance instance,
            List<Task> made,
            List<Failure> failures) {
        TaskArn arn =
                new TaskArn(cluster.arn().scope(), cluster.arn().name(), engine.ids().hex32());
        Eni eni = null;
        String zone = instance == null ? null : ContainerInstances.zone(instance);
        if (placement != null) {
            Vpc.Subnet subnet = subnet(tx.world(), launch, placement);
            try {
                eni = engine.takeInterface(tx, placement.vpc(), subnet, arn);
            } catch (Addresses.SubnetFull e) {
                failures.add(failure(subnet.id(), "RESOURCE:ENI"));
                return;
            }
            zone = instance == null ? subnet.availabilityZone() : zone;
        }
        Task task = row(arn, launch, made.size(), eni, zone, instance, clock.now());
        tx.put(tx.world().tasks(), arn, task);
        made.add(task);
    }

    private Task row(
            TaskArn arn,
            Launch launch,
            int index,
            @Nullable Eni eni,
            @Nullable String zone,
            @Nullable ContainerInstance instance,
            Instant now) {
        boolean fargate = launch.launchType() == LaunchType.FARGATE;
        TaskOrigin origin =
                new TaskOrigin(
                        launch.definition().arn(),
                        launch.group(),
                        launch.startedBy(),
                        launch.launchType(),
                        launch.capacityProvider(index),
                        launch.platformVersion(),
                        fargate ? "Linux" : null,
                        launch.networkMode(),
                        launch.cpu(),
                        launch.memory(),
                        fargate ? launch.ephemeralStorageGiB() : null,
                        zone,
                        instance == null ? null : instance.arn(),
                        launch.enableExecuteCommand(),
                        launch.overrides(),
                        List.of(new Attribute("ecs.cpu-architecture", launch.architecture())));
        List<Container> containers =
                launch.recipes().stream()
                        .map(recipe -> Container.fresh(recipe, engine.ids().uuid()))
                        .toList();
        TaskTimes times = TaskTimes.created(now);
        boolean hasInterface = launch.networkMode() == NetworkMode.AWSVPC;
        return new Task(
                arn,
                origin,
                hasInterface ? TaskStatus.PROVISIONING : TaskStatus.PENDING,
                DesiredStatus.RUNNING,
                null,
                HealthStatus.UNKNOWN,
                containers,
                eni,
                hasInterface ? times : times.connectivity(now),
                1,
                false,
                launch.tags());
    }

    /** The subnet whose zone has the fewest live tasks of the same group; ties are drawn. */
    private Vpc.Subnet subnet(World world, Launch launch, TaskNetworks.Placement placement) {
        List<Vpc.Subnet> best = new ArrayList<>();
        long fewest = Long.MAX_VALUE;
        for (Vpc.Subnet subnet : placement.subnets()) {
            long tasks = 0;
            for (Task task : world.tasks().all()) {
                if (!task.isStopped()
                        && task.origin().group().equals(launch.group())
                        && subnet.availabilityZone().equals(task.origin().availabilityZone())) {
                    tasks++;
                }
            }
            if (tasks < fewest) {
                best.clear();
                fewest = tasks;
            }
            if (tasks == fewest) {
                best.add(subnet);
            }
        }
        return best.get(engine.ids().random().nextInt(best.size()));
    }

    private List<software.amazon.awssdk.services.ecs.model.Task> shown(
            World world, List<Task> tasks) {
        return tasks.stream().map(task -> views.of(task, true, world)).toList();
    }

    private static Failure failure(String arn, String reason) {
        return Failure.builder().arn(arn).reason(reason).build();
    }

    private static String tokenKey(Cluster cluster, String token) {
        return "RunTask/" + cluster.arn() + "/" + token;
    }

    private @Nullable RunTaskResponse earlierAnswer(
            Tx tx, Cluster cluster, String token, String digest) {
        LaunchRules.checkToken(token);
        ClientToken known = tx.world().clientTokens().get(tokenKey(cluster, token));
        if (known == null || known.expiresAt().isBefore(clock.now())) {
            return null;
        }
        if (!known.requestDigest().equals(digest)) {
            throw EcsErrors.conflict(known.resources());
        }
        List<Task> tasks = new ArrayList<>();
        for (String arn : known.resources()) {
            Task task = tx.world().tasks().get(TaskArn.parse(arn));
            if (task != null) {
                tasks.add(task);
            }
        }
        return RunTaskResponse.builder()
                .tasks(shown(tx.world(), tasks))
                .failures(List.of())
                .build();
    }

    private void remember(Tx tx, Cluster cluster, String token, String digest, List<Task> tasks) {
        String key = tokenKey(cluster, token);
        ClientToken memory =
                new ClientToken(
                        key,
                        digest,
                        tasks.stream().map(task -> task.arn().text()).toList(),
                        clock.now().plus(TOKEN_LIFETIME));
        tx.put(tx.world().clientTokens(), key, memory);
    }
}
