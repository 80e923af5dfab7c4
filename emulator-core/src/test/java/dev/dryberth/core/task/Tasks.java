package dev.dryberth.core.task;

import dev.dryberth.core.model.ClusterArn;
import dev.dryberth.core.model.Container;
import dev.dryberth.core.model.ContainerRecipe;
import dev.dryberth.core.model.DesiredStatus;
import dev.dryberth.core.model.Eni;
import dev.dryberth.core.model.HealthStatus;
import dev.dryberth.core.model.LaunchType;
import dev.dryberth.core.model.NetworkMode;
import dev.dryberth.core.model.Scope;
import dev.dryberth.core.model.SubnetChoice;
import dev.dryberth.core.model.Task;
import dev.dryberth.core.model.TaskArn;
import dev.dryberth.core.model.TaskDefinitionArn;
import dev.dryberth.core.model.TaskOrigin;
import dev.dryberth.core.model.TaskOwner;
import dev.dryberth.core.model.TaskStatus;
import dev.dryberth.core.model.TaskTemplate;
import dev.dryberth.core.model.TaskTimes;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.ecs.model.TaskOverride;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** New tasks for tests, as RunTask makes them. */
public final class Tasks {

    public static final Instant CREATED = Instant.parse("2026-01-01T00:00:00Z");
    public static final Scope SCOPE = new Scope("us-east-1", "123456789012");
    public static final TaskDefinitionArn DEFINITION = new TaskDefinitionArn(SCOPE, "web", 1);

    public static final ClusterArn CLUSTER = new ClusterArn(SCOPE, "default");

    /** Somebody who asks for a task of their own. */
    public static final TaskOwner OWNER = new TaskOwner("family:web", null, false, List.of(), null);

    private Tasks() {}

    public static TaskArn arn(String id) {
        return new TaskArn(SCOPE, "default", id);
    }

    /** A Fargate task that waits for {@code eni}. */
    public static Task fargate(TaskArn arn, Eni eni, Recipes... containers) {
        return task(arn, LaunchType.FARGATE, NetworkMode.AWSVPC, eni, containers);
    }

    /** A task on an instance's bridge. */
    public static Task bridge(TaskArn arn, Recipes... containers) {
        return task(arn, LaunchType.EC2, NetworkMode.BRIDGE, null, containers);
    }

    public static Task task(
            TaskArn arn,
            LaunchType launchType,
            NetworkMode networkMode,
            @Nullable Eni eni,
            Recipes... recipes) {
        List<Container> containers = new ArrayList<>();
        for (Recipes each : recipes) {
            containers.add(Container.fresh(each.recipe(), "id-of-" + each.recipe().name()));
        }
        return new Task(
                arn,
                origin(launchType, networkMode, null),
                networkMode == NetworkMode.AWSVPC ? TaskStatus.PROVISIONING : TaskStatus.PENDING,
                DesiredStatus.RUNNING,
                null,
                HealthStatus.UNKNOWN,
                List.copyOf(containers),
                eni,
                TaskTimes.created(CREATED),
                1,
                false,
                List.of(),
                null);
    }

    /** A task that went to a capacity provider. */
    public static Task from(String capacityProvider) {
        return new Task(
                arn("t"),
                origin(LaunchType.FARGATE, NetworkMode.AWSVPC, capacityProvider),
                TaskStatus.PROVISIONING,
                DesiredStatus.RUNNING,
                null,
                HealthStatus.UNKNOWN,
                List.of(),
                null,
                TaskTimes.created(CREATED),
                1,
                false,
                List.of(),
                null);
    }

    /** What tasks of these containers on the bridges of instances have in common. */
    public static TaskTemplate onInstances(List<ContainerRecipe> recipes) {
        return new TaskTemplate(
                DEFINITION,
                LaunchType.EC2,
                List.of(),
                null,
                NetworkMode.BRIDGE,
                null,
                null,
                null,
                20,
                TaskOverride.builder().build(),
                recipes,
                "x86_64");
    }

    /** What Fargate tasks of these containers have in common. */
    public static TaskTemplate template(SubnetChoice subnets, List<ContainerRecipe> recipes) {
        return new TaskTemplate(
                DEFINITION,
                LaunchType.FARGATE,
                List.of(),
                null,
                NetworkMode.AWSVPC,
                subnets,
                "256",
                "512",
                20,
                TaskOverride.builder().build(),
                recipes,
                "x86_64");
    }

    private static TaskOrigin origin(
            LaunchType launchType, NetworkMode networkMode, @Nullable String provider) {
        return new TaskOrigin(
                DEFINITION,
                "family:web",
                null,
                launchType,
                provider,
                null,
                null,
                networkMode,
                "256",
                "512",
                null,
                null,
                null,
                false,
                TaskOverride.builder().build(),
                List.of());
    }

    /** An interface that is being made for {@code task}. */
    public static Eni eni(String id, @Nullable TaskArn task) {
        return new Eni(
                id,
                "attachment-of-" + id,
                SCOPE,
                "vpc-1",
                "subnet-1",
                "172.31.0.4",
                "02:42:ac:1f:00:04",
                Eni.State.CREATING,
                null,
                task);
    }
}
