package dev.dryberth.api.ecs;

import dev.dryberth.core.loop.Clock;
import dev.dryberth.core.model.Attribute;
import dev.dryberth.core.model.Caller;
import dev.dryberth.core.model.ContainerInstance;
import dev.dryberth.core.model.ContainerInstanceArn;
import dev.dryberth.core.model.DesiredStatus;
import dev.dryberth.core.model.HealthStatus;
import dev.dryberth.core.model.HostAccess;
import dev.dryberth.core.model.LaunchType;
import dev.dryberth.core.model.NetworkMode;
import dev.dryberth.core.model.Scope;
import dev.dryberth.core.model.Task;
import dev.dryberth.core.model.TaskArn;
import dev.dryberth.core.model.TaskDefinitionArn;
import dev.dryberth.core.model.TaskOrigin;
import dev.dryberth.core.model.TaskStatus;
import dev.dryberth.core.model.TaskTimes;
import dev.dryberth.core.state.Tx;
import dev.dryberth.core.state.World;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.ecs.model.ContainerDefinition;
import software.amazon.awssdk.services.ecs.model.RegisterTaskDefinitionRequest;
import software.amazon.awssdk.services.ecs.model.Tag;
import software.amazon.awssdk.services.ecs.model.TaskOverride;

import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * A World of its own, a clock that stands still, and one caller: handlers called as on the loop.
 */
final class EcsFixture {

    static final Scope SCOPE = new Scope("eu-west-1", "123456789012");
    static final String ARN = "arn:aws:ecs:eu-west-1:123456789012:";
    static final String USER = "arn:aws:iam::123456789012:user/dev";
    static final String ROOT = "arn:aws:iam::123456789012:root";
    static final Instant NOW = Instant.parse("2026-11-01T10:15:30.123Z");
    static final String ID = "0123456789abcdef0123456789abcdef";

    final World world = new World();
    final TaskDefinitions taskDefinitions = taskDefinitions(HostAccess.NONE);
    Caller caller = new Caller(SCOPE, USER);

    static TaskDefinitions taskDefinitions(HostAccess access) {
        return new TaskDefinitions(new Clock(() -> NOW, 1.0), access);
    }

    /** Runs a handler in a transaction of its own, which is dropped when the handler throws. */
    <R> R call(Function<Tx, R> handler) {
        Tx tx = new Tx(world);
        return ScopedValue.where(Caller.CURRENT, caller)
                .call(() -> {
                    try {
                        return handler.apply(tx);
                    } catch (RuntimeException refused) {
                        tx.rollBack();
                        throw refused;
                    }
                });
    }

    void write(Consumer<Tx> change) {
        change.accept(new Tx(world));
    }

    software.amazon.awssdk.services.ecs.model.TaskDefinition register(
            Consumer<RegisterTaskDefinitionRequest.Builder> request) {
        return call(tx ->
                taskDefinitions.registerTaskDefinition(tx, request(request)).taskDefinition());
    }

    /** A definition of one container called app, with whatever {@code changes} make of it. */
    static RegisterTaskDefinitionRequest request(
            Consumer<RegisterTaskDefinitionRequest.Builder> changes) {
        RegisterTaskDefinitionRequest.Builder request =
                RegisterTaskDefinitionRequest.builder()
                        .family("web")
                        .containerDefinitions(app(container -> {}));
        changes.accept(request);
        return request.build();
    }

    static ContainerDefinition app(Consumer<ContainerDefinition.Builder> changes) {
        return container("app", changes);
    }

    static ContainerDefinition container(
            String name, Consumer<ContainerDefinition.Builder> changes) {
        ContainerDefinition.Builder container =
                ContainerDefinition.builder().name(name).image("busybox").memory(128);
        changes.accept(container);
        return container.build();
    }

    static Tag tag(String key, @Nullable String value) {
        return Tag.builder().key(key).value(value).build();
    }

    Task addTask(String cluster, String id, LaunchType type, TaskStatus status) {
        return addTask(cluster, id, type, status, new TaskDefinitionArn(SCOPE, "web", 1), null);
    }

    Task addTask(
            String cluster,
            String id,
            LaunchType type,
            TaskStatus status,
            TaskDefinitionArn definition,
            @Nullable String capacityProvider) {
        return addTask(
                cluster, id, type, status, definition, capacityProvider, NetworkMode.AWSVPC, null);
    }

    /** A bridge task that was placed on {@code instance} a moment ago. */
    Task addTaskOn(ContainerInstance instance, TaskDefinitionArn definition, String id) {
        return addTask(
                instance.arn().cluster(),
                id,
                LaunchType.EC2,
                TaskStatus.PENDING,
                definition,
                null,
                NetworkMode.BRIDGE,
                instance.arn());
    }

    private Task addTask(
            String cluster,
            String id,
            LaunchType type,
            TaskStatus status,
            TaskDefinitionArn definition,
            @Nullable String capacityProvider,
            NetworkMode mode,
            @Nullable ContainerInstanceArn instance) {
        TaskArn arn = new TaskArn(SCOPE, cluster, id);
        Task task =
                new Task(
                        arn,
                        new TaskOrigin(
                                definition,
                                "family:" + definition.family(),
                                null,
                                type,
                                capacityProvider,
                                null,
                                null,
                                mode,
                                null,
                                null,
                                null,
                                null,
                                instance,
                                false,
                                TaskOverride.builder().build(),
                                List.of()),
                        status,
                        status == TaskStatus.STOPPED
                                ? DesiredStatus.STOPPED
                                : DesiredStatus.RUNNING,
                        null,
                        HealthStatus.UNKNOWN,
                        List.of(),
                        null,
                        TaskTimes.created(NOW),
                        1,
                        false,
                        List.of(),
                        null);
        write(tx -> tx.put(world.tasks(), arn, task));
        return task;
    }

    ContainerInstance addInstance(
            String cluster, String id, ContainerInstance.Status status, Attribute... attributes) {
        ContainerInstanceArn arn = new ContainerInstanceArn(SCOPE, cluster, id);
        ContainerInstance instance =
                new ContainerInstance(
                        arn,
                        "i-0123456789abcdef0",
                        status,
                        true,
                        2048,
                        4096,
                        List.of(),
                        List.of(),
                        List.of(attributes),
                        NOW,
                        1,
                        List.of());
        write(tx -> tx.put(world.containerInstances(), arn, instance));
        return instance;
    }
}
