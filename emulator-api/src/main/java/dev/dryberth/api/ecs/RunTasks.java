package dev.dryberth.api.ecs;

import dev.dryberth.core.engine.Engine;
import dev.dryberth.core.loop.Clock;
import dev.dryberth.core.model.ClientToken;
import dev.dryberth.core.model.Cluster;
import dev.dryberth.core.model.ContainerInstance;
import dev.dryberth.core.model.Task;
import dev.dryberth.core.model.TaskArn;
import dev.dryberth.core.model.TaskOwner;
import dev.dryberth.core.model.TaskTemplate;
import dev.dryberth.core.placement.Places;
import dev.dryberth.core.placement.Verdict;
import dev.dryberth.core.placement.Veto;
import dev.dryberth.core.state.Tx;
import dev.dryberth.core.state.World;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.ecs.model.Failure;
import software.amazon.awssdk.services.ecs.model.RunTaskRequest;
import software.amazon.awssdk.services.ecs.model.RunTaskResponse;
import software.amazon.awssdk.services.ecs.model.StartTaskRequest;
import software.amazon.awssdk.services.ecs.model.StartTaskResponse;

import java.time.Duration;
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
    private final TaskViews views;

    RunTasks(Engine engine, LaunchRules rules, TaskViews views) {
        this.engine = engine;
        this.clock = engine.loop().clock();
        this.rules = rules;
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
        TaskTemplate template = rules.template(tx, cluster, request);
        LaunchRules.requireInstances(world, cluster, template);
        TaskOwner owner = rules.owner(tx, cluster, template, request);
        List<ContainerInstance> instances = Places.active(world, cluster.arn());
        List<Task> made = new ArrayList<>();
        List<Failure> failures = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            make(tx, cluster, template, owner, instances, made, failures);
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
            TaskTemplate template,
            TaskOwner owner,
            List<ContainerInstance> candidates,
            List<Task> made,
            List<Failure> failures) {
        switch (engine.makeTask(tx, cluster.arn(), template, owner, made, candidates)) {
            case Verdict.Placed(Task task) -> made.add(task);
            case Verdict.Refused(List<Veto> vetoes) ->
                    vetoes.forEach(veto -> failures.add(failure(veto.place(), veto.reason())));
        }
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
        RunTaskRequest same = asRunTask(request);
        TaskTemplate template = rules.template(tx, cluster, same);
        LaunchRules.requireInstances(world, cluster, template);
        TaskOwner owner = rules.owner(tx, cluster, template, same);
        List<Task> made = new ArrayList<>();
        List<Failure> failures = new ArrayList<>();
        for (String reference : references) {
            var arn = Identifiers.containerInstance(reference, cluster.arn());
            ContainerInstance instance = world.containerInstances().get(arn);
            if (instance == null || instance.status() == ContainerInstance.Status.INACTIVE) {
                failures.add(failure(arn.text(), "MISSING"));
            } else {
                make(tx, cluster, template, owner, List.of(instance), made, failures);
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
